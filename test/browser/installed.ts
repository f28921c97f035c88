/** Programs that the tests need and npm cannot bring. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** The path of the first program of these names on the PATH. */
export function onPath(...names: string[]): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(":").filter(Boolean);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

/** Installs a package of Debian's, where this is Debian and we may, and gives the path of its program. */
export function install(debianPackage: string, name: string): string | undefined {
  if (process.getuid?.() !== 0 || !existsSync("/etc/debian_version")) return undefined;
  console.log(`No ${name} found: installing Debian's ${debianPackage}…`);
  spawnSync("sh", ["-c", `apt-get update && apt-get install -y ${debianPackage}`], { stdio: "inherit" });
  return onPath(name);
}

/** The path of PHP; installs Debian's when there is none and we may. Throws with what to install. */
export function findPhp(): string {
  const found = onPath("php") ?? install("php-cli", "php");
  if (found) return found;
  throw new Error("The test of the PHP sample needs PHP. Install php-cli, for instance with: apt-get install php-cli");
}
