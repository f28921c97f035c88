import { Hono } from "hono";
import type { House } from "../platform/http.ts";

/** Conversations for programs. */
export const conversationRoutes = new Hono<House>();
