import type { Hono } from "hono";
import { z } from "zod";
import { askCheck, checksOf } from "../ledger/check.ts";
import { commitmentOf } from "../ledger/commitment.ts";
import { type Entry, type EntryFilter, findEntry, findSeal, lastSeal, listEntries } from "../ledger/store.ts";
import type { LedgerFault } from "../ledger/tables.ts";
import { findSubscriberId } from "../newsletter/store.ts";
import { normaliseAddress } from "../platform/address.ts";
import { addDays, isDay, startOfDay } from "../platform/calendar.ts";
import { Refusal } from "../platform/errors.ts";
import type { House } from "../platform/http.ts";
import type { Language } from "../platform/languages.ts";
import type { Runtime } from "../platform/runtime.ts";
import { listApiKeys } from "../platform/store.ts";
import { findMemberByEmail, memberNames } from "../staff/store.ts";
import { action, goTo, type StaffDesk, screen } from "./desk.ts";
import { Field, Form, Select, type Typed } from "./form.tsx";
import { numberInWords } from "./format.ts";
import { LEDGER } from "./ledger-words.ts";
import { doneSaid, replyScreen } from "./shell.tsx";
import { type Column, Facts, Filters, orderOf, Pager, Table, When } from "./table.tsx";
import { SHELL } from "./words.ts";

const PATH = "/admin/ledger";
const PAGE = 50;

/** Adds the pages about the ledger: its entries, its seals, and whether it still holds. */
export function addLedger(routes: Hono<House>): void {
  routes.get(PATH, screen("ledger:read", replyEntries));

  routes.get(
    `${PATH}/:id`,
    screen("ledger:read", async (desk) => {
      const entry = await findEntry(desk.rt.db, desk.c.req.param("id") ?? "");
      if (!entry) throw new Refusal("not_found");
      return replyEntry(desk, entry);
    }),
  );

  routes.post(
    `${PATH}/verify`,
    action("ledger:verify", async (desk) => {
      await askCheck(desk.rt, desk.member.id);
      return goTo(desk, PATH, "asked");
    }),
  );
}

const day = z.string().refine(isDay).optional().catch(undefined);
/** What the address asks for; what makes no sense there is left out. */
const queryShape = z.object({
  kind: z.enum(Object.keys(LEDGER.nl.kinds)).optional().catch(undefined),
  subject: z.string().trim().min(1).max(200).optional().catch(undefined),
  by: z.string().min(1).max(100).optional().catch(undefined),
  from: day,
  until: day,
  after: z.coerce.number().int().positive().optional().catch(undefined),
});
type Query = z.output<typeof queryShape>;

async function filterOf({ rt }: StaffDesk, { kind, subject, by, from, until }: Query): Promise<EntryFilter> {
  const zone = rt.settings.TIME_ZONE;
  return {
    kind,
    subject: subject?.includes("@") ? await subjectOf(rt, subject) : subject,
    actor: by,
    from: from === undefined ? undefined : startOfDay(zone, from),
    until: until === undefined ? undefined : startOfDay(zone, addDays(until, 1)),
  };
}

/** The key under which the ledger knows the person of an address; for a stranger one that nobody has. */
async function subjectOf(rt: Runtime, typed: string): Promise<string> {
  const email = normaliseAddress(typed) ?? "";
  const subscriber = await findSubscriberId(rt.db, email);
  if (subscriber !== undefined) return `subscriber:${subscriber}`;
  return `staff:${(await findMemberByEmail(rt.db, email))?.id ?? ""}`;
}

async function replyEntries(desk: StaffDesk): Promise<Response> {
  const { c, rt, lang } = desk;
  const words = LEDGER[lang];
  const query = queryShape.parse(c.req.query());
  const order = orderOf(desk, ["at"], "-at");
  const way = order.descending ? "desc" : "asc";
  const [found, seal, checks, names] = await Promise.all([
    listEntries(rt.db, await filterOf(desk, query), way, query.after, PAGE + 1),
    lastSeal(rt.db),
    checksOf(rt.db),
    namesOf(desk),
  ]);
  const rows = found.slice(0, PAGE);
  const next = found.length > PAGE ? String(rows.at(-1)?.seq ?? "") : null;
  const children = (
    <>
      <p>{words.intro}</p>
      <SealState desk={desk} seal={seal} checks={checks} />
      <EntryFilters desk={desk} query={query} names={names} />
      <Table
        desk={desk}
        caption={SHELL[lang].page.ledger}
        columns={columns(desk, seal?.lastSeq ?? 0, names)}
        rows={rows}
        order={order}
        empty={words.empty}
      />
      <Pager desk={desk} next={next} />
    </>
  );
  const done = doneSaid(desk, words.done);
  return replyScreen(desk, { title: SHELL[lang].page.ledger, section: "ledger", done, children });
}

