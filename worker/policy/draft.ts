import { ledgerEntry } from "../ledger/entry.ts";
import { appendEntry } from "../ledger/store.ts";
import { base64url } from "../platform/bytes.ts";
import { addDays } from "../platform/calendar.ts";
import { commit, type Statement } from "../platform/db.ts";
import { Refusal } from "../platform/errors.ts";
import { parse } from "../platform/http.ts";
import type { InventorySnapshot } from "../platform/inventory.ts";
import { LANGUAGES } from "../platform/languages.ts";
import type { Runtime } from "../platform/runtime.ts";
import {
  appendDraftChange,
  appendSchedule,
  type Draft,
  deleteDraft,
  dueDrafts,
  findDraft,
  insertDraft,
  type Seen,
  scheduleDraft,
  updateDraft,
} from "./draft-store.ts";
import { type DraftContent, type NewVersion, publishShape } from "./shapes.ts";
import { loadMarkdown, type Version } from "./store.ts";
import type { DraftText } from "./tables.ts";
import {
  checkVersion,
  commitVersion,
  firstEffective,
  hashed,
  hashesOf,
  leastSignificance,
  newestOf,
  today,
  versionsOf,
} from "./version.ts";

/** A draft in the state that a step needs, as `version` was seen, and who takes the step ("staff:" and an id). */
export interface Step {
  id: string;
  version: number;
  by: string;
}

/** A version's texts in every language, without their summaries: those are of their own version. */
async function textsOf(rt: Runtime, version: Version | undefined): Promise<Record<string, DraftText>> {
  const text = async (lang: (typeof LANGUAGES)[number]) => {
    if (!version) return [lang, { title: "", summary: "", markdown: "" }] as const;
    const [markdown = ""] = await loadMarkdown(rt.db, [version.date], lang);
    return [lang, { title: version.texts[lang].title, summary: "", markdown }] as const;
  };
  return Object.fromEntries(await Promise.all(LANGUAGES.map(text)));
}

/** Days that writing and review may take before a proposed day of effect comes too soon. */
const REVIEW_DAYS = 7;

/**
 * Begins a version from the texts of the newest, dated today, in force after the notice period and a week for review.
 * Gives the draft's id.
 */
export async function startDraft(rt: Runtime, by: string, inventory: InventorySnapshot): Promise<string> {
  const id = base64url(rt.random(12));
  const now = rt.now();
  const date = today(rt);
  const [texts, newest] = await Promise.all([textsOf(rt, (await versionsOf(rt)).at(-1)), newestOf(rt)]);
  const entry = await ledgerEntry(rt, "policy.drafted", { event: id, subject: null, actor: by, body: { draft: id } });
  const draft = {
    ...{ id, date, effective: addDays(date, rt.settings.NOTICE_PERIOD_DAYS + REVIEW_DAYS), texts, version: 1 },
    state: "draft" as const,
    significance: leastSignificance(newest, inventory),
    ...{ createdAt: now, createdBy: by, changedAt: now, changedBy: by },
  };
  await commit(rt, [insertDraft(draft), appendEntry(entry)]);
  return id;
}

/** Finds a draft. Refuses not_found. */
export async function draftOf(rt: Runtime, id: string): Promise<Draft> {
  const draft = await findDraft(rt.db, id);
  if (!draft) throw new Refusal("not_found");
  return draft;
}

/** Saves what was written. Refuses not_found, edited_meanwhile, and not_in_review once it was handed in. */
export async function saveDraft(rt: Runtime, { id, version, by }: Step, content: DraftContent): Promise<void> {
  const draft = await draftIn(rt, "draft", id, version);
  const seen = { draft: id, draftVersion: version };
  await commitChange(rt, [updateDraft(rt.db, seen, { ...content, ...writing(rt, draft, content, by) })]);
}

/** Who wrote the text, and when; nothing when it is as it was: who saves or hands in what another wrote has not written it. */
function writing(rt: Runtime, draft: Draft, { texts }: DraftContent, by: string): Partial<Draft> {
  const isChanged = LANGUAGES.some((lang) => JSON.stringify(texts[lang]) !== JSON.stringify(draft.texts[lang]));
  return isChanged ? { changedAt: rt.now(), changedBy: by } : {};
}

