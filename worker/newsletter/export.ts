import { ledgerEntry } from "../ledger/entry.ts";
import { appendEntry } from "../ledger/store.ts";
import { base64url } from "../platform/bytes.ts";
import { CSV_START, csvRow } from "../platform/csv.ts";
import { commit } from "../platform/db.ts";
import type { Runtime } from "../platform/runtime.ts";
import { resolveFilter, toldFilter } from "./filter.ts";
import { lastPlace, type Resolved } from "./filter-store.ts";
import { countExactly, type Subscriber, subscribersAfter } from "./list-store.ts";
import type { SubscriberFilter } from "./tables.ts";

/** Subscribers that are read at a time: about a MB. D1 answers 1,000 queries of an invocation: of a million, an export takes some 200. */
const AT_ONCE = 5_000;

const HEADING = ["email", "name", "status", "topics", "labels", "lang", "source", "requested", "confirmed", "left"];

/**
 * Whom a filter finds, as a CSV file that is made while it is read, a page at a time, in the order in which they came. That somebody
 * takes them out of the house is entered in the ledger before there is a byte of it. `actor` is the ledger's.
 */
export async function exportSubscribers(
  rt: Runtime,
  actor: string,
  filter: SubscriberFilter,
): Promise<AsyncGenerator<string>> {
  const resolved = await resolveFilter(rt, filter);
  const [matched, upTo] = await Promise.all([countExactly(rt.db, resolved), lastPlace(rt.db)]);
  const body = { filter: await toldFilter(rt, filter), matched };
  const event = base64url(rt.random(12));
  await commit(rt, [appendEntry(await ledgerEntry(rt, "subscribers.exported", { event, subject: null, actor, body }))]);
  return rowsOf(rt, resolved, upTo);
}

async function* rowsOf(rt: Runtime, resolved: Resolved, upTo: number): AsyncGenerator<string> {
  yield CSV_START + csvRow(HEADING);
  for (let after: number | null = 0; after !== null; ) {
    const page: Subscriber[] = await subscribersAfter(rt.db, resolved, { after, upTo, limit: AT_ONCE });
    if (page.length > 0) yield page.map(rowOf).join("");
    after = page.length < AT_ONCE ? null : (page.at(-1)?.seq ?? null);
  }
}

const instant = (at: number | null): string => (at === null ? "" : new Date(at).toISOString());

const rowOf = (one: Subscriber): string =>
  csvRow([
    ...[one.email, one.name, one.status, one.topics.join("; "), one.labels.join("; "), one.lang, one.source],
    ...[instant(one.requestedAt), instant(one.confirmedAt), instant(one.leftAt)],
  ]);
