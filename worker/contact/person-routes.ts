import { Hono } from "hono";
import type { House } from "../platform/http.ts";

/** The private page of a conversation, for its person. */
export const personRoutes = new Hono<House>();
