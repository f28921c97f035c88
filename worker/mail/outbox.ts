import { base64url } from "../platform/bytes.ts";
import { commit } from "../platform/db.ts";
import { type Job, wake, wakeLater } from "../platform/jobs.ts";
import { chooseLanguage, type Language } from "../platform/languages.ts";
import { logFailure } from "../platform/log.ts";
import type { Runtime } from "../platform/runtime.ts";
import { tokenText } from "../platform/tokens.ts";
import { type AddressMaker, headersOf } from "./headers.ts";
import {
  AddressRefused,
  type Consequences,
  type Gate,
  type LetterJob,
  type LetterWriters,
  OnHold,
  type OutgoingMail,
  PermanentFailure,
  type Transport,
  Unwanted,
} from "./letter.ts";
import { addressIn } from "./mime.ts";
import { renderHtml, renderText } from "./render.tsx";
import { addressFor } from "./return-address.ts";
import {
  type Ended,
  type Lane,
  leaseMails,
  markEnded,
  markFailed,
  type NewMail,
  type OutboxRow,
  strayMails,
} from "./store.ts";
import { addressHash, mirrorSoon } from "./suppression.ts";
import { LANES } from "./tables.ts";
import { openTransport } from "./transport.ts";

const MINUTE = 60_000;
/** A sender that has not finished by then is taken for dead, and its mails go to the next. */
export const LEASE = 5 * MINUTE;
/** Of mail that goes to many it is shorter: a newsletter is not done before a sender that was killed gives its mails back. */
const LEASES: Readonly<Record<Lane, number>> = { transactional: LEASE, bulk: 3 * MINUTE };
/** No mail is begun so near the end of its lease that another sender could take it meanwhile; see the timeouts in smtp.ts. */
const MARGIN = 2 * MINUTE;
/** Due mails that nobody took for this long lost their wake-up. */
export const STRAY_AFTER = MINUTE;
/** A round wakes no more than this: it has other work, too. */
const STRAYS_AT_ONCE = 5_000;
const MOST_ATTEMPTS = 10;
/** What stands in a link where its token would. */
const MASK = "…";
const AT_ONCE = 5;
/** Mails sent are marked so many at a time: this many at most go out twice when a sender is killed. */
const MARKED_AT_ONCE = 20;

/** The job that sends a mail. */
export const jobOf = ({ id, lane }: Pick<OutboxRow, "id" | "lane">): Job => ({
  kind: lane === "bulk" ? "bulk-mail" : "mail",
  id,
});

/** Makes the outbox row of a mail. `params` hold ids and our own words only (DESIGN.md 6, no. 10). */
export function newMail(
  rt: Runtime,
  template: string,
  recipient: string,
  lang: Language,
  params: Record<string, string>,
): NewMail {
  const now = rt.now();
  const id = base64url(rt.random(16));
  return { id, template, recipient, lang, params, state: "queued", attempts: 0, dueAt: now, createdAt: now };
}

/** How long to wait after a failed try: half a minute, doubled each time, at most six hours. */
export function pauseAfter(attempts: number): number {
  return Math.min(MINUTE * 2 ** (attempts - 2), 6 * 60 * MINUTE);
}

/**
 * Sends those of the mails that are due and that nobody else is sending. Never throws for a mail that cannot go out:
 * it is tried again later, and after ten tries it is "dead", to be seen and retried by people. First `gate` is asked: who is
 * not to get one any more does not. When a server says that an address is wrong or closed, what `consequences` says comes
 * of it.
 */
export async function deliver(
  rt: Runtime,
  ids: string[],
  writers: LetterWriters,
  gate: Gate,
  consequences: Consequences,
): Promise<void> {
  const rows = await leaseMails(rt.db, ids, rt.now(), LEASES);
  const waiting = await pastGate(rt, rows, gate);
  if (waiting.length === 0) return;
  const transport = await openTransport(rt);
  const ended: Ended[] = [];
  try {
    const work = async () => {
      for (let row = waiting.shift(); row; row = waiting.shift()) {
        if (!mayBegin(rt, row)) return void waiting.push(row);
        const end = await send(rt, row, writers, transport, consequences);
        if (end) ended.push(end);
        if (ended.length >= MARKED_AT_ONCE) await mark(rt, ended.splice(0));
      }
    };
    // One mail's trouble must not close the way out under its neighbours.
    const outcomes = await Promise.allSettled(Array.from({ length: AT_ONCE }, work));
    for (const outcome of outcomes) if (outcome.status === "rejected") logFailure("mail", outcome.reason);
  } finally {
    transport.close();
    const left = waiting.map((row) => endOf(row, "queued", row.lastError));
    await mark(rt, [...ended, ...left]).catch((error: unknown) => logFailure("mail", error));
    wake(rt, waiting.map(jobOf));
  }
}

/** Whether a mail's lease lasts long enough for it to be begun. */
const mayBegin = (rt: Runtime, { leaseUntil }: OutboxRow): boolean => rt.now() < (leaseUntil ?? 0) - MARGIN;

/** The mails that are still wanted. */
async function pastGate(rt: Runtime, rows: readonly OutboxRow[], gate: Gate): Promise<OutboxRow[]> {
  if (rows.length === 0) return [];
  const stopped = await gate(rt, rows).catch(async (error: unknown) => {
    // Nothing was begun: they need not wait until their lease runs out.
    await mark(
      rt,
      rows.map((row) => endOf(row, "queued", row.lastError)),
    );
    throw error;
  });
  const reasonOf = ({ id }: OutboxRow) => stopped.get(id);
  const isStopped = (row: OutboxRow) => reasonOf(row) !== undefined;
  await mark(
    rt,
    rows.filter(isStopped).map((row) => endOf(row, "dropped", reasonOf(row) ?? "")),
  );
  return rows.filter((row) => !isStopped(row));
}

