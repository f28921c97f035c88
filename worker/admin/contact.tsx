import type { Hono } from "hono";
import type { House } from "../platform/http.ts";
import { addAnswering } from "./contact-answering.tsx";
import { addConversation } from "./contact-conversation.tsx";
import { addHandling } from "./contact-handling.tsx";
import { replyInbox } from "./contact-list.tsx";
import { INBOX } from "./contact-paths.ts";
import { screen } from "./desk.ts";

/** Adds the inbox: the conversations, and each of them. */
export function addContact(routes: Hono<House>): void {
  routes.get(INBOX, screen("contact:read", replyInbox));
  addConversation(routes);
  addAnswering(routes);
  addHandling(routes);
}
