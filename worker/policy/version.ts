import { ledgerEntry } from "../ledger/entry.ts";
import { appendEntry } from "../ledger/store.ts";
import { sha256 } from "../platform/bytes.ts";
import { addDays, dayIn } from "../platform/calendar.ts";
import { commit, conflictOn } from "../platform/db.ts";
import { Refusal } from "../platform/errors.ts";
import { LANGUAGES } from "../platform/languages.ts";
import { createMemo } from "../platform/memo.ts";
import type { Runtime } from "../platform/runtime.ts";
import type { NewVersion } from "./shapes.ts";
import { insertText, insertVersion, loadVersions, PUBLISHED, type Version } from "./store.ts";

/** Isolates other than the one that published see a new version within this time, in milliseconds. */
const SEEN_WITHIN = 10_000;
const memo = createMemo<Version[]>(SEEN_WITHIN);

/** All published versions, oldest first. */
export function versionsOf(rt: Runtime): Promise<Version[]> {
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
export async function versionOn(rt: Runtime, date: string): Promise<Version> {
  const version = (await versionsOf(rt)).find((candidate) => candidate.date === date);
  if (!version) throw new Refusal("not_found");
  return version;
}

/**
 * Publishes a version with its ledger entry. The same version again changes nothing and gives the one that stands;
 * another text for its date is refused with version_published.
 */
export async function publish(
  rt: Runtime,
  input: NewVersion,
  apiKey: string,
): Promise<{ version: Version; isNew: boolean }> {
  const { date, effective, significance } = input;
  const noticeUntil = input.noticeUntil ?? addDays(effective, rt.settings.NOTICE_DAYS);
  const texts = await Promise.all(
    LANGUAGES.map(async (lang) => ({
      date,
      lang,
      ...input.texts[lang],
      sha256: await sha256(input.texts[lang].markdown),
    })),
  );
  const hashes = Object.fromEntries(texts.map(({ lang, sha256 }) => [lang, sha256]));
  const entry = await ledgerEntry(rt, "policy.published", {
    event: date,
    subject: null,
    actor: `key:${apiKey}`,
    body: { policyDate: date, effective, significance, sha256: hashes, apiKey },
  });
  const version = { date, effective, significance, noticeUntil, publishedAt: rt.now() };
  let isNew = true;
  try {
    await commit(rt, [...texts.map(insertText), insertVersion(version), appendEntry(entry)]);
  } catch (error) {
    if (!conflictOn(error, PUBLISHED)) throw error;
    isNew = false;
  }
  memo.forget(rt.bindings.DB);
  const published = await versionOn(rt, date);
  const same =
    published.effective === effective &&
    published.significance === significance &&
    published.noticeUntil === noticeUntil &&
    texts.every(({ lang, title, summary, sha256 }) => {
      const stands = published.texts[lang];
      return stands.title === title && stands.summary === summary && stands.sha256 === sha256;
    });
  if (!same) throw new Refusal("version_published");
  return { version: published, isNew };
}
