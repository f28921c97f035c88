import type { Hono } from "hono";
import { z } from "zod";
import { actionOf, canUndoNow, undoAction } from "../newsletter/action.ts";
import { type ListAction, newestActions } from "../newsletter/action-store.ts";
import { Refusal } from "../platform/errors.ts";
import type { House } from "../platform/http.ts";
import { actorNames } from "./actors.ts";
import { action, goTo, type StaffDesk, screen } from "./desk.ts";
import { replyConfirm } from "./form.tsx";
import { numberInWords } from "./format.ts";
import { doneSaid, replyScreen } from "./shell.tsx";
import { addNewAction, argumentInWords } from "./subscribers-action-new.tsx";
import { ACTIONS } from "./subscribers-actions-words.ts";
import { filterInWords } from "./subscribers-filter.tsx";
import { type Column, Facts, Pager, Table, When } from "./table.tsx";

const PATH = "/admin/subscribers/actions";
const PAGE = 50;

/** Adds the pages about actions on many subscribers: all of them, a new one, and each, which can be undone. */
export function addActions(routes: Hono<House>): void {
  routes.get(PATH, screen("newsletter:read", replyActions));

  addNewAction(routes);

  routes.get(
    `${PATH}/:id`,
    screen("newsletter:read", async (desk) => replyAction(desk, await actionOf(desk.rt, idIn(desk)))),
  );

  routes.get(
    `${PATH}/:id/undo`,
    screen("newsletter:write", async (desk) => {
      const found = await actionOf(desk.rt, idIn(desk));
      if (!canUndoNow(desk.rt, found)) throw new Refusal("not_found");
      const { id, changed } = found;
      const words = ACTIONS[desk.lang];
      return replyConfirm(desk, {
        title: words.undoTitle,
        text: words.undoText(numberInWords(changed, desk.lang)),
        label: words.undo,
        action: `${PATH}/${id}/undo`,
        back: `${PATH}/${id}`,
      });
    }),
  );

  routes.post(
    `${PATH}/:id/undo`,
    action("newsletter:write", async (desk) => {
      await undoAction(desk.rt, idIn(desk), `staff:${desk.member.id}`);
      return goTo(desk, `${PATH}/${idIn(desk)}`, "undoing");
    }),
  );
}

const idIn = ({ c }: StaffDesk): string => c.req.param("id") ?? "";

const queryShape = z.object({ after: z.string().max(40).optional() });

async function replyActions(desk: StaffDesk): Promise<Response> {
  const { c, rt, lang } = desk;
  const words = ACTIONS[lang];
  const found = await newestActions(rt.db, queryShape.parse(c.req.query()).after, PAGE + 1);
  const rows = found.slice(0, PAGE);
  const columns: Column<ListAction>[] = [
    { name: "what", label: words.what, cell: (row) => <a href={`${PATH}/${row.id}`}>{titleOf(desk, row)}</a> },
    { name: "who", label: words.who, cell: ({ filter }) => filterInWords(lang, filter) ?? words.everyone },
    { name: "state", label: words.state, cell: ({ state }) => words.states[state] },
    { name: "changed", label: words.changed, numeric: true, cell: ({ changed }) => numberInWords(changed, lang) },
    { name: "when", label: words.when, cell: ({ createdAt }) => <When desk={desk} at={createdAt} /> },
  ];
  const children = (
    <>
      <p>{words.intro}</p>
      <Table desk={desk} caption={words.title} columns={columns} rows={rows} empty={words.none} />
      <Pager desk={desk} next={found.length > PAGE ? (rows.at(-1)?.id ?? null) : null} />
      <p>
        <a href="/admin/subscribers">{words.back}</a>
      </p>
    </>
  );
  return replyScreen(desk, { title: words.title, section: "subscribers", children });
}

/** What an action does, in words. */
function titleOf({ lang }: StaffDesk, { kind, argument }: ListAction): string {
  const said = argumentInWords(lang, kind, argument);
  return said === "" ? ACTIONS[lang].kinds[kind] : `${ACTIONS[lang].kinds[kind]}: ${said}`;
}

async function replyAction(desk: StaffDesk, found: ListAction): Promise<Response> {
  const { rt, lang } = desk;
  const words = ACTIONS[lang];
  const { id, state, cursor, lastSeq, createdAt, createdBy, finishedAt } = found;
  const isAtWork = state === "running" || state === "undoing";
  const names = await actorNames(rt);
  // In steps of ten, so that a screen reader is not told of every page.
  const percent = lastSeq === 0 ? 0 : Math.floor((cursor / lastSeq) * 10) * 10;
  const facts = [
    [words.who, filterInWords(lang, found.filter) ?? words.everyone],
    [words.state, words.states[state]],
    [words.promised, numberInWords(found.matched, lang)],
    [words.changed, numberInWords(found.changed, lang)],
    ...(state === "undoing" || state === "undone"
      ? [[words.restored, numberInWords(found.restored, lang)] as const]
      : []),
    [words.when, <When desk={desk} at={createdAt} />],
    [words.by, names.get(createdBy) ?? createdBy],
    ...(finishedAt === null ? [] : [[words.finished, <When desk={desk} at={finishedAt} />] as const]),
  ] as const;
  const children = (
    <>
      {/* Not in what the script fetches: put there, it would load the whole page. */}
      {isAtWork ? (
        <noscript>
          <meta http-equiv="refresh" content="3" />
        </noscript>
      ) : null}
      <section aria-labelledby="progress" {...(isAtWork ? { "data-refresh": "2" } : {})}>
        <h2 id="progress">{words.progress}</h2>
        {isAtWork ? <progress max={String(lastSeq)} value={String(cursor)} aria-labelledby="progress" /> : null}
        <p role="status">
          {isAtWork ? (state === "running" ? words.percent : words.undoingPercent)(String(percent)) : words.over[state]}
        </p>
        <Facts facts={facts} />
      </section>
      {canUndoNow(rt, found) && desk.may("newsletter:write") ? (
        <p>
          <a class="button" href={`${PATH}/${id}/undo`}>
            {words.undo}
          </a>
        </p>
      ) : null}
      <p>
        <a href={PATH}>{words.all}</a>
      </p>
    </>
  );
  const done = doneSaid(desk, words.done);
  return replyScreen(desk, { title: titleOf(desk, found), section: "subscribers", done, children });
}
