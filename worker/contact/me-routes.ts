import { Hono } from "hono";
import type { House } from "../platform/http.ts";

/** The conversations of who is signed in to a panel. */
export const myConversationRoutes = new Hono<House>();
