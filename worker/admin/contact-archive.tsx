import type { Hono } from "hono";
import type { House } from "../platform/http.ts";

/** Adds the archive of conversations. */
export function addContactArchive(_routes: Hono<House>): void {}
