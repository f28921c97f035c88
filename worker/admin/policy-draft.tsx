import type { Hono } from "hono";
import { inventory } from "../inventory.ts";
import { dayInWords } from "../platform/calendar.ts";
import { type FieldError, Refusal } from "../platform/errors.ts";
import { type House, parse } from "../platform/http.ts";
import { LANGUAGE_NAMES, LANGUAGES, type Language } from "../platform/languages.ts";
import { FIELD_WORDS } from "../platform/words.ts";
import { compareTexts } from "../policy/compare.ts";
import {
  approveDraft,
  draftOf,
  dropDraft,
  effectInstead,
  isOwn,
  publishNow,
  type Step,
  saveDraft,
  sendBack,
  submitDraft,
  takeBack,
} from "../policy/draft.ts";
import { changeSince } from "../policy/draft-change.ts";
import { type Draft, findDraft } from "../policy/draft-store.ts";
import { approvalShape, type DraftContent, draftShape, seenShape } from "../policy/shapes.ts";
import { today } from "../policy/version.ts";
import { action, goTo, type StaffDesk, screen, type Form as Values } from "./desk.ts";
import { check, Form, faultsOf, replyConfirm, type Typed } from "./form.tsx";
import { draftTitle, faultInWords, writerNames } from "./policy.tsx";
import { Changes, Differences } from "./policy-change.tsx";
import { contentIn, Editor, fieldOf, labelsOf, Reading, textsIn, valuesOf } from "./policy-editor.tsx";
import { POLICY } from "./policy-words.ts";
import { doneSaid, type Fault, replyScreen } from "./shell.tsx";
import { type Column, Facts, Table, When } from "./table.tsx";
import { SHELL } from "./words.ts";

const LIST = "/admin/policy";
const PATH = `${LIST}/drafts/:id`;
const pathOf = ({ id }: Pick<Draft, "id">) => `${LIST}/drafts/${id}`;

/** Adds the pages about one version in the making. */
export function addDraft(routes: Hono<House>): void {
  routes.get(
    PATH,
    screen("policy:read", async (desk) => replyDraft(desk, await ofDesk(desk))),
  );

  routes.post(
    PATH,
    action("policy:write", (desk, form) =>
      write(desk, form, async (content, step) => {
        await saveDraft(desk.rt, step, content);
        return "saved";
      }),
    ),
  );

  routes.post(
    `${PATH}/submit`,
    action("policy:write", (desk, form) =>
      write(desk, form, async (content, step) => {
        await submitDraft(desk.rt, step, content, inventory);
        return "submitted";
      }),
    ),
  );

  routes.post(
    `${PATH}/preview`,
    action("policy:write", async (desk, form) => {
      const draft = await ofDesk(desk);
      const checked = check(draftShape, form, contentIn(form));
      const typed = "typed" in checked ? named(checked.typed) : { values: form, errors: [] };
      return replyDraft(desk, draft, { typed }, typed.errors.length > 0 ? 422 : 200);
    }),
  );

  const steps: Readonly<Record<string, (desk: StaffDesk, step: Step, form: Values) => Promise<string>>> = {
    approve: ({ rt }, step, form) =>
      approveDraft(rt, step, inventory, { knowsOwn: form["own"] !== undefined, ...parse(approvalShape, form) }),
    "send-back": async ({ rt }, step) => {
      await sendBack(rt, step);
      return "sent-back";
    },
    "take-back": async ({ rt }, step) => {
      await takeBack(rt, step);
      return "taken-back";
    },
    publish: async ({ rt }, step) => {
      await publishNow(rt, step, inventory);
      return "published";
    },
  };
  for (const [name, take] of Object.entries(steps)) {
    routes.post(
      `${PATH}/${name}`,
      action("policy:write", (desk, form) => move(desk, form, (step) => take(desk, step, form))),
    );
  }

  routes.get(
    `${PATH}/drop`,
    screen("policy:write", async (desk) => {
      const draft = await ofDesk(desk);
      const words = POLICY[desk.lang];
      return replyConfirm(desk, {
        title: words.dropTitle,
        text: words.dropText,
        label: words.drop,
        action: `${pathOf(draft)}/drop`,
        back: pathOf(draft),
        hidden: { version: String(draft.version) },
      });
    }),
  );

  routes.post(
    `${PATH}/drop`,
    action("policy:write", (desk, form) =>
      move(desk, form, async (step) => {
        await dropDraft(desk.rt, step);
        return "dropped";
      }),
    ),
  );
}

