/**
 * Makes a one-time sign-in link for /admin: npm run staff:invite -- you@example.nl [--name NAME] [--remote]. Somebody new
 * becomes an owner; a member keeps their role. It takes both access to the database and TOKEN_SECRET.
 */
import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { ledgerEntry } from "../worker/ledger/entry.ts";
import { appendEntry } from "../worker/ledger/store.ts";
import { normaliseAddress } from "../worker/platform/address.ts";
import { insertToken } from "../worker/platform/store.ts";
import { mintToken, tokenText } from "../worker/platform/tokens.ts";
import { SIGN_IN_PATHS } from "../worker/staff/mails.ts";
import { ensureMember } from "../worker/staff/store.ts";
import { deployedOrigin } from "./config.ts";
import { inlined, queryD1 } from "./d1.ts";
import { makerOf } from "./maker.ts";

interface Invitation {
  email: string;
  name: string;
  remote: boolean;
}

/** Invites, and gives the link. */
async function invite({ email, name, remote }: Invitation): Promise<string> {
  const maker = await makerOf(remote);
  const found = await queryD1(
    `select id from staff_members where email = '${email.replaceAll("'", "''")}' and removed_at is null`,
    { remote },
  );
  const known = found[0]?.[0]?.["id"];
  const id = typeof known === "string" ? known : randomBytes(12).toString("base64url");
  const token = await mintToken(maker, "staff.invite", id);
  const now = maker.now();
  const member = { id, email, name, role: "owner", lang: "nl", version: 1, changedAt: now, createdAt: now } as const;
  const entry = await ledgerEntry(maker, "staff.invited", {
    event: token.id,
    subject: `staff:${id}`,
    actor: "command",
    body: { member: id, email, name, role: known === undefined ? "owner" : "*" },
  });
  const statements = [ensureMember(member), appendEntry(entry), insertToken(token)];
  await queryD1(statements.map(inlined).join("\n"), { remote });
  const origin = remote ? await deployedOrigin() : `http://localhost:${process.env["PORT"] ?? 8787}`;
  return `${origin}${SIGN_IN_PATHS["staff.invite"]}?token=${await tokenText(maker, "staff.invite", token.id)}`;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { name: { type: "string" }, remote: { type: "boolean", default: false } },
});
const email = normaliseAddress(positionals[0] ?? "");
if (email === null || positionals.length !== 1) {
  console.error("Usage: npm run staff:invite -- you@example.nl [--name NAME] [--remote]");
  process.exit(2);
}
try {
  const { name = email.split("@")[0] ?? email, remote } = values;
  console.log(await invite({ email, name, remote }));
  console.error("Open it within seven days; it works once.");
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
