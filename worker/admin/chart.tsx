import type { Child } from "hono/jsx";
import type { Desk } from "./desk.ts";
import { numberInWords } from "./format.ts";
import { Table } from "./table.tsx";
import { SHELL } from "./words.ts";

// Charts are drawn here, on the server. Each part has a pattern of its own beside its colour, and beside each chart stands a
// table of the same numbers. Text in a chart grows on phones (charts.css), so that there is room for few labels.

/** What a part of each column or bar stands for. At most five have a pattern. */
export interface Series {
  name: string;
  values: readonly number[];
}

const WIDTH = 720;
const HEIGHT = 280;
const PLOT = { left: 84, right: 712, top: 16, bottom: 240 } as const;
/** Labels below the columns. */
const LABELS = 4;

interface ColumnsProps {
  desk: Desk;
  /** Of this chart alone on its page. */
  id: string;
  title: string;
  /** What one sees, in a sentence. */
  summary: string;
  /** What the table calls its first column, the sum of a row, and itself. */
  words: { label: string; total: string; numbers: string; none: string };
  /** What each column is about, and in short. */
  labels: readonly string[];
  short: readonly string[];
  series: readonly Series[];
  /** How many each column is about, where its values are no counts: a mean may be nought. */
  counts?: readonly number[] | undefined;
}

/** A chart of columns over time, of parts on top of one another; nothing but words when there is nothing to count. */
export function Columns({ desk, id, title, summary, words, labels, short, series, counts }: ColumnsProps) {
  const totals = labels.map((_, index) => series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0));
  if ((counts ?? totals).every((count) => count === 0)) return <p class="empty">{words.none}</p>;
  const inWords = (value: number) => numberInWords(value, desk.lang);
  const said = (values: readonly number[], index: number) =>
    counts?.[index] === 0 ? SHELL[desk.lang].none : inWords(values[index] ?? 0);
  const top = roundAbove(Math.max(...totals));
  return (
    <figure class="chart">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-labelledby={`${id}-title ${id}-summary`}>
        <title id={`${id}-title`}>{title}</title>
        <desc id={`${id}-summary`}>{summary}</desc>
        <Patterns id={id} />
        {[0, top / 2, top].map((value) => (
          <Rule value={value} top={top} text={inWords(value)} />
        ))}
        {labels.map((label, index) => (
          <g>
            <title>{`${label}: ${said(totals, index)}`}</title>
            {stack(series, index).map(({ part, from, to }) => (
              <rect
                class={`part part-${part}`}
                fill={`url(#${id}-${part})`}
                {...place(index, labels.length)}
                y={round(heightOf(to, top))}
                height={round(heightOf(from, top) - heightOf(to, top))}
              />
            ))}
          </g>
        ))}
        {ticks(labels.length).map((index, tick, all) => (
          <text
            x={round(centre(index, labels.length))}
            y={HEIGHT - 8}
            text-anchor={
              all.length === 1 ? "middle" : tick === 0 ? "start" : tick === all.length - 1 ? "end" : "middle"
            }
          >
            {short[index]}
          </text>
        ))}
      </svg>
      {series.length > 1 ? <Legend id={id} names={series.map(({ name }) => name)} /> : null}
      <details>
        <summary>{words.numbers}</summary>
        <Table
          desk={desk}
          caption={title}
          columns={[
            { name: "label", label: words.label, cell: (index) => labels[index] },
            ...series.map(({ name, values }) => ({
              ...{ name, label: name, numeric: true },
              cell: (index: number) => said(values, index),
            })),
            ...(series.length > 1
              ? [
                  {
                    ...{ name: "total", label: words.total, numeric: true },
                    cell: (index: number) => said(totals, index),
                  },
                ]
              : []),
          ]}
          rows={[...labels.keys()]}
          empty={words.none}
        />
      </details>
    </figure>
  );
}

interface BarsProps {
  id: string;
  /** A line each: what it is about, its parts, and the same in words. */
  rows: readonly { label: Child; text: string; values: readonly number[] }[];
  /** What the parts stand for; one that is alone needs no name. */
  names: readonly string[];
}