const ofDesk = ({ c, rt }: StaffDesk): Promise<Draft> => draftOf(rt, c.req.param("id") ?? "");

const stepIn = (desk: StaffDesk, form: Values): Step => ({
  id: desk.c.req.param("id") ?? "",
  version: parse(seenShape, form).version,
  by: `staff:${desk.member.id}`,
});

/** Errors by the names that the editor's fields have. */
const named = ({ values, errors }: Typed): Typed => ({
  values,
  errors: errors.map(({ path, code }) => ({ path: fieldOf(path), code })),
});

/** Takes what was typed to a rule. Whatever is refused, it is shown again as it was typed. */
async function write(
  desk: StaffDesk,
  form: Values,
  save: (content: DraftContent, step: Step) => Promise<string>,
): Promise<Response> {
  const draft = await findDraft(desk.rt.db, desk.c.req.param("id") ?? "");
  if (!draft) return replyGone(desk, form);
  const checked = check(draftShape, form, contentIn(form));
  if ("typed" in checked) return replyDraft(desk, draft, { typed: named(checked.typed) }, 422);
  try {
    return goTo(desk, pathOf(draft), await save(checked.value, stepIn(desk, form)));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { status, errors = [], code } = error;
    const typed = named({ values: form, errors });
    if (code === "invalid_input") return replyDraft(desk, draft, { typed }, status);
    if (code === "version_overlaps") return replyDraft(desk, draft, { typed, overlaps: true }, status);
    if (code !== "edited_meanwhile" && code !== "not_in_review") throw error;
    // Read again: the other's change may have come after our first look.
    return replyDraft(desk, await ofDesk(desk), { typed, isBehind: true }, status);
  }
}

/** A version that was published or thrown away while somebody wrote: what they typed is theirs. */
function replyGone(desk: StaffDesk, form: Values): Response {
  const { lang } = desk;
  const words = POLICY[lang];
  const texts = textsIn(form);
  const children = (
    <>
      <p class="fault">{words.goneText}</p>
      {LANGUAGES.map((text) => (
        <Typing desk={desk} text={text} markdown={texts[text]?.markdown ?? ""} />
      ))}
      <p>
        <a href={LIST}>{SHELL[lang].page.policy}</a>
      </p>
    </>
  );
  return replyScreen(desk, { title: words.goneTitle, section: "policy", children }, 404);
}

function Typing({ desk, text, markdown }: { desk: StaffDesk; text: Language; markdown: string }) {
  const id = `${text}-typed`;
  return (
    <div class="field">
      <label for={id}>
        {POLICY[desk.lang].yours}: {LANGUAGE_NAMES[text]}
      </label>
      <textarea id={id} rows={12} readonly>
        {markdown}
      </textarea>
    </div>
  );
}

/** Takes a step with a version whose text stays as it is. */
async function move(desk: StaffDesk, form: Values, take: (step: Step) => Promise<string>): Promise<Response> {
  const draft = await ofDesk(desk);
  try {
    const done = await take(stepIn(desk, form));
    return goTo(desk, done === "published" || done === "dropped" ? LIST : pathOf(draft), done);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { status, errors, code } = error;
    if (code === "not_found") throw error;
    if (code === "edited_meanwhile" || code === "not_in_review") {
      return replyDraft(desk, await ofDesk(desk), { isBehind: true }, status);
    }
    return replyDraft(desk, draft, { refused: errors ?? code }, status);
  }
}

interface State {
  typed?: Typed;
  /** Somebody else changed it since this page was drawn. */
  isBehind?: boolean;
  /** Its dates are not after those of the others. */
  overlaps?: boolean;
  /** Why it could not be published. */
  refused?: readonly FieldError[] | Refusal["code"];
}

