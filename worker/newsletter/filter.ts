import { normaliseAddress } from "../platform/address.ts";
import { addDays, startOfDay } from "../platform/calendar.ts";
import type { Runtime } from "../platform/runtime.ts";
import { keyed } from "../platform/tokens.ts";
import { placeAt, type Resolved } from "./filter-store.ts";
import type { SubscriberFilter } from "./tables.ts";

/** Makes a filter ready to be asked, for this moment: days of our zone become places in the list. */
export async function resolveFilter(rt: Runtime, filter: SubscriberFilter): Promise<Resolved> {
  const { search = "", status = [], topics = [], labels = [], sources = [], langs = [], from, to } = filter;
  const placeOf = (day: string) => placeAt(rt.db, startOfDay(rt.settings.TIME_ZONE, day));
  const [fromSeq, untilSeq] = await Promise.all([
    from === undefined ? 0 : placeOf(from),
    to === undefined ? undefined : placeOf(addDays(to, 1)),
  ]);
  return {
    search: sought(search),
    ...{ status, topics, labels, sources, langs },
    // Nobody is past either end.
    fromSeq: fromSeq ?? Number.MAX_SAFE_INTEGER,
    untilSeq: untilSeq ?? Number.MAX_SAFE_INTEGER,
  };
}

/** What to search for, in the form in which addresses are kept. */
function sought(text: string): string | null {
  const typed = text.trim().normalize("NFC").toLowerCase();
  return typed === "" ? null : (normaliseAddress(typed) ?? typed);
}

/**
 * A filter as the ledger is told it. What was searched for may be an address, and entries about the house are never erased:
 * of that it gets a keyed hash.
 */
export async function toldFilter(rt: Runtime, filter: SubscriberFilter): Promise<SubscriberFilter> {
  const { search, ...rest } = filter;
  return search === undefined ? rest : { search: await keyed(rt, "search", search), ...rest };
}