interface EntryFiltersProps {
  desk: StaffDesk;
  query: Query;
  names: ReadonlyMap<string, string>;
}

function EntryFilters({ desk, query, names }: EntryFiltersProps) {
  const { lang } = desk;
  const words = LEDGER[lang];
  const { kind = "", subject = "", by = "", from = "", until = "" } = query;
  const typed: Typed = { values: { kind, subject, by, from, until }, errors: [] };
  const kinds = { "": words.anyKind, ...words.kinds };
  return (
    <Filters desk={desk}>
      <Select {...{ lang, typed }} name="kind" label={words.kind} options={kinds} />
      <Select
        {...{ lang, typed }}
        name="by"
        label={words.by}
        options={{ "": words.anyone, ...Object.fromEntries(names) }}
      />
      <Field {...{ lang, typed }} name="from" label={words.from} type="date" />
      <Field {...{ lang, typed }} name="until" label={words.until} type="date" />
      <Field {...{ lang, typed }} name="subject" label={words.subject} type="search" />
    </Filters>
  );
}

interface SealStateProps {
  desk: StaffDesk;
  seal: Awaited<ReturnType<typeof lastSeal>>;
  checks: Awaited<ReturnType<typeof checksOf>>;
}

/** The newest head, and what the last verification found. */
function SealState({ desk, seal, checks }: SealStateProps) {
  const { lang } = desk;
  const words = LEDGER[lang];
  const { last, underWay } = checks;
  const count = (value: number) => numberInWords(value, lang);
  return (
    <section aria-labelledby="seals">
      <h2 id="seals">{words.sealTitle}</h2>
      {last && last.faults.length > 0 ? <Faults desk={desk} faults={last.faults} /> : null}
      <Facts
        facts={[
          [
            words.newest,
            seal ? (
              <>
                {words.sealedBy(count(seal.number))}, <When desk={desk} at={seal.at} />
              </>
            ) : (
              words.noSeal
            ),
          ],
          ...(seal ? [[words.head, <code>{seal.head}</code>] as const] : []),
          [
            words.lastCheck,
            last?.finishedAt ? (
              <>
                <When desk={desk} at={last.finishedAt} />,{" "}
                {last.faults.length === 0 ? words.fine(count(last.entries)) : words.bad(count(last.faults.length))}
              </>
            ) : (
              words.neverChecked
            ),
          ],
          ...(underWay ? [[words.check, words.running(count(underWay.entries))] as const] : []),
        ]}
      />
      {seal ? <p class="muted">{words.keepHead}</p> : null}
      {desk.may("ledger:verify") && !underWay ? (
        <Form desk={desk} action={`${PATH}/verify`}>
          <button type="submit" class="second">
            {words.check}
          </button>
        </Form>
      ) : null}
    </section>
  );
}

/** The faults that a verification found, each in a sentence. */
function Faults({ desk, faults }: { desk: StaffDesk; faults: readonly LedgerFault[] }) {
  const { lang } = desk;
  const words = LEDGER[lang];
  const placed = ({ at, to }: LedgerFault) =>
    numberInWords(at, lang) + (to === undefined ? "" : `–${numberInWords(to, lang)}`);
  return (
    <div class="fault" role="alert">
      <p>{words.bad(numberInWords(faults.length, lang))}</p>
      <ul>
        {faults.map((fault) => (
          <li>{words.faults[fault.code](placed(fault), numberInWords(fault.sealedAt ?? 0, lang))}</li>
        ))}
      </ul>
    </div>
  );
}

const kindInWords = (kinds: Readonly<Record<string, string>>, kind: string): string =>
  Object.hasOwn(kinds, kind) ? (kinds[kind] ?? kind) : kind;

