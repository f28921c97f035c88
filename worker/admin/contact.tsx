import type { Hono } from "hono";
import type { House } from "../platform/http.ts";

/** Adds the conversations. */
export function addContact(_routes: Hono<House>): void {}
