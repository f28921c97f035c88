/** Bundles a worker as `wrangler deploy` would, without deploying it. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../../../scripts/config.ts";
import { runWrangler } from "../../../scripts/wrangler.ts";

/** What both the product and the bare apps run under. */
export const compatibility = { date: "2026-10-01", flags: ["nodejs_compat"] };

/** Bundles test/bench/worker/apps/NAME.ts into `folder` and gives the script. */
export async function bundle(name: string, folder: string): Promise<string> {
  const outdir = join(folder, name);
  const config = `${outdir}.wrangler.json`;
  await writeFile(
    config,
    JSON.stringify({
      name: `bench-${name}`,
      main: join(import.meta.dirname, "apps", `${name}.ts`),
      compatibility_date: compatibility.date,
      compatibility_flags: compatibility.flags,
      alias: { fineprint: join(root, "worker/index.ts") },
    }),
  );
  await runWrangler(["deploy", "--dry-run", "--outdir", outdir, "--config", config]);
  return readFile(join(outdir, `${name}.js`), "utf8");
}