async function replyDraft(desk: StaffDesk, draft: Draft, state: State = {}, status = 200): Promise<Response> {
  const { rt, lang } = desk;
  const words = POLICY[lang];
  const isOpen = draft.state === "draft" && desk.may("policy:write");
  const typed = (isOpen ? state.typed : undefined) ?? { values: valuesOf(draft), errors: [] };
  const [change, nameOf] = await Promise.all([changeSince(rt, textsIn(typed.values), inventory), writerNames(desk)]);
  const { fault, changedAt, changedBy } = draft;
  const children = (
    <>
      {state.isBehind ? <Behind {...{ desk, draft, state, nameOf }} /> : null}
      {state.refused ? <Refused desk={desk} refused={state.refused} /> : null}
      {fault === null ? null : <p class="fault">{faultInWords(lang, fault)}</p>}
      <Facts
        facts={[
          [words.state, words.states[draft.state]],
          [
            words.changed,
            <>
              <When desk={desk} at={changedAt} />, {SHELL[lang].by} {nameOf(changedBy)}
            </>,
          ],
          ...(draft.approvedBy === null ? [] : [[words.approvedBy, nameOf(draft.approvedBy)] as const]),
        ]}
      />
      {isOpen ? <Editor {...{ desk, draft, typed, change }} path={pathOf(draft)} /> : <Read {...{ desk, draft }} />}
      {desk.may("policy:write") ? <Steps {...{ desk, draft, state }} /> : null}
      <Changes desk={desk} change={change} />
      {desk.may("policy:write") ? (
        <p>
          <a href={`${pathOf(draft)}/drop`}>{words.drop}</a>
        </p>
      ) : null}
    </>
  );
  const faults: Fault[] = [
    ...faultsOf(lang, typed, labelsOf(lang)),
    ...(state.overlaps ? [{ field: "date", text: words.overlaps }] : []),
  ];
  const done = doneSaid(desk, words.done);
  const title = draftTitle(lang, draft.date);
  return replyScreen(desk, { title, section: "policy", done, faults, children }, status);
}

/** A version that is not to be written any more: what would be published. */
function Read({ desk, draft }: { desk: StaffDesk; draft: Draft }) {
  const { lang } = desk;
  const words = POLICY[lang];
  const { effective, significance, texts } = draft;
  return (
    <>
      <Facts
        facts={[
          [words.effective, effective === null ? SHELL[lang].none : dayInWords(effective, lang)],
          [words.significance, words.significances[significance]],
        ]}
      />
      {LANGUAGES.map((text) => {
        const { title = "", summary = "", markdown = "" } = texts[text] ?? {};
        return (
          <section aria-label={words.text(LANGUAGE_NAMES[text])}>
            <h2 lang={text}>{title}</h2>
            {summary === "" ? null : (
              <p class="note" lang={text}>
                {summary}
              </p>
            )}
            <Reading desk={desk} text={text} markdown={markdown} />
          </section>
        );
      })}
    </>
  );
}

interface StepsProps {
  desk: StaffDesk;
  draft: Draft;
  state: State;
}

/** What can be done with a version in review, or with one that is scheduled. */
function Steps({ desk, draft, state }: StepsProps) {
  const { lang, rt } = desk;
  const words = POLICY[lang];
  const day = draft.date ?? today(rt);
  const path = pathOf(draft);
  const seen = <input type="hidden" name="version" value={String(draft.version)} />;
  if (draft.state === "draft") return null;
  if (draft.state === "scheduled") {
    return (
      <>
        <p class="note">{words.scheduledFor(dayInWords(day, lang))}</p>
        <Form desk={desk} action={`${path}/take-back`} class="row">
          {seen}
          <button type="submit" class="second">
            {words.takeBack}
          </button>
          <button type="submit" formaction={`${path}/publish`}>
            {words.publishNow}
          </button>
        </Form>
      </>
    );
  }
  const instead = effectInstead(rt, draft);
  return (
    <Form desk={desk} action={`${path}/approve`}>
      {seen}
      <p>{day > today(rt) ? words.approveHint.later(dayInWords(day, lang)) : words.approveHint.now}</p>
      {instead === null ? null : <p class="note">{words.tooNear(dayInWords(instead, lang))}</p>}
      {isOwn(draft, `staff:${desk.member.id}`) ? <Own desk={desk} state={state} /> : null}
      <div class="row">
        {instead === null ? (
          <button type="submit">{words.approve}</button>
        ) : (
          <button type="submit" name="effective" value={instead}>
            {words.approveFrom(dayInWords(instead, lang))}
          </button>
        )}
        <button type="submit" class="second" formaction={`${path}/send-back`}>
          {words.sendBack}
        </button>
      </div>
    </Form>
  );
}

