/** Makes an API key: npm run key -- --name "ci" --scope policy:write [--scope mail:read] [--remote]. Shown once. */
import { createHash, randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { stateDir } from "./config.ts";
import { runWrangler } from "./wrangler.ts";

export const SCOPES = ["policy:write", "mail:read", "mail:write"] as const;

interface KeyOptions {
  name: string;
  scopes: readonly string[];
  remote: boolean;
}

/** Adds a key to the database and gives it; only its hash is kept. */
export async function makeKey({ name, scopes, remote }: KeyOptions): Promise<string> {
  const key = `fp_${randomBytes(32).toString("base64url")}`;
  const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
  const values = [
    quoted(randomBytes(12).toString("base64url")),
    quoted(name),
    quoted(createHash("sha256").update(key).digest("hex")),
    quoted(JSON.stringify(scopes)),
    String(Date.now()),
  ];
  const sql = `insert into api_keys (id, name, hash, scopes, created_at) values (${values.join(", ")})`;
  const where = remote ? ["--remote"] : ["--local", "--persist-to", stateDir];
  await runWrangler(["d1", "execute", "DB", ...where, "--yes", "--command", sql]);
  return key;
}

if (import.meta.filename === process.argv[1]) {
  const { values } = parseArgs({
    options: {
      name: { type: "string" },
      scope: { type: "string", multiple: true },
      remote: { type: "boolean", default: false },
    },
  });
  const scopes = values.scope ?? [];
  const unknown = scopes.filter((scope) => !SCOPES.some((known) => known === scope));
  if (!values.name || scopes.length === 0 || unknown.length > 0) {
    console.error(
      `Usage: npm run key -- --name NAME --scope SCOPE [--scope SCOPE] [--remote]\nScopes: ${SCOPES.join(", ")}`,
    );
    process.exit(2);
  }
  console.log(await makeKey({ name: values.name, scopes, remote: values.remote }));
  console.error("Keep it now: it is not shown again.");
}
