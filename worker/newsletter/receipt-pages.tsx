import type { Child } from "hono/jsx";
import { dayIn, dayInWords, momentInWords } from "../platform/calendar.ts";
import type { Language } from "../platform/languages.ts";
import type { Receipt, ReceiptEvent } from "./receipt-shapes.ts";
import { RECEIPT_WORDS, type ReceiptWords } from "./receipt-words.ts";
import { topicInWords } from "./topics.ts";

interface ReceiptProps {
  lang: Language;
  timeZone: string;
  receipt: Receipt;
  /** Where the same is as JSON, and where preferences are changed. */
  download: string;
  preferences: string;
}

/** A receipt of consent as people read it: what holds now, what happened with the evidence of each, and who is who. */
export function ReceiptPage(props: ReceiptProps) {
  const { lang, receipt, download, preferences } = props;
  const words = RECEIPT_WORDS[lang];
  const [controller] = receipt.party_identification;
  return (
    <>
      <h1>{words.title}</h1>
      <p>{words.intro(controller?.party_name ?? "")}</p>
      <ul>
        <li>
          <a href={download} download="consent-receipt.json">
            {words.download}
          </a>
        </li>
        <li>
          <a href={preferences}>{words.preferences}</a>
        </li>
      </ul>
      <h2>{words.now}</h2>
      <p>{receipt.pii_principal_id}</p>
      <Purposes {...props} />
      <h2>{words.history}</h2>
      {receipt.events.map((event) => (
        <Event {...props} event={event} />
      ))}
      <Parties {...props} />
      <p class="muted">{words.check}</p>
    </>
  );
}

function Purposes({ lang, timeZone, receipt }: ReceiptProps) {
  const words = RECEIPT_WORDS[lang];
  const { purposes } = receipt.pii_processing;
  if (purposes.length === 0) return <p>{words.noConsent}</p>;
  const day = (at: string) => <time datetime={at}>{dayInWords(dayIn(timeZone, Date.parse(at)), lang)}</time>;
  return (
    <ul>
      {purposes.map(({ purpose, given_at, withdrawn_at, withdrawn_by }) => (
        <li>
          <strong>{purpose}</strong>: {words.since} {day(given_at)}
          {withdrawn_at === null ? null : (
            <>
              {" "}
              {words.ended} {day(withdrawn_at)}
              {withdrawn_by ? ` (${words.methods[withdrawn_by] ?? withdrawn_by})` : null}
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

function Event({ lang, timeZone, event }: ReceiptProps & { event: ReceiptEvent }) {
  const words = RECEIPT_WORDS[lang];
  const { facts } = words;
  const { ledger, wording, stated } = event;
  const topics = (list: readonly string[]) => list.map((topic) => topicInWords(topic, lang)).join(", ");
  const isGiven = event.event_state === "given";
  const isConsent = event.event_type === "expressed-consent";
  return (
    <section class="event">
      <h3>
        {words.states[event.event_state]}, {dayInWords(dayIn(timeZone, Date.parse(event.event_time)), lang)}
      </h3>
      <p class="muted">
        <Moment {...{ lang, timeZone }} at={event.event_time} />
        {event.entity_id === "controller" ? ` ${words.byStaff}` : null}
      </p>
      <dl>
        <Fact name={isGiven ? facts.topics : facts.added}>{topics(event.topics_added)}</Fact>
        <Fact name={facts.removed}>{topics(event.topics_removed)}</Fact>
        <Fact name={facts.method}>{event.method && (words.methods[event.method] ?? event.method)}</Fact>
        <Fact name={facts.asked}>
          {event.requested_at && <Moment {...{ lang, timeZone }} at={event.requested_at} />}
        </Fact>
        <Fact name={facts.page}>{event.page}</Fact>
        <Fact name={facts.wording}>{wording && <q>{wording.text}</q>}</Fact>
        <Fact name={facts.hash}>{wording && <code>{wording.sha256}</code>}</Fact>
        <Fact name={facts.notice}>
          {event.privacy_notice && <a href={event.privacy_notice}>{event.privacy_notice.split("/").at(-1)}</a>}
        </Fact>
        <Fact name={facts.stated}>
          {stated && (
            <>
              <q>{stated.text}</q> ({dayInWords(stated.date, lang)})
            </>
          )}
        </Fact>
        <Fact name={facts.evidence}>{stated?.evidence && <code>{stated.evidence.sha256}</code>}</Fact>
        <Fact name={facts.doubts}>{isConsent && sureness(event, words)}</Fact>
        <Fact name={facts.entry}>
          <code>{ledger.id}</code>
        </Fact>
        <Fact name={facts.commitment}>
          <code>{ledger.commitment}</code>
        </Fact>
        <Fact name={facts.seal}>
          {ledger.sealed ? (
            <>
              {words.sealed(ledger.sealed.seal.number)}{" "}
              <a href={`/v1/ledger/entries/${encodeURIComponent(ledger.id)}/proof`}>{words.proof}</a>
            </>
          ) : (
            words.notSealed
          )}
        </Fact>
      </dl>
    </section>
  );
}

/** How sure a consent is, in words; nothing when a panel vouches for who gave it. */
function sureness({ doubts, stated }: ReceiptEvent, words: ReceiptWords): string | null {
  if (doubts !== null) return doubts.map((doubt) => words.doubts[doubt] ?? doubt).join("; ") || words.noDoubt;
  return stated === null ? null : words.onStatement;
}

/** A moment in words; to machines it is as it was entered. */
const Moment = ({ lang, timeZone, at }: { lang: Language; timeZone: string; at: string }) => (
  <time datetime={at}>{momentInWords(Date.parse(at), lang, timeZone)}</time>
);

/** A fact by its name; none when there is nothing to say. */
function Fact({ name, children }: { name: string; children?: Child }) {
  if (children === null || children === undefined || children === false || children === "") return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Parties({ lang, receipt }: ReceiptProps) {
  const { who, party, basis } = RECEIPT_WORDS[lang];
  const processing = receipt.pii_processing;
  const [controller] = receipt.party_identification;
  return (
    <section>
      <h2>{who}</h2>
      <dl>
        <Fact name={party.name}>{controller?.party_name}</Fact>
        <Fact name={party.address}>{controller?.party_address}</Fact>
        <Fact name={party.email}>{controller?.party_email}</Fact>
        <Fact name={party.basis}>{basis}</Fact>
        <Fact name={party.data}>{processing.pii_information.map(({ pii_type }) => pii_type).join(", ")}</Fact>
        <Fact name={party.recipients}>{processing.recipient_third_parties.join(", ")}</Fact>
        <Fact name={party.kept}>{processing.retention_period}</Fact>
        <Fact name={party.leave}>{processing.withdrawal_method.join(", ")}</Fact>
        <Fact name={party.rights}>{processing.privacy_rights.join(", ")}</Fact>
      </dl>
    </section>
  );
}
