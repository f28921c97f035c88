// Installs packages when they are missing or older than the lockfile. Runs under whatever Node the machine has (20 or
// newer), before the Node 24 that comes with the packages is there; so plain JavaScript, and no package of ours.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const stamp = "node_modules/.fineprint-lock";
const wanted = createHash("sha256").update(readFileSync("package-lock.json")).digest("hex");
const found = existsSync(stamp) ? readFileSync(stamp, "utf8") : "";

if (found !== wanted || !existsSync("node_modules/.bin/node")) {
  console.log("Installing packages; this takes about a minute…");
  const npm = process.env.npm_execpath;
  const [command, first] = npm ? [process.execPath, [npm]] : ["npm", []];
  const args = [...first, "ci", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status } = spawnSync(command, args, { stdio: "inherit", env: { ...process.env, NODE_ENV: "development" } });
  if (status !== 0) {
    console.error("npm ci did not succeed; see above.");
    process.exit(status ?? 1);
  }
  writeFileSync(stamp, wanted);
}
