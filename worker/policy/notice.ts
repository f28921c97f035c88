import { ledgerEntry } from "../ledger/entry.ts";
import { ENTERED } from "../ledger/store.ts";
import { dayInWords } from "../platform/calendar.ts";
import { commit, conflictOn, type Statement } from "../platform/db.ts";
import { Refusal } from "../platform/errors.ts";
import type { Language } from "../platform/languages.ts";
import { createMemo } from "../platform/memo.ts";
import type { PanelCustomer } from "../platform/panel.ts";
import type { Runtime } from "../platform/runtime.ts";
import { ACKNOWLEDGED, appendSeen, insertAcknowledgement, insertShowing, SHOWN } from "./panel-store.ts";
import type { EmbedNotice, Notice } from "./shapes.ts";
import type { Version } from "./store.ts";
import { today, versionsOf } from "./version.ts";

/** A significant change that is being announced, with the version before it. */
export interface ActiveNotice {
  version: Version;
  previous: Version | null;
  effectiveText: Readonly<Record<Language, string>>;
  /** Whether it takes effect after today. */
  isComing: boolean;
}

/** The newest significant version that is announced on `day`. One at most: what it replaced is old news. */
export function activeNotices(versions: readonly Version[], day: string): ActiveNotice[] {
  const index = versions.findLastIndex(
    ({ significance, date, noticeUntil }) => significance === "significant" && date <= day && day <= noticeUntil,
  );
  const version = versions[index];
  if (!version) return [];
  const effectiveText = { nl: dayInWords(version.effective, "nl"), en: dayInWords(version.effective, "en") };
  return [{ version, previous: versions[index - 1] ?? null, effectiveText, isComing: version.effective > day }];
}

const memo = createMemo<ActiveNotice[]>(10_000);

/** What is announced today; midnight may come some seconds late. */
export async function noticesToday(rt: Runtime): Promise<ActiveNotice[]> {
  const versions = await versionsOf(rt);
  return memo.get(versions, rt.now(), async () => activeNotices(versions, today(rt)));
}

/** A notice as /v1/notices gives it, in one language. */
export function noticeIn(
  rt: Runtime,
  { version, previous, effectiveText, isComing }: ActiveNotice,
  lang: Language,
): Notice {
  const { date, effective, texts } = version;
  const policy = `${rt.settings.ORIGIN}/policy`;
  return {
    date,
    effective,
    effectiveText: effectiveText[lang],
    isComing,
    summary: texts[lang].summary,
    url: `${policy}/versions/${date}?lang=${lang}`,
    compareUrl: previous && `${policy}/compare?from=${previous.date}&to=${date}&lang=${lang}`,
  };
}

/** A notice as the loader carries it, in every language. */
export function embeddedNotice({ version, previous, effectiveText, isComing }: ActiveNotice): EmbedNotice {
  const { date, texts } = version;
  return {
    date,
    effectiveText,
    isComing,
    previous: previous?.date ?? null,
    summary: { nl: texts.nl.summary, en: texts.en.summary },
  };
}

/** The active notices but for those that a customer has acknowledged. */
export async function noticesFor(rt: Runtime, done: readonly string[]): Promise<ActiveNotice[]> {
  return (await noticesToday(rt)).filter(({ version }) => !done.includes(version.date));
}

/**
 * Stores that a customer acknowledged a version, once, with its ledger entry. Refuses not_found for a date on which no
 * version was announced.
 */
export async function acknowledge(rt: Runtime, customer: PanelCustomer, date: string, surface: string): Promise<void> {
  const { row, about, at } = seenNow(rt, customer, date, surface);
  const { customerNumber } = row;
  const entry = await ledgerEntry(rt, "notice.acknowledged", {
    ...about,
    body: { customerNumber, policyDate: date, surface, acknowledgedAt: at },
  });
  await commitSeen(rt, [appendSeen({ ...entry, ...row }), insertAcknowledgement(row)]);
}

/** Stores that a panel showed a customer a version, the first time, with its ledger entry. Refuses as `acknowledge` does. */
export async function recordShown(rt: Runtime, customer: PanelCustomer, date: string, surface: string): Promise<void> {
  const { row, about, at } = seenNow(rt, customer, date, surface);
  const { customerNumber } = row;
  const entry = await ledgerEntry(rt, "notice.shown", {
    ...about,
    body: { customerNumber, policyDate: date, surface, shownAt: at },
  });
  await commitSeen(rt, [appendSeen({ ...entry, ...row }), insertShowing(row)]);
}

function seenNow(rt: Runtime, { number }: PanelCustomer, date: string, surface: string) {
  const at = rt.now();
  return {
    row: { customerNumber: number, date, surface, at },
    about: { event: `${date}:${number}`, subject: `customer:${number}` },
    at: new Date(at).toISOString(),
  };
}

async function commitSeen(rt: Runtime, statements: readonly Statement[]): Promise<void> {
  try {
    const changes = await commit(rt, statements);
    if (changes.at(-1) === 0) throw new Refusal("not_found");
  } catch (error) {
    if (!conflictOn(error, ACKNOWLEDGED, SHOWN, ENTERED)) throw error;
  }
}
