import texts from "texts:policy";
import type { JSX } from "preact";
import type { ComparedBlock, Comparison, PolicyNow, Span, Statement } from "../../worker/policy/feed-shapes.ts";
import { call } from "../api.ts";
import css from "../styles/policy.css?inline";
import { present } from "../ui/present.ts";
import { fill } from "../ui/text.ts";

/** Something the worker has: under way, there, or not to be had, by the code of the refusal. */
interface Fetched<T> {
  isBusy: boolean;
  body?: T;
  code?: string;
}

/** The policy at a glance: since when it is in force, what is coming, and, when asked, what changed, word by word. */
export const mount = present((host, _root, redraw) => {
  let policy: Fetched<PolicyNow> = { isBusy: false };
  let comparison: Fetched<Comparison> = { isBusy: false };
  /** Which comparison is open, by what was asked for; none at first. */
  let opened = "";

  async function get<T>(path: string, keep: (found: Fetched<T>) => void) {
    keep({ isBusy: true });
    redraw();
    const reply = await call<T>(host, path);
    keep(reply.ok ? { isBusy: false, body: reply.body } : { isBusy: false, code: reply.code });
    redraw();
    if (!reply.ok) host.emit("error", { code: reply.code });
  }
  const load = () =>
    get<PolicyNow>("/v1/policy", (found) => {
      policy = found;
    });
  const compare = () => {
    const asked = opened;
    // Another one may have been opened, or this one closed, meanwhile.
    return get<Comparison>(`/v1/policy/comparison?${asked}`, (found) => {
      if (asked === opened) comparison = found;
    });
  };
  const toggle = (asked: string) => {
    opened = opened === asked ? "" : asked;
    redraw();
    if (opened) void compare();
  };

  const drawFault = ({ code }: Fetched<unknown>, retry: () => void) => (
    <>
      <p class="error" role="alert">
        {code === "not_found" ? texts.unknown : texts.failed}
      </p>
      {code !== "not_found" && (
        <button type="button" part="button" onClick={retry}>
          {texts.again}
        </button>
      )}
    </>
  );

  const drawComparison = () => {
    const { body } = comparison;
    return (
      <>
        {comparison.code && drawFault(comparison, compare)}
        {body && !isUnchanged(body) && drawBlocks(body.blocks)}
      </>
    );
  };

  const drawButton = (from: string | undefined, to: string | undefined, label: string) => {
    const asked = String(new URLSearchParams({ ...(from && { from }), ...(to && { to }) }));
    const isOpen = opened === asked;
    return (
      <>
        <button type="button" part="button" aria-expanded={isOpen} onClick={() => toggle(asked)}>
          {isOpen ? texts.hide : label}
        </button>
        <div class="comparison" part="comparison">
          {/* There, and empty, before it says something: what comes with its words is not read out. */}
          <p role="status">{isOpen && said(comparison)}</p>
          {isOpen && drawComparison()}
        </div>
      </>
    );
  };

  const drawLink = (url: string, label: string) => (
    <p>
      <a href={url} part="link">
        {label}
      </a>
    </p>
  );

  const drawPolicy = ({ inForce, upcoming, previous }: PolicyNow) => {
    if (!inForce) return <p>{texts.none}</p>;
    const chosen = (name: string) => host.element.getAttribute(name) || undefined;
    const [from, to] = [chosen("from"), chosen("to")];
    return (
      <>
        <h2>{inForce.title}</h2>
        <p class="muted">
          {fill(texts.changed, { date: inForce.dateText })} {fill(texts.inForce, { date: inForce.effectiveText })}
        </p>
        <p>{inForce.summary}</p>
        {drawLink(inForce.url, texts.read)}
        {from || to
          ? drawButton(from, to ?? inForce.date, texts.show)
          : previous && drawButton(previous.date, inForce.date, texts.show)}
        {upcoming && drawUpcoming(upcoming, inForce, !from && !to)}
      </>
    );
  };

  const drawUpcoming = (upcoming: Statement, { date }: Statement, canCompare: boolean) => (
    <div class="note">
      <p>
        <strong>{fill(texts.upcoming, { date: upcoming.effectiveText })}</strong> {upcoming.summary}
      </p>
      {drawLink(upcoming.url, texts.readUpcoming)}
      {canCompare && drawButton(date, upcoming.date, texts.showUpcoming)}
    </div>
  );

  // Drawing works from when this view is returned.
  queueMicrotask(load);

  return () => (
    <div part="policy">
      <p class={policy.isBusy ? "" : "hidden"} role="status">
        {policy.isBusy && texts.loading}
      </p>
      {policy.code && (
        <>
          {drawFault(policy, load)}
          {drawLink(`${host.origin}/policy?lang=${host.lang}`, texts.read)}
        </>
      )}
      {policy.body && drawPolicy(policy.body)}
    </div>
  );
}, css);

const isUnchanged = (body?: Comparison) =>
  body?.blocks.every(({ spans }) => spans.every(({ kind }) => kind === "same"));

const said = ({ isBusy, body }: Fetched<Comparison>) =>
  isBusy ? texts.loading : body && (isUnchanged(body) ? texts.unchanged : texts.legend);

const TAGS = { h2: "h3", h3: "h4", li: "li", p: "p" } as const;

/** Blocks in their order, list items that follow each other in one list. */
function drawBlocks(blocks: readonly ComparedBlock[]) {
  const drawn: JSX.Element[] = [];
  let items: JSX.Element[] = [];
  blocks.forEach(({ kind, spans }, index) => {
    const Tag = TAGS[kind];
    const block = <Tag>{spans.map(drawSpan)}</Tag>;
    if (kind !== "li") drawn.push(block);
    else if (blocks[index - 1]?.kind === kind) items.push(block);
    else {
      items = [block];
      drawn.push(<ul>{items}</ul>);
    }
  });
  return drawn;
}

/** What came and what went is said to those who hear the text, and marked for those who see it. */
function drawSpan({ kind, text }: Span) {
  if (kind === "same") return `${text} `;
  const Tag = kind === "added" ? "ins" : "del";
  return (
    <>
      <Tag>
        <span class="hidden">{texts[kind]} </span>
        {text}
        <span class="hidden"> {texts.end}</span>
      </Tag>{" "}
    </>
  );
}
