import { ledgerEntry } from "../ledger/entry.ts";
import { newMail } from "../mail/outbox.ts";
import { addressHash, mirrorSoon } from "../mail/suppression.ts";
import { base64url } from "../platform/bytes.ts";
import { commit } from "../platform/db.ts";
import { Refusal } from "../platform/errors.ts";
import { wake } from "../platform/jobs.ts";
import { chooseLanguage, type Language } from "../platform/languages.ts";
import type { Runtime } from "../platform/runtime.ts";
import { useToken } from "../platform/store.ts";
import { mintToken, openToken } from "../platform/tokens.ts";
import {
  agree,
  appendMoved,
  dropEarlier,
  dropFormerTokens,
  dropMoved,
  findChange,
  insertChange,
  insertChangeToken,
  insertMailFrom,
  insertMailTo,
  moveSubscriber,
  suppressFormer,
} from "./address-change-store.ts";
import { readdressMails } from "./campaign-run-store.ts";
import { insertLinks, linkTokens, preferencesOf } from "./links.ts";
import type { Subscriber } from "./preferences-store.ts";

const DAY = 86_400_000;
/** Changes that one person can ask for a day, and mails about one to a new address, whoever asks: enough to correct a mistake, too few to pester a stranger. */
const MOVES_A_DAY = 3;

/** The two addresses that must agree, as their tokens name them. */
export type Side = "from" | "to";

/**
 * Asks both addresses to agree to a change (capped). Whatever the new address is, the same statements run: one that we know
 * already, or where mail was stopped, is never moved to, and only its own owner learns that. An earlier change that waits is
 * dropped. Refuses invalid_input for the address that they have.
 */
export async function requestMove(rt: Runtime, subscriber: Subscriber, email: string, lang: Language): Promise<void> {
  const { id, email: from } = subscriber;
  if (email === from) throw new Refusal("invalid_input", { errors: [{ path: "email", code: "taken" }] });
  const now = rt.now();
  const since = now - DAY;
  const change = base64url(rt.random(16));
  const [tokenFrom, tokenTo, recipientHash] = await Promise.all([
    mintToken(rt, "newsletter.move-from", change),
    mintToken(rt, "newsletter.move-to", change),
    addressHash(rt, email),
  ]);
  const mailFrom = newMail(rt, "newsletter.move-from", from, lang, { token: tokenFrom.id });
  const mailTo = newMail(rt, "newsletter.move-to", email, lang, { token: tokenTo.id });
  const { template } = mailFrom;
  await commit(rt, [
    insertChange({
      ...{ id: change, subscriberId: id, email, lang, requestedAt: now },
      ...{ recipient: from, template, most: MOVES_A_DAY, since },
    }),
    dropEarlier({ change, subscriber: id }),
    insertChangeToken({ ...tokenFrom, change }),
    insertChangeToken({ ...tokenTo, change }),
    insertMailFrom({ ...mailFrom, change }),
    insertMailTo({ ...mailTo, change, recipientHash, note: "newsletter.move-taken", most: MOVES_A_DAY, since }),
  ]);
  wake(
    rt,
    [mailFrom, mailTo].map(({ id: mail }) => ({ kind: "mail" as const, id: mail })),
  );
}

/**
 * The change that a token of one side belongs to. Refuses token_invalid, token_expired, and token_used when it was done or
 * another took its place.
 */
export async function openMove(rt: Runtime, side: Side, text: string) {
  const { token, change, subscriber } = await openToken(rt, `newsletter.move-${side}`, text, findChange);
  if (!change || !subscriber) throw new Refusal("token_used");
  return { token, change, subscriber, lang: chooseLanguage(rt.settings.LANGUAGE, change.lang) };
}

/**
 * Writes down that the owner of one address agrees. "waits": the other has not agreed yet. "moved": both have, and the subscriber
 * has the new address: the old one is suppressed as one that left, so that nobody brings it back but its owner, and the
 * links in its mails are good for leaving alone. "stopped": both have, but they left, or the new address is not free any more. Again is fine while
 * it waits. Refuses as `openMove` does.
 */
export async function agreeToMove(rt: Runtime, side: Side, text: string) {
  const { token, change, subscriber, lang } = await openMove(rt, side, text);
  const now = rt.now();
  const { id, email: from } = subscriber;
  const to = change.email;
  const entry = await ledgerEntry(rt, "subscriber.moved", {
    event: change.id,
    subject: `subscriber:${id}`,
    body: { from, to },
  });
  const [hash, recipientHash] = await Promise.all([addressHash(rt, from), addressHash(rt, to)]);
  const moving = { change: change.id, from, recipient: to, recipientHash };
  const preferences = await preferencesOf(rt, subscriber);
  const links = await linkTokens(rt, [{ id, email: to }]);
  const changes = await commit(rt, [
    agree(rt.db, change.id, side, now),
    useToken(rt.db, token.id, now),
    appendMoved({ ...entry, ...moving }),
    suppressFormer({ ...moving, hash, reason: "left", at: now }),
    dropFormerTokens({ ...moving, tokens: JSON.stringify(preferences) }),
    moveSubscriber({ ...moving, subscriber: id }),
    readdressMails({ subscriber: id, recipient: to, preferences: links.byId.get(id)?.preferences ?? "" }),
    insertLinks(links.rows),
    dropMoved({ subscriber: id, recipient: to }),
  ]);
  const [agreed, , entered] = changes;
  if (!agreed) throw new Refusal("token_used");
  if (entered) {
    mirrorSoon(rt, [hash]);
    return { outcome: "moved" as const, lang };
  }
  const other = side === "from" ? change.toConfirmedAt : change.fromConfirmedAt;
  return { outcome: other === null ? ("waits" as const) : ("stopped" as const), lang };
}
