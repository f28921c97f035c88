import type { Gate } from "../mail/letter.ts";
import type { OutboxRow } from "../mail/store.ts";
import { addressHash, listOf, mirrored, standing, together } from "../mail/suppression.ts";
import type { Stops } from "../mail/suppression-store.ts";
import { knownOf } from "./gate-store.ts";
import { heal, type Known } from "./healing.ts";

/** Whether a mail is one that newsletterGate judges. */
export const isOfNewsletter = ({ lane, template }: Pick<OutboxRow, "lane" | "template">): boolean =>
  lane === "bulk" && template.startsWith("newsletter.");

/**
 * The gate of newsletters, and of mails that ask many to confirm: none goes to who left, bounced or complained, or is gone,
 * as the database says or as KV does, which knows of those who left after a backup that was restored. Who came back since is
 * let through. What only KV knew is put right in the database. It costs one statement and, for each hundred, one call to KV.
 */
export const newsletterGate: Gate = async (rt, rows) => {
  const gated = rows.filter(isOfNewsletter);
  const emails = [...new Set(gated.map(({ recipient }) => recipient))];
  if (emails.length === 0) return new Map();
  const asked = await Promise.all(emails.map(async (email) => ({ email, hash: await addressHash(rt, email) })));
  const hashes = asked.map(({ hash }) => hash);
  const [known, kept] = await Promise.all([knownOf(rt.db, asked), mirrored(rt, hashes)]);
  const reasons = new Map<string, string>();
  for (const one of known) {
    const stops = standing(together(one.stops, kept.get(one.hash) ?? {}), one);
    await heal(rt, one, stops);
    const [strongest] = listOf(inTheWay(one, stops));
    const reason = strongest?.reason === "erased" ? "gone" : (strongest?.reason ?? gone(one));
    if (reason) reasons.set(one.email, reason);
  }
  const refused = gated.map(({ id, recipient }) => [id, reasons.get(recipient)] as const);
  return new Map(refused.filter((pair): pair is readonly [string, string] => pair[1] !== undefined));
};

/** Who asks anew is left, or bounced, until they confirm; but the mail by which they do is what they asked for, after that. */
const inTheWay = ({ status, requestedAt }: Known, stops: Stops): Stops =>
  status === "pending" ? standing(stops, { allowedAt: null, confirmedAt: requestedAt }) : stops;

/** Why somebody gets nothing though nothing stops mail to their address. */
function gone({ status }: Known): string | undefined {
  if (status === null) return "gone";
  return status === "active" || status === "pending" ? undefined : status;
}
