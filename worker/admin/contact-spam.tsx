import type { Hono } from "hono";
import type { House } from "../platform/http.ts";

/** Adds what may be spam, and mails that nobody could read. */
export function addContactSpam(_routes: Hono<House>): void {}
