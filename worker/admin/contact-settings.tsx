import type { Hono } from "hono";
import type { Topic } from "../contact/store.ts";
import { listTopics } from "../contact/topic-store.ts";
import { dayIn, dayInWords } from "../platform/calendar.ts";
import { Refusal } from "../platform/errors.ts";
import type { House } from "../platform/http.ts";
import type { Language } from "../platform/languages.ts";
import type { Settings } from "../platform/settings.ts";
import { INBOX, SETTINGS } from "./contact-paths.ts";
import { addReadyAnswers } from "./contact-settings-answers.tsx";
import { addBlocked } from "./contact-settings-blocked.tsx";
import { addTopics } from "./contact-settings-topics.tsx";
import { CONTACT_SETTINGS } from "./contact-settings-words.ts";
import { type StaffDesk, screen } from "./desk.ts";
import { numberInWords } from "./format.ts";
import { doneSaid, replyScreen } from "./shell.tsx";
import { type Column, Table, When } from "./table.tsx";

/** Adds topics, ready answers and blocked senders. */
export function addContactSettings(routes: Hono<House>): void {
  // Who sets them may not read conversations, and who reads those may look.
  routes.get(
    SETTINGS,
    screen("any", (desk) => {
      if (!desk.may("contact:read") && !desk.may("contact:settings")) throw new Refusal("forbidden");
      return replyTopics(desk);
    }),
  );
  addTopics(routes);
  addReadyAnswers(routes);
  addBlocked(routes);
}

async function replyTopics(desk: StaffDesk): Promise<Response> {
  const { rt, lang } = desk;
  const words = CONTACT_SETTINGS[lang];
  const children = (
    <>
      <Elsewhere desk={desk} />
      <section aria-labelledby="topics">
        <h2 id="topics">{words.topics}</h2>
        <p>{words.topicsIntro}</p>
        <p class="note">{hoursSaid(desk)}</p>
        <Table
          desk={desk}
          caption={words.topics}
          columns={columns(desk)}
          rows={await listTopics(rt.db)}
          empty={words.noTopics}
        />
        {desk.may("contact:settings") ? (
          <p>
            <a class="button" href={`${SETTINGS}/topics/new`}>
              {words.newTopic}
            </a>
          </p>
        ) : null}
      </section>
    </>
  );
  const done = doneSaid(desk, words.done);
  return replyScreen(desk, { title: words.title, section: "contact", done, children });
}

/** The other pages that belong to the settings, for who may see them. */
function Elsewhere({ desk }: { desk: StaffDesk }) {
  const words = CONTACT_SETTINGS[desk.lang];
  return (
    <nav aria-label={words.pages} class="row">
      {desk.may("contact:read") ? <a href={INBOX}>{words.back}</a> : null}
      {desk.may("contact:archive") ? <a href={`${INBOX}/archive`}>{words.archive}</a> : null}
      {desk.may("contact:write") ? (
        <>
          <a href={`${SETTINGS}/answers`}>{words.answers}</a>
          <a href={`${SETTINGS}/blocked`}>{words.blocked}</a>
        </>
      ) : null}
    </nav>
  );
}

function columns(desk: StaffDesk): Column<Topic>[] {
  const { lang } = desk;
  const words = CONTACT_SETTINGS[lang];
  const number = (name: "firstHours" | "solvedHours" | "retentionMonths"): Column<Topic> => ({
    ...{ name, label: words[name], numeric: true },
    cell: (topic) => numberInWords(topic[name], lang),
  });
  return [
    {
      name: "topic",
      label: words.topic,
      cell: ({ id, names }) =>
        desk.may("contact:settings") ? <a href={`${SETTINGS}/topics/${id}`}>{names[lang]}</a> : names[lang],
    },
    ...(["firstHours", "solvedHours", "retentionMonths"] as const).map(number),
    { name: "changed", label: words.changed, cell: ({ changedAt }) => <When desk={desk} at={changedAt} /> },
  ];
}

/** When people work, and on which days to come they do not, in words. */
function hoursSaid({ rt, lang }: StaffDesk): string {
  const { settings } = rt;
  const words = CONTACT_SETTINGS[lang];
  const today = dayIn(settings.TIME_ZONE, rt.now());
  const days = settings.HOLIDAYS.filter((day) => day >= today).map((day) => dayInWords(day, lang));
  const holidays = days.length > 0 ? words.holidays(days.join(", ")) : words.noHolidays;
  return `${words.hours(hoursInWords(settings, lang))} ${holidays} ${words.hoursWhere}`;
}

/** "1-5,7 09:00-17:00" in words. */
function hoursInWords({ WORKING_HOURS }: Settings, lang: Language): string {
  const words = CONTACT_SETTINGS[lang];
  const [days = "", times = ""] = WORKING_HOURS.split(" ");
  const [start = "", end = ""] = times.split("-");
  const inWords = days.split(",").map((range) => {
    const [first = "", last = first] = range.split("-").map((day) => weekday(Number(day), lang));
    return first === last ? first : words.until(first, last);
  });
  return words.from(inWords.join(words.and), start, end);
}

/** The name of a day of the week, 1 for Monday. */
function weekday(day: number, lang: Language): string {
  const format = new Intl.DateTimeFormat(lang, { weekday: "long", timeZone: "UTC" });
  // The first of January 2024 was a Monday.
  return format.format(Date.UTC(2024, 0, day));
}
