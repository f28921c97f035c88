import { base64url } from "../platform/bytes.ts";
import { commit } from "../platform/db.ts";
import { wake, wakeLater } from "../platform/jobs.ts";
import { chooseLanguage, type Language } from "../platform/languages.ts";
import { logFailure } from "../platform/log.ts";
import type { Runtime } from "../platform/runtime.ts";
import { tokenText } from "../platform/tokens.ts";
import { type AddressMaker, headersOf } from "./headers.ts";
import { type LetterJob, type LetterWriters, type OutgoingMail, PermanentFailure, type Transport } from "./letter.ts";
import { addressIn } from "./mime.ts";
import { renderHtml, renderText } from "./render.tsx";
import { addressFor } from "./return-address.ts";
import { leaseMails, markFailed, markSent, type NewMail, type OutboxRow, strayMails } from "./store.ts";
import { openTransport } from "./transport.ts";

const MINUTE = 60_000;
/** A sender that has not finished by then is taken for dead, and its mails go to the next. */
export const LEASE = 5 * MINUTE;
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
 * it is tried again later, and after ten tries it is "dead", to be seen and retried by people.
 */
export async function deliver(rt: Runtime, ids: string[], writers: LetterWriters): Promise<void> {
  const until = rt.now() + LEASE;
  const rows = await leaseMails(rt.db, ids, rt.now(), until);
  if (rows.length === 0) return;
  const transport = await openTransport(rt);
  const sent: Sent[] = [];
  try {
    const waiting = [...rows];
    const work = async () => {
      for (let row = waiting.shift(); row && rt.now() < until - MARGIN; row = waiting.shift()) {
        if (!(await isSent(rt, row, writers, transport))) continue;
        sent.push({ id: row.id, attempts: row.attempts, sentAt: rt.now() });
        if (sent.length >= MARKED_AT_ONCE) await mark(rt, sent.splice(0));
      }
    };
    // One mail's trouble must not close the way out under its neighbours.
    const outcomes = await Promise.allSettled(Array.from({ length: AT_ONCE }, work));
    for (const outcome of outcomes) if (outcome.status === "rejected") logFailure("mail", outcome.reason);
  } finally {
    transport.close();
    await mark(rt, sent).catch((error: unknown) => logFailure("mail", error));
  }
}

type Sent = Parameters<typeof markSent>[0][number];

/** Sends one mail, or writes down why it did not go out and when it is tried again. */
async function isSent(rt: Runtime, row: OutboxRow, writers: LetterWriters, transport: Transport): Promise<boolean> {
  try {
    await transport.send(await compose(rt, row, writers));
    return true;
  } catch (error) {
    const final = error instanceof PermanentFailure || row.attempts >= MOST_ATTEMPTS;
    const pause = pauseAfter(row.attempts);
    const reason = reasonOf(error);
    await markFailed(rt.db, row, reason, final ? null : rt.now() + pause);
    if (!final) wakeLater(rt, [{ kind: "mail", id: row.id }], Math.ceil(pause / 1000));
    logFailure("mail", new Error(reason), { outbox: row.id, attempts: row.attempts });
    return false;
  }
}

/** Mails that are sent but not marked go out again: worth more than one try. */
async function mark(rt: Runtime, sent: readonly Sent[], tries = 3): Promise<void> {
  if (sent.length === 0) return;
  await commit(rt, [markSent(sent)]).catch((error: unknown) => {
    if (tries <= 1) throw error;
    return mark(rt, sent, tries - 1);
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
    address: (kind) => addressFor(rt, kind, row.id),
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
  // Cloudflare takes a mail from the address in its From alone, and sees to what comes back by itself.
  const address: AddressMaker = async (kind) => (settings.MAIL_TRANSPORT === "cloudflare" ? null : make.address(kind));
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

/** Wakes the queue again for mails whose wake-up was lost or whose sender died. Returns how many. */
export async function requeueStrays(rt: Runtime): Promise<number> {
  const now = rt.now();
  const ids = await strayMails(rt.db, now, now - STRAY_AFTER, STRAYS_AT_ONCE);
  wake(
    rt,
    ids.map((id) => ({ kind: "mail", id })),
  );
  return ids.length;
}