/**
 * Saves what was written and hands it in for review. Refuses as `saveDraft` does, and what could not be published as
 * `checkVersion` does.
 */
export async function submitDraft(
  rt: Runtime,
  step: Step,
  content: DraftContent,
  inventory: InventorySnapshot,
): Promise<void> {
  const { id, version, by } = step;
  const draft = await draftIn(rt, "draft", id, version);
  await checkVersion(rt, versionFrom(content), inventory, id);
  const written = writing(rt, draft, content, by);
  await move(rt, "policy.submitted", step, { ...content, ...written, state: "review", fault: null });
}

/** Gives a version in review back to its writers. Refuses not_found, not_in_review and edited_meanwhile. */
export async function sendBack(rt: Runtime, step: Step): Promise<void> {
  await draftIn(rt, "review", step.id, step.version);
  await move(rt, "policy.sent-back", step, { state: "draft" });
}

/** Takes a scheduled version back to its writers. Refuses as `sendBack` does. */
export async function takeBack(rt: Runtime, step: Step): Promise<void> {
  await draftIn(rt, "scheduled", step.id, step.version);
  await move(rt, "policy.sent-back", step, { state: "draft", approvedBy: null });
}

/** What goes with an approval: whether who wrote the version knows that, and another day of effect, if one is needed. */
export interface Approval {
  knowsOwn: boolean;
  effective?: string | undefined;
}

/** Whether somebody began a version or wrote its text last. */
export const isOwn = ({ createdBy, changedBy }: Pick<Draft, "createdBy" | "changedBy">, by: string): boolean =>
  createdBy === by || changedBy === by;

/**
 * Approves a version in review: it is published at once, under today's date, when its date has come, else on that day.
 * `effective` takes the place of a day of effect that has come too near meanwhile. Refuses invalid_input ("own") to who
 * wrote it, unless they said to know that; else as `sendBack` and `checkVersion` do.
 */
export async function approveDraft(
  rt: Runtime,
  step: Step,
  inventory: InventorySnapshot,
  { knowsOwn, effective }: Approval,
): Promise<"published" | "scheduled"> {
  const { id, version, by } = step;
  const draft = await draftIn(rt, "review", id, version);
  if (isOwn(draft, by) && !knowsOwn)
    throw new Refusal("invalid_input", { errors: [{ path: "own", code: "required" }] });
  const input = dated(rt, versionFrom(effective ? { ...draft, effective } : draft));
  await checkVersion(rt, input, inventory, id);
  if (input.date > today(rt)) {
    await schedule(rt, step, input);
    return "scheduled";
  }
  await commitVersion(rt, input, inventory, { actor: by, apiKey: null, draft: { draft: id, draftVersion: version } });
  return "published";
}

/** A version under the date that it gets when it is published no sooner than today. */
function dated<T extends Pick<Draft, "date">>(rt: Runtime, version: T): T {
  const day = today(rt);
  return version.date !== null && version.date < day ? { ...version, date: day } : version;
}

/** The first day on which a draft may take effect, when the one that was chosen has come too near; else null. */
export function effectInstead(rt: Runtime, draft: Draft): string | null {
  const { date, effective, significance } = dated(rt, draft);
  if (date === null || effective === null) return null;
  const first = firstEffective(rt, { date, significance });
  return effective < first ? first : null;
}

/** Publishes a scheduled version under today's date. Refuses as `approveDraft` does. */
export async function publishNow(rt: Runtime, { id, version, by }: Step, inventory: InventorySnapshot): Promise<void> {
  const draft = await draftIn(rt, "scheduled", id, version);
  const input = versionFrom({ ...draft, date: today(rt) });
  await checkVersion(rt, input, inventory, id);
  await commitVersion(rt, input, inventory, { actor: by, apiKey: null, draft: { draft: id, draftVersion: version } });
}