const endOf = ({ id, attempts }: OutboxRow, state: Ended["state"], reason: string | null, sentAt?: number): Ended => ({
  ...{ id, attempts, state, reason },
  sentAt: sentAt ?? null,
});

/** Sends one mail and gives how that ended; or writes down why it failed, and when it is tried again. */
async function send(
  rt: Runtime,
  row: OutboxRow,
  writers: LetterWriters,
  transport: Transport,
  consequences: Consequences,
): Promise<Ended | undefined> {
  try {
    await transport.send(await compose(rt, row, writers));
    return endOf(row, "sent", null, rt.now());
  } catch (error) {
    if (error instanceof Unwanted) return endOf(row, "dropped", error.message);
    if (error instanceof OnHold) return endOf(row, "held", error.message);
    const final = error instanceof PermanentFailure || row.attempts >= MOST_ATTEMPTS;
    const pause = pauseAfter(row.attempts);
    const reason = reasonOf(error);
    const failure = markFailed(rt.db, row, reason, final ? null : rt.now() + pause);
    const isGone = error instanceof AddressRefused;
    await commit(rt, [failure, ...(isGone ? await consequences(rt, row, error.status) : [])]);
    if (isGone) mirrorSoon(rt, [await addressHash(rt, row.recipient)]);
    if (!final) wakeLater(rt, [jobOf(row)], Math.ceil(pause / 1000));
    logFailure("mail", new Error(reason), { outbox: row.id, attempts: row.attempts });
    return undefined;
  }
}

/** Mails that are sent but not marked go out again: worth more than one try. */
async function mark(rt: Runtime, ended: readonly Ended[], tries = 3): Promise<void> {
  if (ended.length === 0) return;
  await commit(rt, [markEnded(ended)]).catch((error: unknown) => {
    if (tries <= 1) throw error;
    return mark(rt, ended, tries - 1);
  });
}

/** Mail servers repeat addresses in their errors; only codes and words of our own are kept and logged. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  if (error instanceof PermanentFailure) return error.message;
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
  return [error.name, code, responseCode].filter((part) => part !== undefined).join(" ");
}

/** The mail of a row; the same row gives the same mail and Message-ID on every try. Refuses as `write` does. */
export function compose(rt: Runtime, row: OutboxRow, writers: LetterWriters): Promise<OutgoingMail> {
  return write(rt, row, writers, {
    link: async (path, purpose, id) => linkOf(rt, path, await tokenText(rt, purpose, id)),
    address: (kind, of = row.id) => addressFor(rt, kind, of),
  });
}

/** The same mail for people to look at: no token is made for it, so none can be read from it. Refuses as `write` does. */
export function composeMasked(rt: Runtime, row: OutboxRow, writers: LetterWriters): Promise<OutgoingMail> {
  return write(rt, row, writers, {
    link: async (path) => linkOf(rt, path, MASK),
    address: async () => rt.settings.INBOUND_ADDRESS.replace("@", `+${MASK}@`) || null,
  });
}

/** What of a mail lets its holder act as its reader. */
interface Makers {
  link: LetterJob["link"];
  address: AddressMaker;
}

const linkOf = ({ settings }: Runtime, path: string, token: string) => `${settings.ORIGIN}${path}?token=${token}`;

/** Writes the mail of a row with links and addresses as `make` makes them. Throws PermanentFailure when nobody knows its template. */
async function write(rt: Runtime, row: OutboxRow, writers: LetterWriters, make: Makers): Promise<OutgoingMail> {
  const { settings } = rt;
  const writer = Object.hasOwn(writers, row.template) ? writers[row.template] : undefined;
  if (!writer) throw new PermanentFailure(`There is no template ${row.template}`);
  const lang = chooseLanguage(settings.LANGUAGE, row.lang);
  const letter = await writer({ rt, lang, params: row.params, link: make.link });
  // Cloudflare takes a mail from the address in its From alone, and sees to what comes back by itself. A reply is another mail.
  const address: AddressMaker = async (kind, of) =>
    settings.MAIL_TRANSPORT === "cloudflare" && kind !== "conversation" ? null : make.address(kind, of);
  const domain = /@([^>]+)>/.exec(settings.MAIL_FROM)?.[1] ?? "localhost";
  return {
    id: row.id,
    from: settings.MAIL_FROM,
    returnPath: (await address("bounce")) ?? addressIn(settings.MAIL_FROM),
    to: row.recipient,
    subject: letter.subject,
    text: renderText(letter, settings),
    html: renderHtml(letter, lang, settings),
    messageId: `<${row.id}@${domain}>`,
    date: row.createdAt,
    headers: { "Content-Language": lang, ...(await headersOf(letter, settings, address)) },
  };
}

/**
 * Wakes the queues again for mails whose wake-up was lost or whose sender died. However many of those that go to many there
 * are, those that somebody waits for are all among them. Returns how many.
 */
export async function requeueStrays(rt: Runtime): Promise<number> {
  const now = rt.now();
  let count = 0;
  for (const lane of LANES) {
    const ids = await strayMails(rt.db, lane, now, now - STRAY_AFTER, STRAYS_AT_ONCE);
    wake(
      rt,
      ids.map((id) => jobOf({ id, lane })),
    );
    count += ids.length;
  }
  return count;
}
