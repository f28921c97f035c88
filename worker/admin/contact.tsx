import type { Hono } from "hono";
import type { House } from "../platform/http.ts";
import { addAnswering } from "./contact-answering.tsx";
import { addConversation } from "./contact-conversation.tsx";
import { addHandling } from "./contact-handling.tsx";
import { INBOX, replyInbox } from "./contact-list.tsx";
import { screen } from "./desk.ts";

/** Adds the inbox: the conversations, and each of them. */
export function addContact(routes: Hono<House>): void {
  routes.get(INBOX, screen("contact:read", replyInbox));
  addConversation(routes);
  addAnswering(routes);
  addHandling(routes);
}
