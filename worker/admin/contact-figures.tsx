import type { Hono } from "hono";
import type { House } from "../platform/http.ts";

/** Adds the figures of conversations. */
export function addContactFigures(_routes: Hono<House>): void {}
