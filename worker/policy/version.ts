import { ledgerEntry } from "../ledger/entry.ts";
import { appendEntry } from "../ledger/store.ts";
import { base64url, sha256 } from "../platform/bytes.ts";
import { addDays, dayIn } from "../platform/calendar.ts";
import { commit, conflictOn } from "../platform/db.ts";
import { type FieldError, Refusal } from "../platform/errors.ts";
import type { InventorySnapshot } from "../platform/inventory.ts";
import { wake } from "../platform/jobs.ts";
import { LANGUAGES, type Language } from "../platform/languages.ts";
import { createMemo } from "../platform/memo.ts";
import type { Bindings, Runtime } from "../platform/runtime.ts";
import {
  appendAddedSchedule,
  deleteDraft,
  findScheduled,
  insertScheduled,
  loadStanding,
  type Seen,
  type Standing,
} from "./draft-store.ts";
import { compareInventories, isSignificant } from "./inventory-change.ts";
import { insertRun } from "./run-store.ts";
import type { NewVersion } from "./shapes.ts";
import {
  DRAFT_CHANGED,
  insertText,
  insertVersion,
  loadVersions,
  OVERLAPS,
  PUBLISHED,
  SCHEDULED,
  type Version,
  type VersionText,
} from "./store.ts";

/** Isolates other than the one that published see a new version within this time, in milliseconds. */
const SEEN_WITHIN = 10_000;
const memo = createMemo<Version[]>(SEEN_WITHIN);

/** What reading versions needs of the runtime: no secret, so that the writers of mails may, too. */
type Reader = Pick<Runtime, "db" | "now"> & { readonly bindings: Pick<Bindings, "DB"> };

/** All published versions, oldest first. */
export function versionsOf(rt: Reader): Promise<Version[]> {
  return memo.get(rt.bindings.DB, rt.now(), () => loadVersions(rt.db));
}

export const today = (rt: Runtime): string => dayIn(rt.settings.TIME_ZONE, rt.now());

/** The version in force on a day: the last that has taken effect; before any has, the first there is. */
export function inForce(versions: readonly Version[], day: string): Version | undefined {
  return versions.findLast((version) => version.effective <= day) ?? versions[0];
}

/** Date of the version in force today, or null when none is published. */
export async function policyDateInForce(rt: Runtime): Promise<string | null> {
  return inForce(await versionsOf(rt), today(rt))?.date ?? null;
}

/** Finds a version by its date. Refuses not_found. */
export async function versionOn(rt: Reader, date: string): Promise<Version> {
  const version = (await versionsOf(rt)).find((candidate) => candidate.date === date);
  if (!version) throw new Refusal("not_found");
  return version;
}

/** A version as programs get it, published or scheduled. */
export interface Outcome {
  state: "published" | "scheduled";
  /** Whether it was there already, just the same. */
  isSame: boolean;
  version: Pick<Version, "date" | "effective" | "significance" | "texts">;
}

/**
 * Publishes a version, or schedules it when its date is yet to come. The same version again changes nothing and gives the
 * one that stands; another text for its date is refused with version_published. Refuses as `checkVersion` does.
 */
export async function publish(
  rt: Runtime,
  input: NewVersion,
  inventory: InventorySnapshot,
  apiKey: string,
): Promise<Outcome> {
  const known = await findSame(rt, input);
  if (known) return known;
  await checkVersion(rt, input, inventory);
  const version = { ...input, texts: await hashed(input) };
  if (input.date > today(rt)) {
    if (await schedule(rt, input, version.texts, `key:${apiKey}`))
      return { state: "scheduled", isSame: false, version };
  } else {
    try {
      await commitVersion(rt, input, inventory, { actor: `key:${apiKey}`, apiKey });
      return { state: "published", isSame: false, version };
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== "version_published") throw error;
    }
  }
  // Somebody was first since we looked; perhaps with the same.
  const first = await findSame(rt, input);
  if (first) return first;
  throw new Refusal("version_overlaps");
}

/** What `publish` would do, without doing it. Refuses as `publish` does. */
export async function tryPublish(
  rt: Runtime,
  input: NewVersion,
  inventory: InventorySnapshot,
): Promise<"published" | "scheduled" | "unchanged"> {
  if (await findSame(rt, input)) return "unchanged";
  await checkVersion(rt, input, inventory);
  return input.date > today(rt) ? "scheduled" : "published";
}

