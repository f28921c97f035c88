/** The samples of docs/embed.md that mint panel tokens, as they stand there, run by the languages they are written in. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { findPhp } from "./installed.ts";
import { newCustomer, panelSecret } from "./panel-token.ts";
import { origin } from "./visit.ts";

const panelKey = inject("panelKey");
const docs = readFileSync("docs/embed.md", "utf8");
const folder = mkdtempSync(join(tmpdir(), "fineprint-minting-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The one block of code in a language that has a word in it, with the worker's origin put in as a host would. */
function sample(language: string, word: string): string {
  const blocks = [...docs.matchAll(/```(\w+)\n([\s\S]*?)```/g)].filter(
    ([, found, code]) => found === language && code?.includes(word),
  );
  expect(blocks).toHaveLength(1);
  const code = blocks[0]?.[2] ?? "";
  expect(code).toContain("https://fineprint.example.nl");
  return code.replaceAll("https://fineprint.example.nl", origin);
}

/** A program made of a sample: it prints a token for the customer and the address that it is started with. */
interface Program {
  name: string;
  file: string;
  source(): string;
  runtime(): string;
  env(): Promise<Record<string, string>>;
  /** What it is started with to sign by a key that is not the panel's. */
  wrongKey: Record<string, string>;
}

const printed = `\nconst [number, email] = process.argv.slice(2);\nconsole.log(await fineprintToken({ number, email }));\n`;
const shared = async () => ({ FINEPRINT_PANEL_SECRET: await panelSecret() });
const anotherSecret = { FINEPRINT_PANEL_SECRET: "another-secret-of-at-least-32-characters" };

const PROGRAMS: readonly Program[] = [
  {
    name: "PHP",
    file: "mint.php",
    source: () => `${sample("php", "function fineprint_token")}\necho fineprint_token($argv[1], $argv[2] ?? null);\n`,
    runtime: findPhp,
    env: shared,
    wrongKey: anotherSecret,
  },
  {
    name: "Node without a library",
    file: "plain.mjs",
    source: () => sample("js", 'createHmac("sha256"') + printed,
    runtime: () => process.execPath,
    env: shared,
    wrongKey: anotherSecret,
  },
  {
    name: "Node with jose",
    file: "jose.mjs",
    source: () => sample("js", 'alg: "HS256" })\n    .setIssuer') + printed,
    runtime: () => process.execPath,
    env: shared,
    wrongKey: anotherSecret,
  },
  {
    name: "Node with jose and a key of its own (EdDSA)",
    file: "eddsa.mjs",
    source: () => sample("js", 'alg: "EdDSA"').replace('"panel"', '"signed"') + printed,
    runtime: () => process.execPath,
    env: async () => ({ FINEPRINT_PANEL_KEY: JSON.stringify(panelKey) }),
    wrongKey: { FINEPRINT_PANEL_KEY: JSON.stringify({ ...panelKey, kid: "2" }) },
  },
];

const notices = async (token: string) => {
  const reply = await fetch(`${origin}/v1/me/notices`, { headers: { Authorization: `Bearer ${token}` } });
  const { code } = (await reply.json()) as { code?: string };
  return code ? `${reply.status} ${code}` : String(reply.status);
};

beforeAll(() => symlinkSync(resolve("node_modules"), join(folder, "node_modules")));

describe.each(PROGRAMS)("the sample in docs/embed.md: $name", ({ file, source, runtime, env, wrongKey }) => {
  const run = (vars: Record<string, string>, ...args: string[]): string => {
    const path = join(folder, file);
    writeFileSync(path, source());
    const { PATH = "" } = process.env;
    return execFileSync(runtime(), [path, ...args], { env: { PATH, ...vars }, encoding: "utf8", stdio: "pipe" }).trim();
  };

  it("mints a token that the worker takes, for five minutes", async () => {
    const customer = newCustomer();
    const token = run(await env(), customer, "klant@example.nl");
    expect(await notices(token)).toBe("200");
    const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as Record<
      string,
      unknown
    >;
    expect(claims).toMatchObject({ aud: origin, sub: customer, email: "klant@example.nl" });
    expect(Number(claims["exp"]) - Number(claims["iat"])).toBe(300);
  });

  it("names a customer whom the worker must know, and signs with the key it is given", async () => {
    expect(await notices(run(await env(), "nobody-1"))).toBe("403 unknown_customer");
    expect(await notices(run({ ...(await env()), ...wrongKey }, newCustomer()))).toBe("401 unauthorized");
    const token = run(await env(), newCustomer());
    const [header, claims = "", signature] = token.split(".");
    const other = JSON.parse(Buffer.from(claims, "base64url").toString()) as object;
    const forged = Buffer.from(JSON.stringify({ ...other, sub: newCustomer() })).toString("base64url");
    expect(await notices(`${header}.${forged}.${signature}`)).toBe("401 unauthorized");
  });

  it("mints nothing without its secret", () => {
    expect(() => run({}, "10004217")).toThrow();
  });
});
