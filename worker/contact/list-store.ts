import { inArray, type SQL, sql } from "drizzle-orm";
import type { Database } from "../platform/db.ts";
import type { Conversation } from "./store.ts";
import { conversations } from "./tables.ts";

/** Conversations of a page look at so many of each status at most, so that a filter that few come through costs no more than that. */
const LOOKED_AT = 5_000;

/** What is at hand: all but what waits for its person's click, what may be spam, and the archive. */
export const AT_HAND = ["new", "open", "waiting", "closed"] as const;
export type AtHand = (typeof AT_HAND)[number];

/** Which conversations a list shows. */
export interface Wish {
  statuses: readonly AtHand[];
  /** Those first whose target comes first, of conversations that wait for us; else those with the last message. */
  isByTarget: boolean;
  email?: string;
  customerNumber?: string;
  /** The id of a member of staff; null for nobody. */
  assignee?: string | null;
  topicId?: string;
}

/** Where a page ended: in which moment of its order, and of equal ones at which place. */
export interface Place {
  at: number;
  seq: number;
}

export interface Listed {
  found: Conversation[];
  /** Where the next page begins; null when there is none. */
  next: Place | null;
}

/** Conversations by a wish, a page of at most `limit` from a place on. A page may end early, with a next one, where it has looked at many. */
export async function listConversations(db: Database, wish: Wish, after: Place | null, limit: number): Promise<Listed> {
  const { looks, rest } = looksOf(wish, after, limit + 1);
  const order = orderOf(wish);
  const places = await db.all<Place>(
    sql`${sql.join(
      looks.map(
        (look) => sql`select * from (select at, seq from (${look}) where ${rest} order by ${order} limit ${limit + 1})`,
      ),
      sql` union all `,
    )} order by ${order} limit ${limit + 1}`,
  );
  const isFull = places.length > limit;
  const end = isFull ? null : await endOf(db, looks, wish);
  const page = places.slice(0, limit).filter((place) => end === null || compare(wish, place, end) <= 0);
  const found = await inOrder(
    db,
    page.map(({ seq }) => seq),
  );
  return { found, next: isFull ? (page.at(-1) ?? null) : end };
}

const orderOf = ({ isByTarget }: Wish): SQL => (isByTarget ? sql`at, seq` : sql`at desc, seq desc`);

/**
 * The queries of what is looked at, in the order of the list: one for each status, or one for a person; and the condition on what they
 * give. Each reads an index that leaves few to look at, and says which: SQLite would sort all that wait for us.
 */
export function looksOf(wish: Wish, after: Place | null, limit: number): { looks: SQL[]; rest: SQL } {
  const { isByTarget, statuses } = wish;
  const filters = filtersOf(wish);
  const driver = filters.find(({ index }) => index !== undefined);
  const rest = filters.filter((filter) => filter !== driver).map(({ is }) => is);
  const index = driver?.index ?? (isByTarget ? "conversations_due" : "conversations_by_status");
  const at = sql.raw(isByTarget ? "due_at" : "last_at");
  const way = sql.raw(isByTarget ? "" : "desc");
  const ahead = sql.raw(isByTarget ? ">" : "<");
  const look = (status: SQL) => {
    const asked = [
      ...(driver ? [driver.is] : []),
      status,
      ...(isByTarget ? [sql`due_at is not null`] : []),
      ...(after === null ? [] : [sql`(${at}, seq) ${ahead} (${after.at}, ${after.seq})`]),
    ];
    return sql`select ${at} as at, seq, assignee, topic_id, email, customer_number
      from ${conversations} indexed by ${sql.identifier(index)} where ${sql.join(asked, sql` and `)}
      order by ${at} ${way}, seq ${way} limit ${rest.length === 0 ? limit : LOOKED_AT}`;
  };
  return {
    looks: isOfPerson(wish)
      ? [look(sql`status in ${[...statuses]}`)]
      : statuses.map((one) => look(sql`status = ${one}`)),
    rest: rest.length === 0 ? sql`true` : sql.join(rest, sql` and `),
  };
}

const isOfPerson = ({ email, customerNumber }: Wish): boolean => email !== undefined || customerNumber !== undefined;

/** What a wish asks besides the status, with the index that leads to it where there is one; that which leaves the fewest first. */
function filtersOf({ email, customerNumber, assignee, topicId }: Wish): { index?: string; is: SQL }[] {
  return [
    ...(email === undefined ? [] : [{ index: "conversations_by_email", is: sql`email = ${email}` }]),
    ...(customerNumber === undefined
      ? []
      : [{ index: "conversations_by_customer", is: sql`customer_number = ${customerNumber}` }]),
    ...(typeof assignee === "string" ? [{ index: "conversations_assigned", is: sql`assignee = ${assignee}` }] : []),
    ...(topicId === undefined ? [] : [{ index: "conversations_of_topic", is: sql`topic_id = ${topicId}` }]),
    ...(assignee === null ? [{ is: sql`assignee is null` }] : []),
  ];
}

/** Where looking ended before all was looked at, in the look that came least far; null when all was. */
async function endOf(db: Database, looks: readonly SQL[], wish: Wish): Promise<Place | null> {
  const ends = await db.all<Place>(
    sql.join(
      looks.map((look) => sql`select * from (select at, seq from (${look}) limit 1 offset ${LOOKED_AT - 1})`),
      sql` union all `,
    ),
  );
  return ends.sort((a, b) => compare(wish, a, b))[0] ?? null;
}

const compare = ({ isByTarget }: Wish, a: Place, b: Place): number =>
  (a.at - b.at || a.seq - b.seq) * (isByTarget ? 1 : -1);

/** Conversations by their places, in that order. */
async function inOrder(db: Database, seqs: readonly number[]): Promise<Conversation[]> {
  if (seqs.length === 0) return [];
  const rows = await db
    .select()
    .from(conversations)
    .where(inArray(conversations.seq, [...seqs]));
  const bySeq = new Map(rows.map((row) => [row.seq, row]));
  return seqs.flatMap((seq) => bySeq.get(seq) ?? []);
}

/** How many conversations there are of each status at hand, and how many are over their target; each counted up to `most`. */
export async function countQueues(db: Database, now: number, most: number): Promise<Record<AtHand | "late", number>> {
  const upTo = (from: SQL) => sql`(select count(*) from (select 1 from ${from} limit ${most}))`;
  const withStatus = (status: AtHand) => upTo(sql`${conversations} where status = ${status}`);
  const late = (status: AtHand) =>
    upTo(sql`${conversations} indexed by conversations_due where status = ${status} and due_at < ${now}`);
  const counts = await db.get<Record<AtHand | "late", number>>(sql`select
    ${sql.join(
      AT_HAND.map((status) => sql`${withStatus(status)} as ${sql.identifier(status)}`),
      sql`, `,
    )},
    ${late("new")} + ${late("open")} as late`);
  return { ...counts, late: Math.min(counts.late, most) };
}
