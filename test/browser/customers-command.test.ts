import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { runScript } from "./database.ts";
import { origin, someone, state } from "./visit.ts";

const WRONG = [7, 21, 42];

/** A file of 50 customers of whom three have no e-mail address. */
function fileOf50(): string {
  const folder = mkdtempSync(join(tmpdir(), "fineprint-customers-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "klanten.csv");
  const mark = `cmd-${Date.now().toString(36)}`;
  const rows = Array.from({ length: 50 }, (_, i) => `${mark}-${i};Klant ${i};${WRONG.includes(i) ? "?" : someone()}`);
  writeFileSync(file, ["Klantnummer;Wie;E-mailadres", ...rows].join("\r\n"));
  return file;
}

const run = (...args: string[]) => {
  const [key] = readFileSync(join(state, "demo-key"), "utf8").split("\n");
  vi.stubEnv("FINEPRINT_KEY", key);
  onTestFinished(() => void vi.unstubAllEnvs());
  return runScript("scripts/customers.ts", "--origin", origin, ...args);
};

describe("npm run customers:import", () => {
  test("says how far it is and what came of it, and writes what was refused beside the file", async () => {
    const file = fileOf50();
    const said = await run(
      "--column",
      "number=Klantnummer",
      "--column",
      "name=Wie",
      "--column",
      "email=E-mailadres",
      file,
    );
    expect(said).toContain("sent 0 of 1 parts");
    expect(said).toMatch(/The import is \S{22}\./);
    expect(said).toContain("It is done: 100%: 47 added, 0 changed, 0 the same, 3 refused.");
    const refused = file.replace(".csv", ".refused.csv");
    expect(said).toContain(refused);
    const rows = readFileSync(refused, "utf8").trim().split("\r\n");
    expect(rows).toHaveLength(4);
    expect(rows[1]).toMatch(/Klant 7;\?;9;email: invalid_email$/);

    writeFileSync(
      refused,
      readFileSync(refused, "utf8").replace(/\?/g, () => someone()),
    );
    const again = await run(
      "--column",
      "number=Klantnummer",
      "--column",
      "name=Wie",
      "--column",
      "email=E-mailadres",
      refused,
    );
    expect(again).toContain("3 added, 0 changed, 0 the same, 0 refused");
    expect(await run("--import", /is (\S{22})\./.exec(again)?.[1] ?? "", refused)).toContain("It is done");
  });

  test("fails, and says why, when it is told nothing of a column it needs, or refused", async () => {
    const file = fileOf50();
    await expect(run(file)).rejects.toThrow(/columns.name.*required/);
    vi.stubEnv("FINEPRINT_KEY", "");
    await expect(runScript("scripts/customers.ts", "--origin", origin, file)).rejects.toThrow(/Usage: FINEPRINT_KEY/);
  });
});
