import type { z } from "zod";
import { addressHash } from "../mail/suppression.ts";
import { Refusal } from "../platform/errors.ts";
import type { Runtime } from "../platform/runtime.ts";
import { openToken } from "../platform/tokens.ts";
import { type Asked, changeChoice, ownWording } from "./consent.ts";
import { doubtsOfPress, type Press } from "./doubts.ts";
import { leaveSubscriber } from "./leaving.ts";
import type { choiceShape, rejoinShape } from "./preferences-shapes.ts";
import { findChooser, isStopped, type Subscriber } from "./preferences-store.ts";
import { subscribe } from "./subscription.ts";

/** The subscriber whose preferences a token is for, whatever their status. Refuses token_invalid and token_expired. */
export async function openPreferences(rt: Runtime, text: string): Promise<Subscriber> {
  const { subscriber } = await openToken(rt, "newsletter.preferences", text, findChooser);
  if (!subscriber) throw new Refusal("token_invalid");
  return subscriber;
}

/** What is the case for somebody, as they are told it. "stopped": staff saw to it that no mail goes to them, whatever they ask. */
export type Standing = Subscriber["status"] | "stopped";

/** What is the case for somebody. */
export async function standingOf(rt: Runtime, { status, email }: Subscriber): Promise<Standing> {
  if (status === "complained") return status;
  return (await isStopped(rt.db, await addressHash(rt, email))) ? "stopped" : status;
}

/**
 * Saves what an active subscriber chose in the form, and gives true. What they ticked or took the tick off is a change from
 * what the form showed: a page that is out of date takes nothing up again. When no topic would be left it changes nothing
 * and gives false: that is leaving, which they are asked about. Refuses as `changeChoice` does.
 */
export async function savePreferences(
  rt: Runtime,
  subscriber: Subscriber,
  { topics, seen, wording, language, name }: z.infer<typeof choiceShape>,
  asked: Asked,
  press: Press,
): Promise<boolean> {
  const takes = topics.filter((topic) => !seen.includes(topic));
  const gives = seen.filter((topic) => !topics.includes(topic));
  const left = [...subscriber.topics, ...takes].filter((topic) => !gives.includes(topic));
  if (left.length === 0) return false;
  const words = await ownWording(wording);
  const how = { by: "preferences" as const, wording: words, asked, doubts: doubtsOfPress(press) };
  await changeChoice(rt, subscriber, { takes, gives, lang: language, name }, how);
  return true;
}

/** Ends all that somebody gets; again is fine. */
export async function leaveAll(rt: Runtime, { id }: Subscriber): Promise<void> {
  await leaveSubscriber(rt, id, "preferences");
}

/**
 * Asks anew for somebody who left or whose mail bounced: as the form does, so that they get a mail to confirm, some a day at
 * most, and none where mail was stopped. Refuses as `subscribe` does.
 */
export async function rejoin(
  rt: Runtime,
  { email }: Subscriber,
  { topics, wording }: z.infer<typeof rejoinShape>,
  asked: Asked,
): Promise<void> {
  await subscribe(rt, { ...asked, method: "preferences", email, topics, wording }, []);
}
