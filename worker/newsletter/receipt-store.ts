import { asc, desc, eq, inArray, sql } from "drizzle-orm";
import { ledgerEntries, ledgerSeals } from "../ledger/tables.ts";
import type { Database } from "../platform/db.ts";
import { subscriberImports } from "./list-import-tables.ts";
import { consents, consentWordings, signups } from "./tables.ts";

/** Kinds of entries that say what became of somebody's consent. */
export const CONSENT_KINDS = [
  "consent.given",
  "consent.changed",
  "consent.withdrawn",
  "subscriber.stopped",
  "subscriber.moved",
] as const;

/** All that a receipt is made of, in one round trip: a subscriber's consents, the newest `limit` entries about them, the seals that close those, and the words and imports they refer to. */
export async function findEvidence(db: Database, subscriberId: string, limit: number) {
  const kinds = sql`+kind in (${sql.join(
    CONSENT_KINDS.map((kind) => sql`${kind}`),
    sql`, `,
  )})`;
  const subject = `subscriber:${subscriberId}`;
  // The plus sign keeps SQLite on the index of the subject.
  const entries = db
    .select()
    .from(ledgerEntries)
    .where(sql`${ledgerEntries.subject} = ${subject} and ${kinds}`)
    .orderBy(desc(ledgerEntries.at), desc(ledgerEntries.seq))
    .limit(limit);
  const sealOf = sql`(select s.number from ${ledgerSeals} s where s.last_seq >= e.seq and s.first_seq <= e.seq order by s.last_seq limit 1)`;
  const [given, found, seals, imports, wordings] = await db.batch([
    db.select().from(consents).where(eq(consents.subscriberId, subscriberId)).orderBy(asc(consents.givenAt)),
    entries,
    db
      .select()
      .from(ledgerSeals)
      .where(
        sql`${ledgerSeals.number} in (select ${sealOf} from (select seq from ${ledgerEntries}
          where subject = ${subject} and ${kinds} order by at desc, seq desc limit ${limit}) e)`,
      ),
    db
      .select({ id: subscriberImports.id, plan: subscriberImports.plan })
      .from(subscriberImports)
      .where(
        inArray(
          subscriberImports.id,
          db.select({ id: signups.importId }).from(signups).where(eq(signups.subscriberId, subscriberId)),
        ),
      ),
    db
      .select({ sha256: consentWordings.sha256, text: consentWordings.text })
      .from(consentWordings)
      .where(
        inArray(
          consentWordings.sha256,
          db.select({ sha256: signups.wording }).from(signups).where(eq(signups.subscriberId, subscriberId)),
        ),
      ),
  ]);
  return { given, entries: found, seals, imports, wordings };
}