/** Throws a version away that is not published. Refuses not_found and edited_meanwhile. */
export async function dropDraft(rt: Runtime, { id, version, by }: Step): Promise<void> {
  await draftOf(rt, id);
  const entry = await ledgerEntry(rt, "policy.draft-dropped", {
    event: `${id}:${version}`,
    subject: null,
    actor: by,
    body: { draft: id },
  });
  const seen = { draft: id, draftVersion: version };
  await commitChange(rt, [appendDraftChange({ ...entry, ...seen }), deleteDraft(rt.db, seen)]);
}

/**
 * Publishes every scheduled version whose day has come, in the name of who scheduled it. One that cannot be published any
 * more goes back to review, with why.
 */
export async function publishDue(rt: Runtime, inventory: InventorySnapshot): Promise<void> {
  for (const draft of await dueDrafts(rt.db, today(rt))) {
    const { id, version, approvedBy, createdBy } = draft;
    try {
      const input = dated(rt, versionFrom(draft));
      await checkVersion(rt, input, inventory, id);
      const seen = { draft: id, draftVersion: version };
      await commitVersion(rt, input, inventory, { actor: approvedBy ?? createdBy, apiKey: null, draft: seen });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // Someone took it back in this very moment: then it is theirs.
      if (error.code !== "edited_meanwhile") await returnFaulty(rt, draft, error);
    }
  }
}

async function returnFaulty(rt: Runtime, { id, version }: Draft, refusal: Refusal): Promise<void> {
  const fault = refusal.errors?.[0]?.code ?? refusal.code;
  await move(rt, "policy.sent-back", { id, version }, { state: "review", approvedBy: null, fault }).catch(
    (error: unknown) => {
      if (!(error instanceof Refusal)) throw error;
    },
  );
}

async function draftIn(rt: Runtime, state: Draft["state"], id: string, version: number): Promise<Draft> {
  const draft = await draftOf(rt, id);
  if (draft.version !== version) throw new Refusal("edited_meanwhile");
  if (draft.state !== state) throw new Refusal("not_in_review");
  return draft;
}

/** A draft as a version to publish. Refuses invalid_input for what it lacks. */
const versionFrom = ({
  date,
  effective,
  significance,
  texts,
  noticeUntil,
}: Pick<Draft, "date" | "effective" | "significance" | "texts"> & Partial<Pick<Draft, "noticeUntil">>): NewVersion =>
  parse(publishShape, { date, effective, significance, texts, noticeUntil: noticeUntil ?? undefined });

async function schedule(rt: Runtime, { id, version, by }: Step, input: NewVersion): Promise<void> {
  const { date, effective, significance } = input;
  const entry = await ledgerEntry(rt, "policy.scheduled", {
    event: `${id}:${version}`,
    subject: null,
    actor: by,
    body: { draft: id, version, policyDate: date, effective, significance, sha256: hashesOf(await hashed(input)) },
  });
  const seen = { draft: id, draftVersion: version, date, effective };
  await commitChange(rt, [
    appendSchedule({ ...entry, ...seen }),
    scheduleDraft(rt.db, seen, { effective, approvedBy: by, fault: null }),
  ]);
}

/** Enters a step of a draft in the ledger and takes it. Refuses edited_meanwhile. */
async function move(
  rt: Runtime,
  kind: "policy.submitted" | "policy.sent-back",
  { id, version, by }: Omit<Step, "by"> & { by?: string },
  set: Partial<Draft>,
): Promise<void> {
  const seen: Seen = { draft: id, draftVersion: version };
  const entry = await ledgerEntry(rt, kind, {
    event: `${id}:${version}`,
    subject: null,
    ...(by === undefined ? {} : { actor: by }),
    body: { draft: id, version },
  });
  await commitChange(rt, [appendDraftChange({ ...entry, ...seen }), updateDraft(rt.db, seen, set)]);
}

/** Commits a change whose last statement changes a row if the draft is still as it was seen. */
async function commitChange(rt: Runtime, statements: Statement[]): Promise<void> {
  if ((await commit(rt, statements)).at(-1) === 0) throw new Refusal("edited_meanwhile");
}