/** One person may do both; they know it, and the ledger says it. */
function Own({ desk, state: { refused } }: Omit<StepsProps, "draft">) {
  const words = POLICY[desk.lang];
  const isMissed = Array.isArray(refused) && refused.some(({ path }) => path === "own");
  return (
    <div class="note">
      <p>{words.own}</p>
      {isMissed ? (
        <p class="error" id="own-error">
          {words.ownFault}
        </p>
      ) : null}
      <label class="check">
        <input type="checkbox" name="own" id="own" {...(isMissed ? { "aria-describedby": "own-error" } : {})} />
        <span>{words.ownBox}</span>
      </label>
    </div>
  );
}

/** Why a version could not be published, and what to change. */
function Refused({ desk, refused }: { desk: StaffDesk; refused: NonNullable<State["refused"]> }) {
  const { lang } = desk;
  const words = POLICY[lang];
  const labels = labelsOf(lang);
  const said =
    typeof refused === "string"
      ? [refused === "version_published" ? words.publishedSame : words.overlaps]
      : refused.map(({ path, code }) =>
          path === "own"
            ? words.ownFault
            : `${labels[fieldOf(path)] ?? SHELL[lang].page.policy}: ${FIELD_WORDS[lang][code]}`,
        );
  const isOwnOnly = typeof refused !== "string" && refused.every(({ path }) => path === "own");
  return (
    <div class="fault" role="alert" tabindex={-1} autofocus>
      <p>{isOwnOnly ? SHELL[lang].notRight : words.cannotApprove}</p>
      <ul>
        {said.map((text) => (
          <li>{text}</li>
        ))}
      </ul>
    </div>
  );
}

interface BehindProps extends StepsProps {
  nameOf(writer: string): string;
}

/** Somebody else was first: what there is now beside what was typed. */
function Behind({ desk, draft, state: { typed }, nameOf }: BehindProps) {
  const { lang } = desk;
  const words = POLICY[lang];
  return (
    <div class="fault" role="alert">
      <p>
        {words.behind} {words.behindWho(nameOf(draft.changedBy))}{" "}
        {typed ? (draft.state === "draft" ? words.behindKept : words.moved) : null}
      </p>
      {typed ? <Typings {...{ desk, draft, typed }} /> : null}
    </div>
  );
}

function Typings({ desk, draft, typed }: { desk: StaffDesk; draft: Draft; typed: Typed }) {
  const { lang } = desk;
  const words = POLICY[lang];
  const now = valuesOf(draft);
  const labels = labelsOf(lang);
  const rows = Object.entries(labels)
    .filter(([field]) => !field.endsWith("-markdown"))
    .map(([field, label]) => ({ label, now: now[field] ?? "", yours: typed.values[field] ?? "" }))
    .filter(({ now, yours }) => now.trim() !== yours.trim());
  const texts = textsIn(typed.values);
  return (
    <>
      {rows.length === 0 ? null : (
        <Table desk={desk} caption={words.behind} columns={differenceColumns(desk)} rows={rows} empty="" />
      )}
      {LANGUAGES.map((text) => {
        const [mine, theirs] = [texts[text]?.markdown ?? "", draft.texts[text]?.markdown ?? ""];
        const blocks = compareTexts(mine, theirs);
        if (blocks.every(({ spans }) => spans.every(({ kind }) => kind === "same"))) return null;
        return (
          <>
            <Differences lang={lang} textLang={text} title={words.behindNow(LANGUAGE_NAMES[text])} blocks={blocks} />
            {draft.state === "draft" ? null : <Typing desk={desk} text={text} markdown={mine} />}
          </>
        );
      })}
    </>
  );
}

interface Difference {
  label: string;
  now: string;
  yours: string;
}

function differenceColumns({ lang }: StaffDesk): Column<Difference>[] {
  const words = POLICY[lang];
  return [
    { name: "field", label: words.what, cell: ({ label }) => label },
    { name: "now", label: words.now, cell: ({ now }) => now },
    { name: "yours", label: words.yours, cell: ({ yours }) => yours },
  ];
}
