import type { Hono } from "hono";
import { inventory } from "../inventory.ts";
import { Refusal } from "../platform/errors.ts";
import { type House, parse } from "../platform/http.ts";
import {
  approveDraft,
  draftOf,
  dropDraft,
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
import { action, goTo, type StaffDesk, screen, type Form as Values } from "./desk.ts";
import { check, faultsOf, replyConfirm, type Typed, unnamedVersion } from "./form.tsx";
import { draftTitle, faultInWords, writerNames } from "./policy.tsx";
import { Changes } from "./policy-change.tsx";
import { Behind, replyGone } from "./policy-conflict.tsx";
import { contentIn, Editor, fieldOf, labelsOf, textsIn, valuesOf } from "./policy-editor.tsx";
import { pathOf, Read, Refused, type Said, Steps } from "./policy-steps.tsx";
import { POLICY } from "./policy-words.ts";
import { doneSaid, type Fault, replyScreen } from "./shell.tsx";
import { Facts, When } from "./table.tsx";
import { SHELL } from "./words.ts";

const LIST = "/admin/policy";
const PATH = `${LIST}/drafts/:id`;

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

/** The step of a form that names no version. */
function unnamedStep({ member }: StaffDesk, draft: Draft): Step {
  const by = `staff:${member.id}`;
  return { id: draft.id, version: unnamedVersion(draft, by), by };
}

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
    const step = form["version"] === undefined ? unnamedStep(desk, draft) : stepIn(desk, form);
    return goTo(desk, pathOf(draft), await save(checked.value, step));
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

async function replyDraft(desk: StaffDesk, draft: Draft, state: Said = {}, status = 200): Promise<Response> {
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
