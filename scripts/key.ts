/** Makes an API key: npm run key -- --name "ci" --scope policy:write [--scope mail:read] [--remote]. Shown once. */
import { createHash, randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { ledgerEntry } from "../worker/ledger/entry.ts";
import { appendEntry } from "../worker/ledger/store.ts";
import { SCOPES } from "../worker/platform/access.ts";
import { insertApiKey } from "../worker/platform/store.ts";
import { inlined, queryD1 } from "./d1.ts";
import { makerOf } from "./maker.ts";

interface KeyOptions {
  name: string;
  scopes: readonly string[];
  remote: boolean;
}

/** Adds a key to the database, with its ledger entry, and gives it; only its hash is kept. */
export async function makeKey({ name, scopes, remote }: KeyOptions): Promise<string> {
  const maker = await makerOf(remote);
  const key = `fp_${randomBytes(32).toString("base64url")}`;
  const id = randomBytes(12).toString("base64url");
  const entry = await ledgerEntry(maker, "key.made", {
    event: id,
    subject: null,
    actor: "command",
    body: { key: id, name, scopes },
  });
  const hash = createHash("sha256").update(key).digest("hex");
  const row = { id, name, hash, scopes: [...scopes], createdAt: maker.now() };
  await queryD1([insertApiKey(row), appendEntry(entry)].map(inlined).join("\n"), { remote });
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
  try {
    console.log(await makeKey({ name: values.name, scopes, remote: values.remote }));
    console.error("Keep it now: it is not shown again.");
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
