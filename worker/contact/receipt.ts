import { newMail } from "../mail/outbox.ts";
import type { NewMail } from "../mail/store.ts";
import type { Language } from "../platform/languages.ts";
import type { Runtime } from "../platform/runtime.ts";
import { pageId } from "./links.ts";
import type { Conversation } from "./store.ts";

/** Mails of one kind to one address a day that a stranger can cause. Messages over it are stored all the same. */
export const MAILS_A_DAY = 20;

/** The template of answers: words of people to one other. */
export const ANSWER_MAIL = "contact.answer";

/** What a mail about a conversation needs to know of it. */
type Known = Pick<Conversation, "id" | "reference" | "email" | "lang">;

/** A mail about a conversation to its person, with the way to its private page. */
export function mailAbout(
  rt: Runtime,
  template: "contact.receipt" | typeof ANSWER_MAIL | "contact.link",
  { id, reference, email, lang }: Known,
  more: Record<string, string> = {},
): NewMail {
  return newMail(rt, template, email, lang as Language, { reference, conversation: id, page: pageId(rt, id), ...more });
}
