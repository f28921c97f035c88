import type { Hono } from "hono";
import { ANSWER_MAIL } from "../contact/receipt.ts";
import { letters } from "../letters.ts";
import { OnHold, type OutgoingMail, PermanentFailure, Unwanted } from "../mail/letter.ts";
import { composeMasked } from "../mail/outbox.ts";
import { retryMail } from "../mail/retry.ts";
import { findMail, type OutboxRow } from "../mail/store.ts";
import { Refusal } from "../platform/errors.ts";
import type { House } from "../platform/http.ts";
import { chooseLanguage, LANGUAGE_NAMES, type Language } from "../platform/languages.ts";
import { pageHeaders } from "../platform/page.tsx";
import type { Runtime } from "../platform/runtime.ts";
import { action, goTo, type StaffDesk, screen } from "./desk.ts";
import { Form } from "./form.tsx";
import { numberInWords } from "./format.ts";
import { failureInWords, OUTBOX, templateInWords } from "./outbox-words.ts";
import { doneSaid, replyScreen } from "./shell.tsx";
import { Facts, When } from "./table.tsx";
import { SHELL } from "./words.ts";

const LIST = "/admin/outbox";
const PATH = `${LIST}/:id`;

/** A mail's own styles are inline, as mail programs need them; nothing else may load, run, be sent or frame it. */
const CSP =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox";

/** Adds the pages about one mail. */
export function addMail(routes: Hono<House>): void {
  routes.get(
    PATH,
    screen("mail:read", async (desk) => replyMail(desk, await mailOf(desk))),
  );

  routes.get(
    `${PATH}/html`,
    screen("mail:read", async (desk) => {
      const { c, rt } = desk;
      const row = await mailOf(desk);
      const mail = await tryToCompose(rt, row);
      if (!mail) throw new Refusal("not_found");
      pageHeaders(c, chooseLanguage(rt.settings.LANGUAGE, row.lang), CSP);
      return c.html(mail.html);
    }),
  );

  routes.post(
    `${PATH}/retry`,
    action("mail:write", async (desk) => {
      const { id } = await mailOf(desk);
      const isRetried = await retryMail(desk.rt, `staff:${desk.member.id}`, id);
      return goTo(desk, `${LIST}/${id}`, isRetried ? "retried" : "not-failed");
    }),
  );
}

async function mailOf({ c, rt }: StaffDesk): Promise<OutboxRow> {
  const row = await findMail(rt.db, c.req.param("id") ?? "");
  if (!row) throw new Refusal("not_found");
  return row;
}

/**
 * The mail of a row with its links masked; undefined when it can no longer be written, would not go as things are now, or is a
 * person's answer, which only those may read who read conversations.
 */
async function tryToCompose(rt: Runtime, row: OutboxRow): Promise<OutgoingMail | undefined> {
  if (isAnswer(row)) return undefined;
  try {
    return await composeMasked(rt, row, letters);
  } catch (error) {
    if ([PermanentFailure, Unwanted, OnHold].some((kind) => error instanceof kind)) return undefined;
    throw error;
  }
}

async function replyMail(desk: StaffDesk, row: OutboxRow): Promise<Response> {
  const { rt, lang } = desk;
  const words = OUTBOX[lang];
  const mail = await tryToCompose(rt, row);
  const children = (
    <>
      <Facts facts={factsOf(desk, row)} />
      {row.state === "dead" && desk.may("mail:write") ? (
        <Form desk={desk} action={`${LIST}/${row.id}/retry`}>
          <button type="submit">{words.retry}</button>
        </Form>
      ) : null}
      <h2>{words.asSent}</h2>
      {mail ? (
        <AsSent desk={desk} mail={mail} />
      ) : (
        <p class="note">{isAnswer(row) ? <Answer desk={desk} row={row} /> : words.unwritable}</p>
      )}
    </>
  );
  const title = templateInWords(row.template, lang);
  return replyScreen(desk, { title, section: "outbox", done: doneSaid(desk, words.done), children });
}

const isAnswer = ({ template }: OutboxRow): boolean => template === ANSWER_MAIL;

/** Where the words of an answer stand, for those who may read them. */
function Answer({ desk, row }: { desk: StaffDesk; row: OutboxRow }) {
  const words = OUTBOX[desk.lang];
  const id = row.params["conversation"] ?? "";
  return desk.may("contact:read") ? <a href={`/admin/contact/${id}`}>{words.answer}</a> : <span>{words.answer}</span>;
}

function factsOf(desk: StaffDesk, row: OutboxRow) {
  const { lang } = desk;
  const words = OUTBOX[lang];
  const when = (at: number | null) => (at === null ? SHELL[lang].none : <When desk={desk} at={at} />);
  return [
    [words.recipient, <a href={`${LIST}?${new URLSearchParams({ recipient: row.recipient })}`}>{row.recipient}</a>],
    [words.state, stateInWords(row, lang)],
    [words.why, <Failure lang={lang} error={row.lastError} />],
    [words.tries, numberInWords(row.attempts, lang)],
    [words.created, when(row.createdAt)],
    [words.due, when(row.dueAt)],
    [words.sent, when(row.sentAt)],
    [words.lang, LANGUAGE_NAMES[chooseLanguage(desk.rt.settings.LANGUAGE, row.lang)]],
    [words.id, row.id],
  ] as const;
}

function AsSent({ desk, mail }: { desk: StaffDesk; mail: OutgoingMail }) {
  const words = OUTBOX[desk.lang];
  const { id, from, to, subject, text, messageId, date } = mail;
  const headers = Object.entries({ "Message-ID": messageId, ...mail.headers });
  return (
    <>
      <p>{words.asSentText}</p>
      <p class="note">{words.masked}</p>
      <Facts
        facts={[
          [words.from, from],
          [words.to, to],
          [words.subject, subject],
          [words.date, <When desk={desk} at={date} />],
        ]}
      />
      <h3>{words.text}</h3>
      <pre>{text}</pre>
      <p>
        <a href={`${LIST}/${id}/html`} target="_blank" rel="noopener">
          {words.html} {words.newTab}
        </a>
      </p>
      <h3>{words.headers}</h3>
      <pre>{headers.map(([name, value]) => `${name}: ${value}`).join("\n")}</pre>
    </>
  );
}

/** How a mail stands; one that is tried again says so. */
export function stateInWords({ state, attempts, lastError }: OutboxRow, lang: Language): string {
  const { is } = OUTBOX[lang];
  return state === "queued" && attempts > 0 && lastError !== null ? is.again : is[state];
}

/** Why a mail did not go out at its last try, with the code that says so to who runs this. */
export function Failure({ lang, error }: { lang: Language; error: string | null }) {
  if (error === null) return <span>{SHELL[lang].none}</span>;
  return (
    <span>
      {failureInWords(error, lang)} <code class="muted">{error}</code>
    </span>
  );
}
