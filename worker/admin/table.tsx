import type { Child } from "hono/jsx";
import { momentInWords } from "../platform/calendar.ts";
import type { Desk } from "./desk.ts";
import { SHELL } from "./words.ts";

export interface Column<Row> {
  name: string;
  label: string;
  cell(row: Row): Child;
  /** Whether the list can be sorted by it (?sort=name, or -name for the other way round). */
  sorts?: boolean;
  numeric?: boolean;
  /** Holds addresses, which get the room to stand on one line. */
  isAddress?: boolean;
}

export interface Order {
  by: string;
  descending: boolean;
}

/** The order that an address asks for: one of `names`, else the first way (a leading "-" is descending). */
export function orderOf({ c }: Desk, names: readonly string[], usual: string): Order {
  const wish = c.req.query("sort") ?? usual;
  const chosen = names.includes(wish.replace(/^-/, "")) ? wish : usual;
  return { by: chosen.replace(/^-/, ""), descending: chosen.startsWith("-") };
}

interface TableProps<Row> {
  desk: Desk;
  /** What the table shows, for those who cannot see it. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  order?: Order;
  /** What is said when there is no row. */
  empty: Child;
}

/** A table; on a phone each row is a card with its columns' names in it. */
export function Table<Row>({ desk, caption, columns, rows, order, empty }: TableProps<Row>) {
  if (rows.length === 0) return <p class="empty">{empty}</p>;
  return (
    <table>
      <caption class="hidden">{caption}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <Head desk={desk} column={column} order={order} />
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr>
            {columns.map(({ label, cell, numeric, isAddress }) => (
              <td data-label={label} {...(numeric ? { class: "number" } : isAddress ? { class: "address" } : {})}>
                <div>{cell(row)}</div>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Head<Row>({ desk, column, order }: { desk: Desk; column: Column<Row>; order: Order | undefined }) {
  const { name, label, sorts, numeric } = column;
  const common = { scope: "col", ...(numeric ? { class: "number" } : {}) } as const;
  if (!sorts || !order) return <th {...common}>{label}</th>;
  const isChosen = order.by === name;
  const next = isChosen && !order.descending ? `-${name}` : name;
  return (
    <th {...common} {...(isChosen ? { "aria-sort": order.descending ? "descending" : "ascending" } : {})}>
      <a href={withQuery(desk, { sort: next, after: null })}>
        <span class="hidden">{SHELL[desk.lang].sortBy} </span>
        {label}
      </a>
    </th>
  );
}

/** The way to the next rows, and back to the first; nothing when these are all. */
export function Pager({ desk, next }: { desk: Desk; next: string | null }) {
  const words = SHELL[desk.lang];
  const isFirst = desk.c.req.query("after") === undefined;
  if (isFirst && next === null) return null;
  return (
    <p class="row pager">
      {isFirst ? null : <a href={withQuery(desk, { after: null })}>{words.first}</a>}
      {next === null ? null : (
        <a href={withQuery(desk, { after: next })} rel="next">
          {words.more}
        </a>
      )}
    </p>
  );
}

/** This page's address with some of its query changed; null takes a name out. */
export function withQuery({ c }: Desk, changes: Readonly<Record<string, string | null>>): string {
  const { pathname, searchParams } = new URL(c.req.url);
  searchParams.delete("done");
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) searchParams.delete(name);
    else searchParams.set(name, value);
  }
  const query = searchParams.toString();
  return `${pathname}${query === "" ? "" : `?${query}`}`;
}

/** A moment, in the deployment's time zone until the script turns it to the reader's; the exact instant on hover. */
export function When({ desk, at }: { desk: Desk; at: number }) {
  const { lang, rt } = desk;
  const instant = new Date(at).toISOString();
  return (
    <time datetime={instant} title={instant}>
      {momentInWords(at, lang, rt.settings.TIME_ZONE)}
    </time>
  );
}

/** The filters of a list: a form that puts them in the address. */
export function Filters({ desk, children }: { desk: Desk; children: Child }) {
  const { c, lang } = desk;
  const words = SHELL[lang];
  const sort = c.req.query("sort");
  return (
    <search>
      <form method="get" class="filters">
        {sort === undefined ? null : <input type="hidden" name="sort" value={sort} />}
        {children}
        <div class="row">
          <button type="submit">{words.filter}</button>
          <a href={new URL(c.req.url).pathname}>{words.clear}</a>
        </div>
      </form>
    </search>
  );
}

/** What a list of pairs says: a fact's name and the fact. */
export function Facts({ facts }: { facts: readonly (readonly [name: string, fact: Child])[] }) {
  return (
    <dl class="facts">
      {facts.map(([name, fact]) => (
        <div>
          <dt>{name}</dt>
          <dd>{fact}</dd>
        </div>
      ))}
    </dl>
  );
}
