import type { Hono } from "hono";
import { exportSubscribers } from "../newsletter/export.ts";
import { filterShape } from "../newsletter/list-shapes.ts";
import { csvStream } from "../platform/csv.ts";
import { type House, parse } from "../platform/http.ts";
import { action } from "./desk.ts";
import { rawFilter } from "./subscribers-filter.tsx";
import { SUBSCRIBERS } from "./subscribers-words.ts";

/** Adds the list as a file: a form, as that somebody takes people out of the house is entered in the ledger. */
export function addExport(routes: Hono<House>): void {
  routes.post(
    "/admin/subscribers/export",
    action("newsletter:export", async ({ c, rt, lang, member }, form) => {
      const filter = parse(filterShape, rawFilter(new URLSearchParams(form["filter"])));
      const file = await exportSubscribers(rt, `staff:${member.id}`, filter);
      return c.body(csvStream(file), 200, {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": `attachment; filename="${SUBSCRIBERS[lang].fileName}.csv"`,
      });
    }),
  );
}
