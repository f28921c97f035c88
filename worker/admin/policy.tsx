import type { Hono } from "hono";
import { inventory } from "../inventory.ts";
import { dayInWords } from "../platform/calendar.ts";
import type { House } from "../platform/http.ts";
import type { Language } from "../platform/languages.ts";
import { listApiKeys } from "../platform/store.ts";
import { startDraft } from "../policy/draft.ts";
import { type DraftHead, listDrafts } from "../policy/draft-store.ts";
import { history, type Placed } from "../policy/history.ts";
import { today, versionsOf } from "../policy/version.ts";
import { memberNames } from "../staff/store.ts";
import { action, goTo, type StaffDesk, screen } from "./desk.ts";
import { Form } from "./form.tsx";
import { addDraft } from "./policy-draft.tsx";
import { POLICY } from "./policy-words.ts";
import { doneSaid, replyScreen } from "./shell.tsx";
import { type Column, Table, When } from "./table.tsx";
import { SHELL } from "./words.ts";

const PATH = "/admin/policy";

/** Adds the pages about policy versions: those in the making and those that are published. */
export function addPolicy(routes: Hono<House>): void {
  routes.get(PATH, screen("policy:read", replyVersions));

  routes.post(
    `${PATH}/drafts`,
    action("policy:write", async (desk) => {
      const id = await startDraft(desk.rt, `staff:${desk.member.id}`, inventory);
      return goTo(desk, `${PATH}/drafts/${id}`, "started");
    }),
  );

  addDraft(routes);
}

async function replyVersions(desk: StaffDesk): Promise<Response> {
  const { rt, lang } = desk;
  const words = POLICY[lang];
  const [drafts, versions, names] = await Promise.all([listDrafts(rt.db), versionsOf(rt), writerNames(desk)]);
  const children = (
    <>
      <p>{words.intro}</p>
      {desk.may("policy:write") ? (
        <Form desk={desk} action={`${PATH}/drafts`}>
          <button type="submit">{words.start}</button>
        </Form>
      ) : null}
      <h2>{words.drafts}</h2>
      <Table
        desk={desk}
        caption={words.drafts}
        columns={draftColumns(desk, names)}
        rows={drafts}
        empty={words.noDrafts}
      />
      <h2>{words.versions}</h2>
      <Table
        desk={desk}
        caption={words.versions}
        columns={versionColumns(lang)}
        rows={history(versions, today(rt))}
        empty={words.noVersions}
      />
    </>
  );
  const done = doneSaid(desk, words.done);
  return replyScreen(desk, { title: SHELL[lang].page.policy, section: "policy", done, children });
}

/** The name of a member of staff or an API key, as a draft has them ("staff:" or "key:" and an id). */
export async function writerNames({ rt }: StaffDesk): Promise<(writer: string) => string> {
  const [members, keys] = await Promise.all([memberNames(rt.db), listApiKeys(rt.db)]);
  const names = new Map<string, string>([
    ...[...members].map(([id, name]) => [`staff:${id}`, name] as const),
    ...keys.map(({ id, name }) => [`key:${id}`, `API ${name}`] as const),
  ]);
  return (writer) => names.get(writer) ?? "?";
}

/** A version's name by its date. */
export const draftTitle = (lang: Language, date: string | null): string =>
  date === null ? POLICY[lang].newTitle : POLICY[lang].title(dayInWords(date, lang));

function draftColumns(desk: StaffDesk, nameOf: (writer: string) => string): Column<DraftHead>[] {
  const { lang } = desk;
  const words = POLICY[lang];
  return [
    {
      name: "version",
      label: words.version,
      cell: ({ id, date }) => (
        <a href={`${PATH}/drafts/${id}`}>{date === null ? words.undated : dayInWords(date, lang)}</a>
      ),
    },
    {
      name: "state",
      label: words.state,
      cell: ({ state, fault }) => (
        <>
          {words.states[state]}
          {fault === null ? null : <span class="error"> {faultInWords(lang, fault)}</span>}
        </>
      ),
    },
    { name: "significance", label: words.significance, cell: ({ significance }) => words.significances[significance] },
    {
      name: "changed",
      label: words.changed,
      cell: ({ changedAt, changedBy }) => (
        <>
          <When desk={desk} at={changedAt} />, {SHELL[lang].by} {nameOf(changedBy)}
        </>
      ),
    },
  ];
}

/** Why cron could not publish a version. */
export function faultInWords(lang: Language, fault: string): string {
  const { fault: began, faults, otherFault } = POLICY[lang];
  const known: Readonly<Record<string, string>> = faults;
  return `${began} ${Object.hasOwn(known, fault) ? known[fault] : otherFault}`;
}

function versionColumns(lang: Language): Column<Placed>[] {
  const words = POLICY[lang];
  return [
    {
      name: "version",
      label: words.version,
      cell: ({ version: { date } }) => <a href={`${PATH}/versions/${date}`}>{dayInWords(date, lang)}</a>,
    },
    { name: "state", label: words.state, cell: ({ state }) => words.published[state] },
    { name: "effective", label: words.effective, cell: ({ version }) => dayInWords(version.effective, lang) },
    {
      name: "significance",
      label: words.significance,
      cell: ({ version }) => words.significances[version.significance],
    },
    {
      name: "compare",
      label: words.compare,
      cell: ({ version, previous }) =>
        previous ? (
          <a href={`/policy/compare?from=${previous.date}&to=${version.date}&lang=${lang}`}>
            {words.compareWith(dayInWords(previous.date, lang))}
          </a>
        ) : (
          SHELL[lang].none
        ),
    },
  ];
}
