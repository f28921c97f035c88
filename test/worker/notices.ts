/** What the tests of telling customers share: versions, customers by the hundred, and a queue that works itself empty. */
import { addDays } from "../../worker/platform/calendar.ts";
import { type Bindings, createRuntime, type Runtime } from "../../worker/platform/runtime.ts";
import { createHouse, START, type TestHouse } from "./house.ts";

let versions = 0;

/** Publishes a version as far as the database goes, with its run; each is later than the one before. Gives its date. */
export async function addVersion(
  house: TestHouse,
  { significance = "significant", effectiveIn = 30, isTold = true } = {},
): Promise<string> {
  const date = addDays("2026-01-01", versions);
  const effective = addDays("2026-11-22", effectiveIn + versions);
  versions++;
  for (const lang of ["nl", "en"]) {
    await house.rows(
      "insert into policy_texts (date, lang, title, summary, markdown, sha256) values (?, ?, 'Policy', ?, 'Text', 'x')",
      ...[date, lang, lang === "nl" ? "We bewaren minder." : "We keep less."],
    );
  }
  await house.rows(
    `insert into policy_versions (date, effective, significance, notice_until, published_at)
      values (?, ?, ?, '2027-12-31', ?)`,
    ...[date, effective, significance, START],
  );
  if (isTold) await addRun(house, date);
  // An isolate keeps the versions that it has read for ten seconds.
  house.clock.now += 11_000;
  return date;
}

const addRun = (house: TestHouse, date: string) =>
  house.rows(
    "insert into notice_runs (date, state, cursor, taken, next_at, started_at) values (?, 'running', 0, 0, ?, ?)",
    ...[date, house.clock.now, house.clock.now],
  );

let customers = 0;

/** Registers customers as far as the database goes; gives their numbers. Their address is "klant-NUMBER@example.nl". */
export async function addCustomers(house: TestHouse, count: number, lang = "nl"): Promise<string[]> {
  const first = customers + 1;
  customers += count;
  await house.rows(
    `with recursive n (i) as (select ${first} union all select i + 1 from n where i < ${customers})
      insert into customers (number, kind, name, email, lang, source, registered_at, changed_at)
      select 'C' || i, 'private', 'Klant ' || i, 'klant-c' || i || '@example.nl', ?, 'test', 0, 0 from n`,
    lang,
  );
  return Array.from({ length: count }, (_, index) => `C${first + index}`);
}

export const addressOf = (number: string): string => `klant-${number.toLowerCase()}@example.nl`;

/** A house whose mails go out to `sent`; `refuse` may throw what a mail server would. Told as fast as can be. */
export function postingHouse(vars: Record<string, unknown> = {}, refuse: (to: string) => void = () => undefined) {
  const sent: { to: string }[] = [];
  const EMAIL = {
    async send({ to }: { to: string }) {
      refuse(to);
      sent.push({ to });
    },
  } as unknown as SendEmail; // The one method that our code calls.
  const house = createHouse({ MAIL_TRANSPORT: "cloudflare", NOTICE_RATE: "1000000", EMAIL, ...vars });
  return { house, sent };
}

const isDate = (id: string) => /^\d{4}-\d{2}-\d{2}$/.test(id);

/** Works off what was put on the queue, and what that puts there, at the clock's time. */
export async function workOff(house: TestHouse): Promise<void> {
  for (let turns = 0; house.woken.length > 0; turns++) {
    if (turns > 100) throw new Error("The queue never gets empty");
    const ids = house.woken.splice(0);
    await house.consume(
      ids.filter((id) => !isDate(id)),
      "mail",
    );
    await house.consume(ids.filter(isDate), "notice");
  }
}

/** Rounds, a minute apart, with the queue worked off after each. */
export async function passMinutes(house: TestHouse, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    house.clock.now += 60_000;
    await house.round();
    await workOff(house);
  }
}

/** A customer's row about a version. */
export interface NoticeRow {
  customer_number: string;
  mail_id: string | null;
  state: string;
  sent_at: number | null;
  reason: string | null;
}

export const noticesOf = (house: TestHouse, date: string): Promise<NoticeRow[]> =>
  house.rows<NoticeRow>("select * from notice_mails where date = ? order by customer_number", date);

/** How often each kind of entry about a version was made, by kind. */
export async function entriesOf(house: TestHouse, date: string): Promise<Record<string, number>> {
  const rows = await house.rows<{ kind: string; count: number }>(
    `select kind, count(*) as count from ledger_entries where kind like 'notice.%'
      and json_extract(body, '$.policyDate') = ? group by kind`,
    date,
  );
  return Object.fromEntries(rows.map(({ kind, count }) => [kind, count]));
}

/** A database that fails at its `at`th call, before or after the call has had its effect, and works from then on. */
export function failingAt(house: TestHouse, at: number, when: "before" | "after"): { rt: Runtime; failed(): boolean } {
  let calls = 0;
  let hasFailed = false;
  const guarded = async <T>(act: () => Promise<T>): Promise<T> => {
    const isIt = calls++ === at;
    if (isIt) hasFailed = true;
    if (isIt && when === "before") throw new Error("D1_ERROR: killed");
    const result = await act();
    if (isIt) throw new Error("D1_ERROR: killed");
    return result;
  };
  const { DB } = house.bindings;
  const inner = new WeakMap<D1PreparedStatement, D1PreparedStatement>();
  const wrap = (statement: D1PreparedStatement): D1PreparedStatement => {
    const wrapped = {
      bind: (...values: unknown[]) => wrap(statement.bind(...values)),
      all: () => guarded(() => statement.all()),
      run: () => guarded(() => statement.run()),
      raw: () => guarded(() => statement.raw()),
    } as unknown as D1PreparedStatement; // What commit and drizzle call of it.
    inner.set(wrapped, statement);
    return wrapped;
  };
  const failing = {
    prepare: (sql: string) => wrap(DB.prepare(sql)),
    batch: (list: D1PreparedStatement[]) => guarded(() => DB.batch(list.map((one) => inner.get(one) ?? one))),
  } as unknown as D1Database; // As above.
  const bindings = { ...house.bindings, DB: failing } as Bindings;
  const rt = createRuntime(bindings, house.rt, () => undefined);
  return { rt, failed: () => hasFailed };
}
