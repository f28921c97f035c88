import type { Hono } from "hono";
import { findEntry } from "../ledger/store.ts";
import { dayInWords } from "../platform/calendar.ts";
import { csvStream } from "../platform/csv.ts";
import type { House } from "../platform/http.ts";
import { LANGUAGE_NAMES, LANGUAGES } from "../platform/languages.ts";
import { keyed } from "../platform/tokens.ts";
import { enterExport, evidenceCsv, type Progress, progressOf } from "../policy/evidence.ts";
import { EVIDENCE_FILTERS, type EvidenceFilter } from "../policy/evidence-store.ts";
import type { Version } from "../policy/store.ts";
import { pauseRun, resumeRun } from "../policy/telling.ts";
import { versionOn, versionsOf } from "../policy/version.ts";
import { action, goTo, type StaffDesk, screen } from "./desk.ts";
import { Form } from "./form.tsx";
import { numberInWords } from "./format.ts";
import { Customers } from "./notices-list.tsx";
import { Reached } from "./notices-reached.tsx";
import { NOTICES } from "./notices-words.ts";
import { writerNames } from "./policy.tsx";
import { doneSaid, replyScreen } from "./shell.tsx";
import { Facts, When, withQuery } from "./table.tsx";
import { SHELL } from "./words.ts";

const PATH = "/admin/policy/versions/:date";
const pathOf = (date: string) => `/admin/policy/versions/${date}`;

/** Adds the page of a published version: how far telling customers of it is, and who was reached. */
export function addNotices(routes: Hono<House>): void {
  routes.get(
    PATH,
    screen("policy:read", async (desk) => replyVersion(desk, await versionOf(desk))),
  );

  routes.post(
    `${PATH}/pause`,
    action("policy:write", async (desk) => turn(desk, pauseRun, "paused")),
  );
  routes.post(
    `${PATH}/resume`,
    action("policy:write", async (desk) => turn(desk, resumeRun, "resumed")),
  );

  routes.post(
    `${PATH}/export`,
    action("policy:read", async (desk, form) => {
      const { rt, c, member } = desk;
      const { date } = await versionOf(desk);
      const filter = filterOf(form["filter"]);
      await enterExport(rt, `staff:${member.id}`, date);
      c.header("Content-Type", "text/csv; charset=utf-8");
      c.header("Content-Disposition", `attachment; filename="evidence-${date}-${filter}.csv"`);
      return c.body(csvStream(evidenceCsv(rt, date, filter)));
    }),
  );
}

const versionOf = ({ rt, c }: StaffDesk): Promise<Version> => versionOn(rt, c.req.param("date") ?? "");

/** A filter by its name; all customers for any other name. */
const filterOf = (name: string | undefined): EvidenceFilter =>
  EVIDENCE_FILTERS.find((known) => known === name) ?? "all";

async function turn(desk: StaffDesk, act: typeof pauseRun, done: string): Promise<Response> {
  const { date } = await versionOf(desk);
  const isTurned = await act(desk.rt, `staff:${desk.member.id}`, date);
  return goTo(desk, pathOf(date), isTurned ? done : "unchanged");
}

async function replyVersion(desk: StaffDesk, version: Version): Promise<Response> {
  const { rt, lang, c } = desk;
  const words = NOTICES[lang];
  const [progress, published, versions] = await Promise.all([
    progressOf(rt, version.date),
    publishedBy(desk, version),
    versionsOf(rt),
  ]);
  const previous = versions[versions.findIndex(({ date }) => date === version.date) - 1];
  const children = (
    <>
      <Facts facts={[...factsOf(desk, version), ...published]} />
      <p class="row">
        <a href={`/policy/versions/${version.date}?lang=${lang}`}>{words.read}</a>
        {previous ? (
          <a href={`/policy/compare?from=${previous.date}&to=${version.date}&lang=${lang}`}>{words.compare}</a>
        ) : null}
      </p>
      <div {...(progress.endsAt === null ? {} : { "data-refresh": "5" })}>
        <Telling {...{ desk, version, progress }} />
        <Reached {...{ desk, progress }} />
      </div>
      {await Customers({ desk, date: version.date, filter: filterOf(c.req.query("filter")) })}
    </>
  );
  const title = words.title(dayInWords(version.date, lang));
  return replyScreen(desk, { title, section: "policy", done: doneSaid(desk, words.done), children });
}

function factsOf({ lang }: StaffDesk, { date, effective, significance, noticeUntil, texts }: Version) {
  const words = NOTICES[lang];
  return [
    [words.date, dayInWords(date, lang)],
    [words.effective, dayInWords(effective, lang)],
    [words.significance, words.significances[significance]],
    [words.noticeUntil, dayInWords(noticeUntil, lang)],
    ...LANGUAGES.map(
      (language) => [`${words.hash}, ${LANGUAGE_NAMES[language]}`, <code>{texts[language].sha256}</code>] as const,
    ),
  ] as const;
}

/** When it was published and by whom, as the ledger has it. */
async function publishedBy(desk: StaffDesk, { date }: Version) {
  const { rt, lang } = desk;
  const [entry, nameOf] = await Promise.all([
    findEntry(rt.db, await keyed(rt, "ledger", `policy.published:${date}`)),
    writerNames(desk),
  ]);
  if (!entry) return [];
  const when = <When desk={desk} at={entry.at} />;
  const fact = (
    <>
      {desk.may("ledger:read") ? <a href={`/admin/ledger/${entry.id}`}>{when}</a> : when}
      {entry.actor === null ? null : `, ${SHELL[lang].by} ${nameOf(entry.actor)}`}
    </>
  );
  return [[NOTICES[lang].published, fact] as const];
}

interface TellingProps {
  desk: StaffDesk;
  version: Version;
  progress: Progress;
}

/** How far the mails are, and the buttons that pause them. */
function Telling({ desk, version, progress }: TellingProps) {
  const { lang, rt } = desk;
  const words = NOTICES[lang];
  const { run, taken, customers, mails, endsAt } = progress;
  const inWords = (count: number) => numberInWords(count, lang);
  if (!run) {
    return (
      <section aria-labelledby="telling">
        <h2 id="telling">{words.telling}</h2>
        <p>{words.notTold[version.significance]}</p>
      </section>
    );
  }
  const stands = run.state === "running" && endsAt === null ? "waiting" : run.state;
  return (
    <section aria-labelledby="telling">
      <h2 id="telling">{words.telling}</h2>
      <p class={run.state === "paused" ? "note" : ""}>{words.run[stands]}</p>
      <p>
        <label for="progress">{words.progress(inWords(taken), inWords(customers))}</label>
        <progress id="progress" max={Math.max(customers, 1)} value={taken} />
      </p>
      <Facts
        facts={[
          ...(["sent", "due", "failed", "suppressed"] as const).map(
            (state) => [words.mails[state], inWords(mails[state])] as const,
          ),
          ...(endsAt === null ? [] : [[words.ends, <When desk={desk} at={endsAt} />] as const]),
        ]}
      />
      {run.state === "done" || !desk.may("policy:write") ? null : (
        <>
          <p class="muted">
            {words.rate(inWords(rt.settings.NOTICE_RATE))} {run.state === "running" ? words.pauseNote : null}
          </p>
          <Form
            desk={desk}
            action={`${pathOf(version.date)}/${run.state === "running" ? "pause" : "resume"}`}
            class="row"
          >
            <button type="submit" class={run.state === "running" ? "second" : ""}>
              {run.state === "running" ? words.pause : words.resume}
            </button>
            <a href={withQuery(desk, {})}>{words.refresh}</a>
          </Form>
        </>
      )}
    </section>
  );
}
