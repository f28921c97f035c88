import { addressHash } from "../mail/suppression.ts";
import { Refusal } from "../platform/errors.ts";
import type { Runtime } from "../platform/runtime.ts";
import { TOKEN_LIFE } from "../platform/tokens.ts";
import { type Asked, changeChoice, currentWording, ownWording } from "./consent.ts";
import { leaveSubscriber } from "./leaving.ts";
import { findMine } from "./mine-store.ts";
import type { Mine } from "./shapes.ts";
import { subscribe } from "./subscription.ts";
import { chosenTopics, topicInWords } from "./topics.ts";

/** What somebody chooses in a panel. */
interface Choice {
  topics: readonly string[];
  /** SHA-256 of the words that the panel showed. */
  wording: string | undefined;
}

/** What an address gets, for the customer in whose panel it stands. */
export async function mineOf(rt: Runtime, email: string, lang: Asked["lang"]): Promise<Mine> {
  const { status, topics } = await lookUp(rt, email);
  return {
    address: email,
    status,
    topics,
    offered: rt.settings.TOPICS.map((name) => ({ name, label: topicInWords(name, lang) })),
    wording: await currentWording(lang),
  };
}

/**
 * Changes what an address gets, as its customer chooses. None means leaving, at once. Who gets the newsletter gets the topics
 * chosen at once; who does not is asked by mail, as by the form: that a panel has an address does not say that its owner
 * agrees. Refuses mail_stopped when nothing may be mailed there, edited_meanwhile, and invalid_input for what is not offered.
 */
export async function chooseMine(rt: Runtime, email: string, { topics, wording }: Choice, asked: Asked): Promise<void> {
  const { subscriber, status } = await lookUp(rt, email);
  if (topics.length === 0) {
    if (subscriber) await leaveSubscriber(rt, subscriber.id, "panel");
    return;
  }
  const chosen = chosenTopics(rt, topics);
  if (status === "stopped" || status === "complained") throw new Refusal("mail_stopped");
  if (status === "active" && subscriber) {
    const gives = rt.settings.TOPICS.filter((topic) => !chosen.includes(topic));
    const words = wording === undefined ? null : await ownWording(wording);
    return changeChoice(rt, subscriber, { takes: chosen, gives }, { by: "panel", wording: words, asked, doubts: [] });
  }
  await subscribe(rt, { ...asked, method: "panel", email, topics: chosen, wording }, []);
}

async function lookUp(rt: Runtime, email: string) {
  const since = rt.now() - TOKEN_LIFE["newsletter.confirm"];
  const found = await findMine(rt.db, email, await addressHash(rt, email), since);
  const subscriber = found?.subscriber ?? null;
  const hasComplained = subscriber?.status === "complained" || Boolean(found?.hasComplained);
  if (hasComplained) return { subscriber, status: "complained" as const, topics: [] };
  if (found?.isStopped) return { subscriber, status: "stopped" as const, topics: [] };
  if (subscriber?.status === "active") return { subscriber, status: "active" as const, topics: subscriber.topics };
  return found?.asked
    ? { subscriber, status: "pending" as const, topics: found.asked }
    : { subscriber, status: "none" as const, topics: [] };
}