/** The names of members of staff and API keys, by what the ledger calls them. */
async function namesOf({ rt }: StaffDesk): Promise<ReadonlyMap<string, string>> {
  const [members, keys] = await Promise.all([memberNames(rt.db), listApiKeys(rt.db)]);
  return new Map([
    ...[...members].map(([id, name]) => [`staff:${id}`, name] as const),
    ...keys.map(({ id, name }) => [`key:${id}`, `API ${name}`] as const),
  ]);
}

/** Whom an entry names: staff and keys by name, anyone else by the opaque key that the ledger has. */
function nameOf(lang: Language, names: ReadonlyMap<string, string>, key: string): string {
  return key === "command" ? SHELL[lang].command : (names.get(key) ?? key);
}

function columns(desk: StaffDesk, sealedUpTo: number, names: ReadonlyMap<string, string>): Column<Entry>[] {
  const { lang } = desk;
  const words = LEDGER[lang];
  return [
    { name: "place", label: words.place, numeric: true, cell: ({ seq }) => numberInWords(seq, lang) },
    { name: "at", label: words.at, sorts: true, cell: ({ at }) => <When desk={desk} at={at} /> },
    {
      name: "kind",
      label: words.kind,
      cell: ({ id, kind }) => <a href={`${PATH}/${id}`}>{kindInWords(words.kinds, kind)}</a>,
    },
    {
      name: "about",
      label: words.about,
      cell: ({ subject, salt }) =>
        subject === null ? (salt === null ? words.erased : SHELL[lang].none) : nameOf(lang, names, subject),
    },
    {
      name: "by",
      label: words.by,
      cell: ({ actor }) => (actor === null ? SHELL[lang].none : nameOf(lang, names, actor)),
    },
    { name: "state", label: words.state, cell: ({ seq }) => (seq <= sealedUpTo ? words.sealed : words.unsealed) },
  ];
}

async function replyEntry(desk: StaffDesk, entry: Entry): Promise<Response> {
  const { rt, lang } = desk;
  const words = LEDGER[lang];
  const [seal, names] = await Promise.all([findSeal(rt.db, entry.seq), namesOf(desk)]);
  const { subject, actor } = entry;
  const place = numberInWords(entry.seq, lang);
  const children = (
    <>
      <Facts
        facts={[
          [words.kind, kindInWords(words.kinds, entry.kind)],
          [words.at, <When desk={desk} at={entry.at} />],
          [
            words.about,
            subject === null ? (
              SHELL[lang].none
            ) : (
              <>
                {nameOf(lang, names, subject)} (
                <a href={`${PATH}?${new URLSearchParams({ subject })}`}>
                  <code>{subject}</code>
                </a>
                )
              </>
            ),
          ],
          [words.by, actor === null ? SHELL[lang].none : nameOf(lang, names, actor)],
          [words.id, <code>{entry.id}</code>],
          [words.commitment, <code>{entry.commitment}</code>],
          [
            words.state,
            seal ? (
              <>
                {words.sealedBy(numberInWords(seal.number, lang))}, <When desk={desk} at={seal.at} /> (
                <a href={`/v1/ledger/entries/${entry.id}/proof`}>{words.proof}</a>)
              </>
            ) : (
              words.unsealed
            ),
          ],
        ]}
      />
      <h2>{words.body}</h2>
      <Content entry={entry} lang={lang} />
      <p>
        <a href={PATH}>{SHELL[lang].page.ledger}</a>
      </p>
    </>
  );
  return replyScreen(desk, { title: words.entry(place), section: "ledger", children });
}

/** What an entry says, and whether that is what was committed to. */
function Content({ entry, lang }: { entry: Entry; lang: Language }) {
  const words = LEDGER[lang];
  const { body, salt } = entry;
  if (body === null || salt === null) return <p>{words.erasedText}</p>;
  const holds = commitmentOf(entry) === entry.commitment;
  return (
    <>
      {holds ? <p>{words.matches}</p> : <p class="fault">{words.differs}</p>}
      {/* What was altered may be no JSON any more. */}
      <pre>{holds ? JSON.stringify(JSON.parse(body), null, 2) : body}</pre>
      <details>
        <summary>{words.asKept}</summary>
        <pre>{`${body}\n${salt}`}</pre>
      </details>
    </>
  );
}
