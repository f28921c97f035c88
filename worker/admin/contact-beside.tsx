import type { Child } from "hono/jsx";
import type { Conversation, Matter } from "../contact/store.ts";
import type { Customer } from "../customers/store.ts";
import { LANGUAGE_NAMES, type Language } from "../platform/languages.ts";
import { CONVERSATION, timeInWords } from "./contact-conversation-words.ts";
import { Target } from "./contact-list.tsx";
import { INBOX, pathOf } from "./contact-paths.ts";
import { CONTACT, titleOf, topicName } from "./contact-words.ts";
import { CUSTOMERS } from "./customers-words.ts";
import type { StaffDesk } from "./desk.ts";
import { Facts, When } from "./table.tsx";

interface AboutProps {
  desk: StaffDesk;
  matter: Matter;
  /** Of members of staff. */
  names: ReadonlyMap<string, string>;
}

/** What is known of a conversation: who, since when, and how it stands with its targets. */
export function About({ desk, matter, names }: AboutProps) {
  const { lang } = desk;
  const { conversation, topic } = matter;
  const [words, list] = [CONVERSATION[lang], CONTACT[lang]];
  const { name, email, customerNumber, assignee, status, firstResponseMs, resolvedMs, closedAt } = conversation;
  const worked = (ms: number) => `${timeInWords(ms, lang)} ${words.workingTime}`;
  const facts: (readonly [string, Child])[] = [
    [words.reference, conversation.reference],
    [list.status, list.statuses[status]],
    [list.target, <Target desk={desk} dueAt={conversation.dueAt} />],
    [
      list.from,
      name === null ? (
        email
      ) : (
        <>
          <bdi>{name}</bdi>, {email}
        </>
      ),
    ],
    ...(customerNumber === null ? [] : [[words.customer, customerNumber] as const]),
    [list.assignee, assignee === null ? list.nobody : (names.get(`staff:${assignee}`) ?? "?")],
    [list.topic, topicName(lang, topic)],
    [words.lang, LANGUAGE_NAMES[conversation.lang as Language] ?? conversation.lang],
    [words.way, words.ways[conversation.channel]],
    ...(conversation.pageOrigin === null ? [] : [[words.from, conversation.pageOrigin] as const]),
    [words.began, <When desk={desk} at={conversation.createdAt} />],
    ...(firstResponseMs === null ? [] : [[words.firstResponse, worked(firstResponseMs)] as const]),
    ...(closedAt === null ? [] : [[words.closedAt, <When desk={desk} at={closedAt} />] as const]),
    ...(conversation.closeReason === null ? [] : [[words.reason, words.reasons[conversation.closeReason]] as const]),
    ...(closedAt === null || resolvedMs === null ? [] : [[words.resolved, worked(resolvedMs)] as const]),
  ];
  const subject = `conversation:${conversation.id}`;
  return (
    <section aria-labelledby="facts">
      <h2 id="facts">{words.facts}</h2>
      <Facts facts={facts} />
      {desk.may("ledger:read") ? (
        <p>
          <a href={`/admin/ledger?${new URLSearchParams({ subject })}`}>{words.ledger}</a>
        </p>
      ) : null}
    </section>
  );
}

/** A few facts of the customer that a conversation is tied to, for who may see customers: enough to answer by. */
export function Person({ desk, customer }: { desk: StaffDesk; customer: Customer | undefined }) {
  const words = CUSTOMERS[desk.lang];
  if (!customer || !desk.may("customers:read")) return null;
  const { number, name, organisation, email, registeredAt, closedAt } = customer;
  const facts: (readonly [string, Child])[] = [
    [words.labels["name"] ?? "", <bdi>{name}</bdi>],
    ...(organisation === null ? [] : [[words.labels["organisation"] ?? "", <bdi>{organisation}</bdi>] as const]),
    [words.labels["email"] ?? "", email],
    [words.registered, <When desk={desk} at={registeredAt} />],
    [words.state, closedAt === null ? words.open : words.closed],
    ...(closedAt === null ? [] : [[words.closedAt, <When desk={desk} at={closedAt} />] as const]),
  ];
  return (
    <section aria-labelledby="customer-facts">
      <h2 id="customer-facts">{CONVERSATION[desk.lang].customer}</h2>
      <Facts facts={facts} />
      <p>
        <a href={`/admin/customers/${number}`}>{CONVERSATION[desk.lang].toCustomer(number)}</a>
      </p>
    </section>
  );
}

interface OthersProps {
  desk: StaffDesk;
  others: readonly Conversation[];
  topicOf(id: string | null): string;
}

/** What else the person wrote. Of what is in the archive only that it is there: reading it is entered in the ledger. */
export function Others({ desk, others, topicOf }: OthersProps) {
  const { lang } = desk;
  const [words, list] = [CONVERSATION[lang], CONTACT[lang]];
  return (
    <section aria-labelledby="others">
      <h2 id="others">{words.others}</h2>
      {others.length === 0 ? (
        <p>{words.noOthers}</p>
      ) : (
        <ul class="others">
          {others.map((other) => (
            <li>
              {other.status !== "archived" ? (
                <a href={pathOf(other.id)} dir="auto">
                  {titleOf(lang, other)}
                </a>
              ) : desk.may("contact:archive") ? (
                <a href={`${INBOX}/archive/${other.id}`}>{other.reference}</a>
              ) : (
                other.reference
              )}
              <br />
              <span class="muted">
                <When desk={desk} at={other.lastAt} />, {list.statuses[other.status]}
                {other.topicId === null ? null : <>, {topicOf(other.topicId)}</>}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
