import type { Language } from "../platform/languages.ts";
import type { Runtime } from "../platform/runtime.ts";
import type { TaskRow } from "../platform/store.ts";
import type { Desk } from "./desk.ts";
import { type Column, Table, When } from "./table.tsx";
import { SHELL } from "./words.ts";

/** There is a round every minute; without one for this long, something is wrong with cron. In milliseconds. */
const OVERDUE = 5 * 60_000;

const nl = {
  title: "Taken op de achtergrond",
  intro: "Elke minuut is er een ronde. Die pakt mails op die bleven liggen, verzegelt het logboek en ruimt op.",
  neverRan:
    "Er is nog geen ronde geweest. Wat is blijven liggen, blijft liggen. Vraag je beheerder om cron na te kijken.",
  overdue:
    "Er is al langer dan vijf minuten geen ronde geweest. Wat is blijven liggen, blijft liggen. Vraag je beheerder om cron na te kijken.",
  empty: "Er is nog geen taak gedraaid.",
  task: "Taak",
  ran: "Laatst gedraaid",
  succeeded: "Laatst gelukt",
  never: "nog nooit",
  error: "Wat er misging",
  tasks: {
    "mail.strays": "Mails oppakken die bleven liggen",
    "mail.suppressions": "Ook buiten de database bewaren wie geen mail krijgt",
    "mail.restored": "Na een teruggezette back-up weer weten wie geen mail krijgt",
    "newsletter.left": "Bewaren wie zich vroeger afmeldde",
    "newsletter.gone": "Wissen wie zich twee jaar geleden afmeldde",
    "newsletter.campaigns": "Nieuwsbrieven versturen",
    "newsletter.actions": "Acties op de lijst voortzetten",
    "newsletter.search": "Nieuwe adressen vindbaar maken",
    "newsletter.imports": "Imports van abonnees voortzetten",
    "policy.notices": "Klanten op de hoogte brengen van een nieuw beleid",
    "customers.imports": "Imports van klanten voortzetten",
    "ledger.seal": "Logboek verzegelen",
    "ledger.check": "Logboek controleren",
    sweep: "Opruimen wat verlopen is",
  } as Readonly<Record<string, string>>,
};

const WORDS: Readonly<Record<Language, typeof nl>> = {
  nl,
  en: {
    title: "Tasks in the background",
    intro: "There is a round every minute. It takes up mails that were left behind, seals the ledger and tidies up.",
    neverRan: "There has been no round yet. What was left behind stays there. Ask whoever runs this to look at cron.",
    overdue:
      "There has been no round for more than five minutes. What was left behind stays there. Ask whoever runs this to look at cron.",
    empty: "No task has run yet.",
    task: "Task",
    ran: "Last ran",
    succeeded: "Last went well",
    never: "never",
    error: "What went wrong",
    tasks: {
      "mail.strays": "Take up mails that were left behind",
      "mail.suppressions": "Keep who gets no mail outside the database, too",
      "mail.restored": "After a restored backup, know again who gets no mail",
      "newsletter.left": "Keep who left in earlier days",
      "newsletter.gone": "Erase who left two years ago",
      "newsletter.campaigns": "Send newsletters",
      "newsletter.actions": "Go on with actions on the list",
      "newsletter.search": "Make new addresses findable",
      "newsletter.imports": "Go on with imports of subscribers",
      "policy.notices": "Tell customers of a new policy",
      "customers.imports": "Go on with imports of customers",
      "ledger.seal": "Seal the ledger",
      "ledger.check": "Check the ledger",
      sweep: "Tidy up what has lapsed",
    },
  },
};

/** Whether cron has not come by for too long, or never did. */
export function isRoundLate(rt: Runtime, tasks: readonly TaskRow[]): boolean {
  return rt.now() - Math.max(...tasks.map(({ ranAt }) => ranAt)) > OVERDUE;
}

/** What cron's tasks did last, and a warning when there are no rounds. */
export function Tasks({ desk, tasks }: { desk: Desk; tasks: readonly TaskRow[] }) {
  const words = WORDS[desk.lang];
  return (
    <section aria-labelledby="tasks">
      <h2 id="tasks">{words.title}</h2>
      {isRoundLate(desk.rt, tasks) ? (
        <p class="fault">{tasks.length === 0 ? words.neverRan : words.overdue}</p>
      ) : (
        <p>{words.intro}</p>
      )}
      <Table desk={desk} caption={words.title} columns={columnsOf(desk)} rows={tasks} empty={words.empty} />
    </section>
  );
}

function columnsOf(desk: Desk): Column<TaskRow>[] {
  const words = WORDS[desk.lang];
  return [
    { name: "task", label: words.task, cell: ({ name }) => words.tasks[name] ?? name },
    { name: "ran", label: words.ran, cell: ({ ranAt }) => <When desk={desk} at={ranAt} /> },
    {
      name: "succeeded",
      label: words.succeeded,
      cell: ({ succeededAt }) => (succeededAt === null ? words.never : <When desk={desk} at={succeededAt} />),
    },
    {
      name: "error",
      label: words.error,
      cell: ({ error }) => (error === null ? SHELL[desk.lang].none : <code>{error}</code>),
    },
  ];
}