/** Bars under one another, of parts side by side, each with its numbers in words: for those who hear them these are the chart. */
export function Bars({ id, rows, names }: BarsProps) {
  const sums = rows.map(({ values }) => values.reduce((sum, value) => sum + value, 0));
  const most = Math.max(...sums) || 1;
  return (
    <figure class="chart">
      {names.length > 1 ? <Legend id={id} names={names} /> : null}
      <ul class="bars">
        {rows.map(({ label, text, values }, row) => (
          <li>
            <span class="row">
              <span>{label}</span>
              <span class="muted">{text}</span>
            </span>
            <svg viewBox={`0 0 ${WIDTH} 20`} aria-hidden="true">
              {row === 0 ? <Patterns id={id} /> : null}
              <line class="rule" x1="0.5" x2="0.5" y1="0" y2="20" />
              {values.map((value, part) => {
                const before = values.slice(0, part).reduce((sum, one) => sum + one, 0);
                const x = (before / most) * (WIDTH - 2) + 1;
                const width = (value / most) * (WIDTH - 2);
                return value === 0 ? null : (
                  <rect
                    class={`part part-${part}`}
                    fill={`url(#${id}-${part})`}
                    {...{ x: round(x), width: round(width), y: 2, height: 16 }}
                  />
                );
              })}
            </svg>
          </li>
        ))}
      </ul>
    </figure>
  );
}

function Legend({ id, names }: { id: string; names: readonly string[] }) {
  return (
    <ul class="legend">
      {names.map((name, part) => (
        <li>
          <svg viewBox="0 0 20 20" aria-hidden="true">
            <rect class={`part part-${part}`} fill={`url(#${id}-${part})`} x="1" y="1" width="18" height="18" />
          </svg>
          {name}
        </li>
      ))}
    </ul>
  );
}

/** Full, slanting lines, dots, level lines, a grid. */
const DRAWN = ["M-2 -2H12V12H-2Z", "M-2 2L2 -2M0 8L8 0M6 10L10 6", null, "M0 2H8M0 6H8", "M2 0V8M0 2H8M6 0V8M0 6H8"];

function Patterns({ id }: { id: string }) {
  return (
    <defs>
      {DRAWN.map((path, part) => (
        <pattern id={`${id}-${part}`} class={`part-${part}`} width="8" height="8" patternUnits="userSpaceOnUse">
          <rect class="under" width="8" height="8" />
          {path === null ? (
            <>
              <circle class="dot" cx="2" cy="2" r="1.5" />
              <circle class="dot" cx="6" cy="6" r="1.5" />
            </>
          ) : (
            <path class={part === 0 ? "dot" : "line"} d={path} />
          )}
        </pattern>
      ))}
    </defs>
  );
}

function Rule({ value, top, text }: { value: number; top: number; text: string }) {
  const y = round(heightOf(value, top));
  return (
    <>
      <line class="rule" x1={PLOT.left} x2={PLOT.right} y1={y} y2={y} />
      <text x={PLOT.left - 8} y={y} dy="0.35em" text-anchor="end">
        {text}
      </text>
    </>
  );
}

const round = (value: number): number => Math.round(value * 100) / 100;

const heightOf = (value: number, top: number): number => PLOT.bottom - (value / top) * (PLOT.bottom - PLOT.top);

const slot = (count: number): number => (PLOT.right - PLOT.left) / count;
const centre = (index: number, count: number): number => PLOT.left + slot(count) * (index + 0.5);

function place(index: number, count: number): { x: number; width: number } {
  const width = Math.min(slot(count) * 0.76, 48);
  return { x: round(centre(index, count) - width / 2), width: round(width) };
}

/** The parts of a column from the bottom up; those of nought are not drawn. */
function stack(series: readonly Series[], index: number) {
  let from = 0;
  return series.flatMap(({ values }, part) => {
    const value = values[index] ?? 0;
    const drawn = { part, from, to: from + value };
    from += value;
    return value === 0 ? [] : [drawn];
  });
}

/** A round number not below a value, that can be halved. */
function roundAbove(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  const rounds = [1, 1.2, 1.6, 2, 3, 4, 6, 8, 10, 20].map((times) => times * unit);
  return rounds.find((round) => round >= value && round % 2 === 0) ?? value;
}

/** Which columns have a label: the first, the last, and some between. */
function ticks(count: number): number[] {
  const last = count - 1;
  const wanted = Math.min(LABELS, count);
  return Array.from({ length: wanted }, (_, tick) => (wanted === 1 ? 0 : Math.round((tick * last) / (wanted - 1))));
}
