import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { runScript } from "./database.ts";
import { dayFromNow, demoText } from "./policy.ts";
import { origin, state } from "./visit.ts";

/** Files of one version, as a team keeps them in git. */
function files(matter: Record<string, string>): string[] {
  const folder = mkdtempSync(join(tmpdir(), "fineprint-policy-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return ["nl", "en"].map((lang) => {
    const file = join(folder, `${lang}.md`);
    const lines = Object.entries({ ...matter, lang, title: "Privacy" }).map(([name, value]) => `${name}: "${value}"`);
    writeFileSync(file, `---\n${lines.join("\n")}\n---\n\n${demoText(`gdpr.${lang}.md`)}\n\nNog drie woorden.\n`);
    return file;
  });
}

describe("npm run policy", () => {
  const run = (...args: string[]) => {
    const [key] = readFileSync(join(state, "demo-key"), "utf8").split("\n");
    vi.stubEnv("FINEPRINT_KEY", key);
    onTestFinished(() => void vi.unstubAllEnvs());
    return runScript("scripts/policy.ts", "--origin", origin, ...args);
  };

  test("--check prints what would change, changes nothing, and fails for what would be refused", async () => {
    const summary = "Drie woorden erbij.";
    const date = dayFromNow(60);
    const good = files({ date, effective: dayFromNow(95), significance: "significant", summary });
    const said = await run("--check", ...good);
    expect(said).toContain(`${date}: would be scheduled`);
    expect(said).toContain("nl: 3 words added, 0 removed");
    expect(said).toContain("at least minor");
    expect(await run("--check", ...good)).toBe(said);
    const soon = files({ date, effective: dayFromNow(70), significance: "significant", summary });
    await expect(run("--check", ...soon)).rejects.toThrow(/too_soon/);
  });

  test("says that a version which stands is unchanged", async () => {
    const demo = ["nl", "en"].map((lang) => `widget/demo/policy/2015-03-04.${lang}.md`);
    expect(await run(...demo)).toBe("2015-03-04: unchanged");
  });
});
