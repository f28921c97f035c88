import type { Child } from "hono/jsx";
import type { Step } from "../newsletter/timeline.ts";
import { topicInWords } from "../newsletter/topics.ts";
import { dayInWords } from "../platform/calendar.ts";
import type { StaffDesk } from "./desk.ts";
import { LEDGER } from "./ledger-words.ts";
import { failureInWords, templateInWords } from "./outbox-words.ts";
import { argumentInWords } from "./subscribers-action-new.tsx";
import { ACTIONS } from "./subscribers-actions-words.ts";
import { TIMELINE } from "./subscribers-timeline-words.ts";
import { type Column, Facts, Table, When } from "./table.tsx";
import { SHELL } from "./words.ts";

type Fact = readonly [name: string, fact: Child];

/** What happened to a subscriber, the newest first, each step with its evidence. `names` are those of staff and keys. */
export function Timeline({
  desk,
  steps,
  names,
}: {
  desk: StaffDesk;
  steps: readonly Step[];
  names: ReadonlyMap<string, string>;
}) {
  const { lang } = desk;
  const words = TIMELINE[lang];
  const columns: Column<Step>[] = [
    { name: "at", label: words.at, cell: ({ at }) => <When desk={desk} at={at} /> },
    {
      name: "what",
      label: words.what,
      cell: (step) => (
        <>
          <What desk={desk} step={step} />
          <Evidence desk={desk} step={step} />
        </>
      ),
    },
    {
      name: "by",
      label: words.by,
      cell: ({ actor }) => (actor === null ? SHELL[lang].none : (names.get(actor) ?? actor)),
    },
  ];
  return (
    <section aria-labelledby="timeline">
      <h2 id="timeline">{words.title}</h2>
      <Table desk={desk} caption={words.title} columns={columns} rows={steps} empty={words.none} />
    </section>
  );
}

/** Topics in words, joined. */
const topicsIn = (topics: readonly string[], lang: StaffDesk["lang"]): string =>
  topics.map((topic) => topicInWords(topic, lang)).join(", ");

/** A step in one sentence. */
function What({ desk, step }: { desk: StaffDesk; step: Step }) {
  const { lang } = desk;
  const words = TIMELINE[lang];
  const kinds: Readonly<Record<string, string>> = LEDGER[lang].kinds;
  switch (step.kind) {
    case "asked":
      return <>{words.asked(words.ways[step.signup.method])}</>;
    case "confirmed":
      return (
        <>
          {words.confirmed}
          {(step.signup.flags ?? []).map((flag) => (
            <>
              <br />
              <strong>{words.doubt}</strong> {words.flags[flag]}
            </>
          ))}
        </>
      );
    case "withdrawn":
      return <>{words.withdrawn(topicsIn(step.topics, lang), words.endings[step.by ?? ""])}</>;
    case "mail":
      return <>{words.mail(templateInWords(step.mail.template, lang))}</>;
    case "newsletter": {
      const { newsletter } = step;
      const reactions = (["bouncedAt", "leftAt", "complainedAt", "repliedAt"] as const).filter(
        (name) => newsletter[name] !== null,
      );
      const said = [words.recipient[newsletter.state], ...reactions.map((name) => words.reactions[name])];
      return (
        <>
          {words.newsletter(newsletter.name)} {said.join(", ")}.
        </>
      );
    }
    case "return":
      return <>{words.returns[step.returned.kind]}</>;
    case "action":
      return <>{words.action(actionInWords(desk, step.action))}</>;
    case "entry":
      return <>{kinds[step.what] ?? step.what}</>;
  }
}

function actionInWords({ lang }: StaffDesk, { kind, argument }: Extract<Step, { kind: "action" }>["action"]): string {
  const what = argumentInWords(lang, kind, argument);
  const said = ACTIONS[lang].kinds[kind].toLowerCase();
  return what === "" ? said : `${said}: ${what}`;
}

/** What proves a step: folded away where it is long. */
function Evidence({ desk, step }: { desk: StaffDesk; step: Step }) {
  const { lang } = desk;
  const words = TIMELINE[lang];
  const facts = factsOf(desk, step);
  const { entry } = step;
  const ledger: Fact[] =
    entry === null
      ? []
      : [
          ...(desk.may("ledger:read")
            ? [[words.entry, <a href={`/admin/ledger/${entry}`}>{words.open}</a>] as const]
            : []),
          [words.proof, <a href={`/v1/ledger/entries/${entry}/proof`}>{words.open}</a>],
        ];
  const all = [...facts, ...ledger];
  if (all.length === 0) return null;
  return (
    <details>
      <summary>{words.evidence}</summary>
      <Facts facts={all} />
    </details>
  );
}

/** Why a newsletter was not sent; of what a mail server refused, its own words are in the outbox. */
function reasonInWords({ state, reason }: { state: string; reason: string | null }, lang: StaffDesk["lang"]) {
  if (reason === null) return null;
  return (state === "dropped" ? TIMELINE[lang].unwanted[reason] : undefined) ?? failureInWords(reason, lang);
}

function factsOf(desk: StaffDesk, step: Step): Fact[] {
  const { lang } = desk;
  const { facts: names, status, open } = TIMELINE[lang];
  const fact = (name: string, value: Child | null): Fact[] => (value === null ? [] : [[name, value]]);
  const mail = (id: string | null): Fact[] =>
    id === null ? [] : [[names.mail, <a href={`/admin/outbox/${id}`}>{open}</a>]];
  switch (step.kind) {
    case "asked": {
      const { signup } = step;
      const { importId } = signup;
      return [
        [names.topics, topicsIn(signup.topics, lang)],
        ...fact(names.wording, signup.words),
        [names.surface, signup.surface],
        ...fact(names.page, signup.pageOrigin),
        ...fact(names.policy, signup.policyDate && dayInWords(signup.policyDate, lang)),
        ...mail(signup.mailId),
        ...fact(names.import, importId && <a href={`/admin/subscribers/imports/${importId}`}>{open}</a>),
      ];
    }
    case "confirmed":
      return [[names.topics, topicsIn(step.signup.topics, lang)]];
    case "mail":
      return [
        ...mail(step.mail.id),
        ...fact(names.failure, step.mail.lastError && failureInWords(step.mail.lastError, lang)),
      ];
    case "newsletter":
      return [
        [names.newsletter, <a href={`/admin/newsletters/${step.newsletter.campaignId}`}>{open}</a>],
        ...mail(step.newsletter.mailId),
        ...fact(names.reason, reasonInWords(step.newsletter, lang)),
      ];
    case "return":
      return [[status, <code>{step.returned.status}</code>], ...mail(step.returned.mailId)];
    case "action":
      return [[names.action, <a href={`/admin/subscribers/actions/${step.action.id}`}>{open}</a>]];
    case "withdrawn":
    case "entry":
      return [];
  }
}
