import { ledgerEntry } from "../ledger/entry.ts";
import { base64url, sha256 } from "../platform/bytes.ts";
import { commit } from "../platform/db.ts";
import { Refusal } from "../platform/errors.ts";
import { LANGUAGES, type Language } from "../platform/languages.ts";
import type { Runtime } from "../platform/runtime.ts";
import { appendChange, giveUp, insertTaken, keepWording, takeUp, updateChosen } from "./consent-store.ts";
import type { Doubt } from "./doubts.ts";
import type { subscribers } from "./tables.ts";
import { inOrder } from "./topics.ts";
import { CONFIRM_WORDINGS, WORDINGS } from "./wording.ts";

/** Words of consent with the hash by which consents refer to them. */
export interface Wording {
  sha256: string;
  text: string;
}

/** Where and how something was asked for; kept as evidence. */
export interface Asked {
  lang: Language;
  surface: string;
  pageOrigin: string | null;
  /** The policy version in force at that moment. */
  policyDate: string | null;
}

let wordings: ReadonlyMap<string, string> | undefined;

/** Words that a form of ours has shown, by their hash. Refuses invalid_input for others. */
export async function ownWording(hash: string): Promise<Wording> {
  if (!wordings) {
    const texts = LANGUAGES.flatMap((lang) => WORDINGS[lang]);
    // Whole at once: another request may look while this one waits for the hashes.
    wordings = new Map(await Promise.all(texts.map(async (text) => [await sha256(text), text] as const)));
  }
  const text = wordings.get(hash);
  if (text === undefined) throw new Refusal("invalid_input", { errors: [{ path: "wording", code: "unknown_value" }] });
  return { sha256: hash, text };
}

/** The words that our forms show now, in a language. */
export const currentWording = (lang: Language): Promise<Wording> => wordingOf(WORDINGS[lang][0]);

/** The words that our page shows now to who confirms, in a language. */
export const confirmWording = (lang: Language): Promise<Wording> => wordingOf(CONFIRM_WORDINGS[lang][0]);

const wordingOf = async (text: string): Promise<Wording> => ({ sha256: await sha256(text), text });

/** A subscriber as a change was made from. */
export type Chooser = Pick<typeof subscribers.$inferSelect, "id" | "email" | "topics" | "lang" | "name">;

/** What an active subscriber changes. Topics that are neither taken up nor given up stay as they are. */
export interface Choice {
  takes: readonly string[];
  gives: readonly string[];
  lang?: Language;
  /** Null for none. */
  name?: string | null;
}

/** By which way a choice came, under which words, and how sure it is that a person made it. */
export interface ChosenBy {
  by: "preferences" | "panel";
  wording: Wording | null;
  asked: Asked;
  doubts: readonly Doubt[];
}

/**
 * Changes what an active subscriber gets. A topic that is taken up is a consent of its own, with its words; one that is
 * given up ends the consents to it; both are one entry of the ledger, and their other facts another. Who gives up the last
 * topic has to leave: the caller sees to that. Refuses edited_meanwhile when they left, or their topics changed, since they
 * were read; invalid_input for a topic that is not offered.
 */
export async function changeChoice(rt: Runtime, subscriber: Chooser, choice: Choice, how: ChosenBy): Promise<void> {
  const { id, email, topics: before } = subscriber;
  const { by, wording, asked, doubts } = how;
  const now = rt.now();
  const added = inOrder(rt, choice.takes).filter((topic) => !before.includes(topic));
  const removed = inOrder(rt, choice.gives).filter((topic) => before.includes(topic) && !added.includes(topic));
  const unknown = added.find((topic) => !rt.settings.TOPICS.includes(topic));
  if (unknown !== undefined) {
    throw new Refusal("invalid_input", { errors: [{ path: `topics.${unknown}`, code: "unknown_value" }] });
  }
  const topics = inOrder(
    rt,
    [...before, ...added].filter((topic) => !removed.includes(topic)),
  );
  const lang = choice.lang ?? subscriber.lang;
  const name = choice.name === undefined ? subscriber.name : choice.name;
  const fields = [...(lang === subscriber.lang ? [] : ["lang"]), ...(name === subscriber.name ? [] : ["name"])];
  const isOfTopics = added.length + removed.length > 0;
  if (!isOfTopics && fields.length === 0) return;
  const read = { subscriber: id, before };
  const told = () => ({ event: base64url(rt.random(16)), subject: `subscriber:${id}` });
  const signup = base64url(rt.random(16));
  const entries = [];
  if (isOfTopics) {
    const changed = {
      email,
      added,
      removed,
      by,
      wording: added.length > 0 ? wording : null,
      flags: added.length > 0 ? doubts : [],
      policyDate: asked.policyDate,
      changedAt: new Date(now).toISOString(),
    };
    entries.push(await ledgerEntry(rt, "consent.changed", { ...told(), body: changed }));
  }
  if (fields.length > 0) entries.push(await ledgerEntry(rt, "subscriber.changed", { ...told(), body: { fields } }));
  const takesUp =
    added.length === 0
      ? []
      : [
          ...(wording ? [keepWording({ ...wording, firstAt: now })] : []),
          insertTaken({
            ...read,
            ...asked,
            id: signup,
            subscriberId: id,
            method: by,
            topics: added,
            wording: wording?.sha256 ?? null,
            requestedAt: now,
            confirmedAt: now,
            flags: [...doubts],
          }),
          takeUp(read, signup, added, now),
        ];
  const changes = await commit(rt, [
    ...entries.map((entry) => appendChange({ ...entry, ...read })),
    ...takesUp,
    ...(removed.length > 0 ? [giveUp(read, removed, now, by)] : []),
    updateChosen({ ...read, topics, lang, name }),
  ]);
  if (!changes.at(-1)) throw new Refusal("edited_meanwhile");
}
