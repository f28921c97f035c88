import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const worker = resolve("worker");
const widget = resolve("widget");

/** The rooms from left to right; a file imports only from its own rank or from the left (DESIGN.md 3). */
const RANKS = [
  ["platform"],
  ["ledger"],
  ["mail"],
  ["customers"],
  ["policy", "newsletter", "contact"],
  ["rights"],
  ["staff"],
  ["letters", "gate", "inventory", "returned"],
  ["admin"],
  ["dev"],
  ["app", "queue", "cron", "inbox"],
  ["worker"],
  ["index"],
];

/** Within a room: tables < store < rules < routes. What has no name here is a rule. */
const ROLES: Readonly<Record<string, number>> = { db: 0, tables: 0, store: 1, routes: 3 };
const RULE = 2;

interface Import {
  from: string;
  to: string;
  isType: boolean;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.endsWith(".d.ts"))
    .map((entry) => join(entry.parentPath, entry.name));
}

function importsOf(file: string): Import[] {
  const source = readFileSync(file, "utf8");
  const found = source.matchAll(
    /(?:^|\n)\s*(?:import|export)\s+(type\s)?[^;"']*?from\s*["'](\.[^"']+)["']|import\(["'](\.[^"']+)["']\)/g,
  );
  return [...found].map(([, type, from, dynamic]) => ({
    from: file,
    to: resolve(dirname(file), from ?? dynamic ?? ""),
    isType: type !== undefined,
  }));
}

const roomOf = (file: string): string =>
  relative(worker, file)
    .split("/")[0]
    ?.replace(/\.tsx?$/, "") ?? "";
const rankOf = (file: string): number => RANKS.findIndex((rooms) => rooms.includes(roomOf(file)));
/** "draft-store.ts" is a store: a room with much to ask has more than one. */
const roleOf = (file: string): number => ROLES[/(\w+)\.tsx?$/.exec(file)?.[1] ?? ""] ?? RULE;
const named = ({ from, to }: Import): string => `${relative(".", from)} imports ${relative(".", to)}`;

const files = filesBelow(worker).filter((file) => !file.includes("/migrations/"));
const imports = files.flatMap(importsOf);
const withSource = (pattern: RegExp, allowed: (file: string) => boolean): string[] =>
  files.filter((file) => !allowed(file) && pattern.test(readFileSync(file, "utf8"))).map((file) => relative(".", file));

describe("the walls of DESIGN.md 3", () => {
  it("reads every file and knows the place of each", () => {
    expect(files.length).toBeGreaterThan(50);
    expect(imports.length).toBeGreaterThan(150);
    expect(files.filter((file) => rankOf(file) < 0)).toEqual([]);
  });

  it("rooms import only leftwards, types too", () => {
    expect(imports.filter(({ from, to }) => rankOf(to) > rankOf(from)).map(named)).toEqual([]);
  });

  it("rooms of one rank never import each other", () => {
    const crossing = imports.filter(({ from, to }) => rankOf(from) === rankOf(to) && roomOf(from) !== roomOf(to));
    expect(crossing.map(named)).toEqual([]);
  });

  it("inside a room: tables < store < rules < routes", () => {
    const upward = imports.filter(({ from, to }) => roomOf(from) === roomOf(to) && roleOf(to) > roleOf(from));
    expect(upward.map(named)).toEqual([]);
  });

  it("queries stand in store.ts only", () => {
    const queries =
      /\b(db|DB)\b\s*\.\s*(select|insert|update|delete|run|get|all|prepare|batch|exec)\b|\bsql`\s*(select|insert|update|delete)\b/i;
    const allowed = (file: string) => /[/-]store\.ts$/.test(file) || file.endsWith("platform/db.ts");
    expect(withSource(queries, allowed)).toEqual([]);
  });

  it("Hono's Context stays at the edge", () => {
    const edge = /routes\.tsx?$|\/admin\/|worker\/app\.ts$|platform\/(http\.ts|page\.tsx)$/;
    expect(withSource(/\bContext\b.*from "hono"|\bDoor\b/, (file) => edge.test(file))).toEqual([]);
  });

  it("one file alone touches KV, so that every key has a family in the inventory", () => {
    expect(withSource(/bindings\.KV\b/, (file) => file.endsWith("platform/kv.ts"))).toEqual([]);
  });

  it("one file alone touches R2, so that every object has a family in the inventory", () => {
    expect(withSource(/bindings\.FILES\b/, (file) => file.endsWith("platform/files.ts"))).toEqual([]);
  });

  it("only CF-Connecting-IP is read, in one place", () => {
    expect(withSource(/cf-connecting-ip/i, (file) => file.endsWith("platform/http.ts"))).toEqual([]);
    expect(withSource(/x-forwarded-for|x-real-ip|true-client-ip/i, () => false)).toEqual([]);
  });

  it("Invariant 1: customers and newsletter share no code path that writes", () => {
    const isIn = (room: string) => (file: string) => roomOf(file) === room;
    const reachedFrom = (room: string): Set<string> => {
      const reached = new Set(files.filter(isIn(room)));
      // A set takes up what is added to it while it is walked.
      for (const file of reached) for (const { from, to } of imports) if (from === file) reached.add(to);
      return reached;
    };
    const [customers, newsletter] = [reachedFrom("customers"), reachedFrom("newsletter")];
    expect(customers.size).toBeGreaterThan(20);
    expect(newsletter.size).toBeGreaterThan(20);
    expect([...customers].filter(isIn("newsletter"))).toEqual([]);
    expect([...newsletter].filter(isIn("customers"))).toEqual([]);
    // Its tables are named nowhere else, so that no other room can write them by itself.
    const isTable = (file: string) => isIn("newsletter")(file) && roleOf(file) === ROLES["tables"];
    expect(imports.filter(({ from, to }) => isTable(to) && !isIn("newsletter")(from)).map(named)).toEqual([]);
    expect(withSource(/\b(into|update|from|join|table)\s+["`]?(subscribers|signups)\b/i, isIn("newsletter"))).toEqual(
      [],
    );
  });

  it("the widget takes nothing of the worker but types", () => {
    const taken = filesBelow(widget)
      .flatMap(importsOf)
      .filter(({ to, isType }) => to.startsWith(worker) && !isType);
    expect(taken.map(named)).toEqual([]);
  });

  it("there are no barrel files", () => {
    const all = [...files, ...filesBelow(widget)];
    expect(
      all.filter((file) => /^export (\*|type \{|\{).*\} from |^export \* /m.test(readFileSync(file, "utf8"))),
    ).toEqual([]);
  });
});