/** The same version, when it stands or is scheduled. Refuses version_published and version_overlaps for another of its date. */
async function findSame(rt: Runtime, input: NewVersion): Promise<Outcome | undefined> {
  const { date } = input;
  const texts = await hashed(input);
  const published = (await loadVersions(rt.db)).find((version) => version.date === date);
  if (published) {
    if (!isSame(input, texts, published, published.texts)) throw new Refusal("version_published");
    return { state: "published", isSame: true, version: published };
  }
  const scheduled = await findScheduled(rt.db, date);
  if (!scheduled) return undefined;
  const { effective, significance, noticeUntil } = scheduled;
  const standing = { effective, significance, noticeUntil: noticeUntil ?? undefined };
  if (!isSame(input, texts, standing, await hashed(scheduled))) throw new Refusal("version_overlaps");
  return { state: "scheduled", isSame: true, version: { ...input, texts } };
}

interface Facts {
  effective: string | null;
  significance: string;
  noticeUntil?: string | undefined;
}
type Texts = Readonly<Record<Language, VersionText>>;

function isSame(input: NewVersion, texts: Texts, standing: Facts, standingTexts: Texts): boolean {
  const { effective, significance, noticeUntil } = input;
  return (
    standing.effective === effective &&
    standing.significance === significance &&
    (noticeUntil === undefined || standing.noticeUntil === noticeUntil) &&
    LANGUAGES.every((lang) => {
      const [mine, other] = [texts[lang], standingTexts[lang]];
      return mine.title === other.title && mine.summary === other.summary && mine.sha256 === other.sha256;
    })
  );
}

const NO_TEXT = { title: "", summary: "", markdown: "" };

/** Titles and summaries with the hash of each Markdown. */
export async function hashed({ texts }: { texts: Readonly<Record<string, typeof NO_TEXT>> }): Promise<Texts> {
  const hash = async (lang: Language): Promise<VersionText> => {
    const { title, summary, markdown } = texts[lang] ?? NO_TEXT;
    return { title, summary, sha256: await sha256(markdown) };
  };
  const [nl, en] = await Promise.all([hash("nl"), hash("en")]);
  return { nl, en };
}

/** The hash of each language's Markdown. */
export const hashesOf = (texts: Readonly<Record<Language, { sha256: string }>>): Record<Language, string> => ({
  nl: texts.nl.sha256,
  en: texts.en.sha256,
});

/**
 * Holds a version against the rules of publishing. Refuses invalid_input (past, for either date; too_soon; not_lower; and
 * `history` where it is not a first filling) and version_overlaps. `except` is the draft that the version is.
 */
export async function checkVersion(
  rt: Runtime,
  input: NewVersion,
  inventory: InventorySnapshot,
  except?: string,
): Promise<void> {
  const standing = await loadStanding(rt.db, except);
  const errors = faultsOf(rt, input, inventory, standing);
  if (errors.length > 0) throw new Refusal("invalid_input", { errors });
  const { newest, scheduled } = standing;
  const { date, effective } = input;
  const isBehind = (other: Standing["scheduled"][number]) =>
    date <= (other.date ?? "") || effective <= (other.effective ?? "");
  if ((newest && isBehind(newest)) || scheduled.some(isBehind)) throw new Refusal("version_overlaps");
}

/** The newest version that stands, with the inventory of its day. */
export const newestOf = async (rt: Runtime): Promise<Standing["newest"]> => (await loadStanding(rt.db)).newest;

function faultsOf(rt: Runtime, input: NewVersion, inventory: InventorySnapshot, { newest }: Standing): FieldError[] {
  const { date, effective, significance, history } = input;
  const day = today(rt);
  if (history) return effective < day && !newest?.inventory ? [] : [{ path: "history", code: "invalid" }];
  const errors: FieldError[] = [];
  // The policy says on top when it last changed: that is the day on which it is published.
  if (date < day) errors.push({ path: "date", code: "past" });
  if (effective < day) errors.push({ path: "effective", code: "past" });
  else if (effective < firstEffective(rt, { date, significance })) errors.push({ path: "effective", code: "too_soon" });
  if (significance === "minor" && leastSignificance(newest, inventory) === "significant") {
    errors.push({ path: "significance", code: "not_lower" });
  }
  return errors;
}

