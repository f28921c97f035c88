import { ledgerEntry } from "../ledger/entry.ts";
import { base64url } from "../platform/bytes.ts";
import { commit } from "../platform/db.ts";
import { Refusal } from "../platform/errors.ts";
import type { Runtime } from "../platform/runtime.ts";
import { waitingOf } from "./action-store.ts";
import { askToConfirm } from "./asking.ts";
import { listLabels } from "./label-store.ts";
import type { SubscriberChange } from "./list-shapes.ts";
import { findSubscriber, type Subscriber } from "./list-store.ts";
import { appendChanged, asRead, endConsents, updatePerson } from "./person-store.ts";

/** The subscriber of an id. Refuses not_found. */
export async function subscriberOf(rt: Runtime, id: string): Promise<Subscriber> {
  const found = await findSubscriber(rt.db, id);
  if (!found) throw new Refusal("not_found");
  return found;
}

const refused = (path: string) => new Refusal("invalid_input", { errors: [{ path, code: "unknown_value" }] });

/**
 * Changes what staff or a program may change of a subscriber: name, language, internal topics, and public topics to fewer of
 * them, which ends those consents. `actor` is the ledger's. Refuses not_found; invalid_input for a label there is not, and for a topic
 * that they do not get; edited_meanwhile when they changed since they were read.
 */
export async function changeSubscriber(
  rt: Runtime,
  id: string,
  change: SubscriberChange,
  actor: string,
): Promise<void> {
  const found = await subscriberOf(rt, id);
  const { status, email, topics: before } = found;
  const now = rt.now();
  const next = {
    name: change.name === undefined ? found.name : change.name,
    lang: change.lang ?? found.lang,
    labels: await labelsOf(rt, found, change),
    topics: topicsOf(found, change),
  };
  const removed = before.filter((topic) => !next.topics.includes(topic));
  const fields = (["name", "lang", "labels"] as const).filter(
    (field) => JSON.stringify(next[field]) !== JSON.stringify(found[field]),
  );
  if (removed.length + fields.length === 0) return;
  const by = actor.startsWith("key:") ? ("key" as const) : ("staff" as const);
  const told = () => ({ event: base64url(rt.random(16)), subject: `subscriber:${id}`, actor });
  const ended = {
    ...{ email, added: [], removed, by, wording: null, flags: [], policyDate: null },
    changedAt: new Date(now).toISOString(),
  };
  const entries = await Promise.all([
    ...(fields.length > 0 ? [ledgerEntry(rt, "subscriber.changed", { ...told(), body: { fields } })] : []),
    ...(removed.length > 0 ? [ledgerEntry(rt, "consent.changed", { ...told(), body: ended })] : []),
  ]);
  const was = {
    ...{ status, name: found.name, lang: found.lang },
    ...{ topics: JSON.stringify(before), labels: JSON.stringify(found.labels) },
  };
  const read = asRead({ subscriber: id, was });
  const changes = await commit(rt, [
    ...entries.map((entry) => appendChanged({ ...entry, ...read })),
    ...(removed.length > 0 ? [endConsents({ ...read, removed: JSON.stringify(removed), at: now, by })] : []),
    updatePerson({ ...read, ...next }),
  ]);
  if (!changes.at(-1)) throw new Refusal("edited_meanwhile");
}

/** A label that somebody has already may stay, also when it is no longer offered. */
async function labelsOf(rt: Runtime, { labels }: Subscriber, change: SubscriberChange): Promise<string[]> {
  if (change.labels === undefined) return labels;
  const wished = [...new Set(change.labels)].sort();
  const known = new Set([...labels, ...(await listLabels(rt.db)).map(({ name }) => name)]);
  const unknown = wished.findIndex((label) => !known.has(label));
  if (unknown >= 0) throw refused(`labels.${unknown}`);
  return wished;
}

/** Nobody consents in another's place: topics only become fewer, of those who get mail. */
function topicsOf({ status, topics }: Subscriber, change: SubscriberChange): string[] {
  const wished = change.topics ?? topics;
  const unknown = wished.findIndex((topic) => !topics.includes(topic));
  if (unknown >= 0) throw refused(`topics.${unknown}`);
  const next = topics.filter((topic) => wished.includes(topic));
  if (next.length < topics.length && status !== "active") throw refused("topics");
  return next;
}

/**
 * Mails somebody whose signup waits its link again. Gives false when none waits, or they had enough of those mails today.
 */
export async function resendConfirmation(rt: Runtime, id: string): Promise<boolean> {
  const mailsOf = async () => (await waitingOf(rt.db, [id])).map(({ mailId }) => mailId).join();
  const before = await mailsOf();
  await askToConfirm(rt, await waitingOf(rt.db, [id]));
  return (await mailsOf()) !== before;
}
