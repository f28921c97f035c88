import { Hono } from "hono";
import type { House } from "../platform/http.ts";

/** Files, before the messages that they belong to. */
export const uploadRoutes = new Hono<House>();