/** The first day on which a version may take effect: a significant one is announced on its date. */
export const firstEffective = (
  rt: Runtime,
  { date, significance }: Pick<NewVersion, "date" | "significance">,
): string => (significance === "significant" ? addDays(date, rt.settings.NOTICE_PERIOD_DAYS) : date);

/**
 * What a version has to be at least, after the newest that stands: what changed in the inventory says so. Where nobody
 * knows what was stored then, nobody can say that nothing was gained.
 */
export function leastSignificance(newest: Standing["newest"], after: InventorySnapshot): NewVersion["significance"] {
  if (!newest) return "minor";
  const isGrown = newest.inventory === null || compareInventories(newest.inventory, after).some(isSignificant);
  return isGrown ? "significant" : "minor";
}

/** Who publishes, and the draft that becomes the version. */
export interface Publisher {
  actor: string;
  apiKey: string | null;
  draft?: Seen;
}

/**
 * Publishes a version that was checked: its texts, its ledger entry, the run that tells every customer of a significant one,
 * and the end of its draft. Refuses version_published and version_overlaps when another was first, and edited_meanwhile when
 * the draft is not as it was seen.
 */
export async function commitVersion(
  rt: Runtime,
  input: NewVersion,
  inventory: InventorySnapshot,
  { actor, apiKey, draft }: Publisher,
): Promise<void> {
  const { date, effective, significance, history } = input;
  const now = rt.now();
  const texts = await hashed(input);
  const entry = await ledgerEntry(rt, "policy.published", {
    event: date,
    subject: null,
    actor,
    body: { policyDate: date, effective, significance, sha256: hashesOf(texts), apiKey },
  });
  // A version of the past announces nothing, not even on the day that it is loaded.
  const noticeUntil = history ? date : (input.noticeUntil ?? addDays(effective, rt.settings.NOTICE_DAYS));
  const version = {
    date,
    effective,
    significance,
    noticeUntil,
    publishedAt: now,
    inventory: history ? null : inventory,
  };
  const isTold = significance === "significant" && !history;
  const run = { date, state: "running", cursor: 0, taken: 0, nextAt: now, startedAt: now } as const;
  try {
    await commit(rt, [
      ...LANGUAGES.map((lang) => insertText({ date, lang, markdown: input.texts[lang].markdown, ...texts[lang] })),
      insertVersion({ ...version, draft: draft?.draft ?? null, draftVersion: draft?.draftVersion ?? null }),
      appendEntry(entry),
      ...(isTold ? [insertRun(run)] : []),
      ...(draft ? [deleteDraft(rt.db, draft)] : []),
    ]);
  } catch (error) {
    if (conflictOn(error, DRAFT_CHANGED)) throw new Refusal("edited_meanwhile");
    if (conflictOn(error, PUBLISHED)) throw new Refusal("version_published");
    if (conflictOn(error, OVERLAPS) || conflictOn(error, SCHEDULED)) throw new Refusal("version_overlaps");
    throw error;
  }
  memo.forget(rt.bindings.DB);
  if (isTold) wake(rt, [{ kind: "notice", id: date }]);
}

/** Schedules a version that was checked; false when another was first. */
async function schedule(rt: Runtime, input: NewVersion, texts: Texts, by: string): Promise<boolean> {
  const { date, effective, significance, noticeUntil = null } = input;
  const id = base64url(rt.random(12));
  const now = rt.now();
  const entry = await ledgerEntry(rt, "policy.scheduled", {
    event: `${id}:1`,
    subject: null,
    actor: by,
    body: { draft: id, version: 1, policyDate: date, effective, significance, sha256: hashesOf(texts) },
  });
  const [entered] = await commit(rt, [
    appendAddedSchedule({ ...entry, draft: id, date, effective }),
    insertScheduled({
      ...{ id, state: "scheduled", date, effective, noticeUntil, significance, texts: input.texts, version: 1 },
      ...{ createdAt: now, createdBy: by, changedAt: now, changedBy: by, approvedBy: by },
    }),
  ]);
  return entered !== 0;
}
