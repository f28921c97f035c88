import type { Hono } from "hono";
import { basedOnShape } from "../contact/settings-shapes.ts";
import type { Permission } from "../platform/access.ts";
import { type House, parse } from "../platform/http.ts";
import type { Runtime } from "../platform/runtime.ts";
import { actorOf } from "./actors.ts";
import { action, goTo, type StaffDesk, screen, type Form as Values } from "./desk.ts";
import { replyConfirm, unnamedVersion } from "./form.tsx";

interface Edited {
  id: string;
  version: number;
  changedBy: string;
}

/** The version that an edit names; of one that names none it is guessed, so that the same press twice passes. */
export const versionIn = (desk: StaffDesk, form: Values, saved: Edited): number =>
  form["version"] === undefined ? unnamedVersion(saved, actorOf(desk)) : parse(basedOnShape, form).version;

interface Removal<T extends Edited> {
  /** Where the things have their pages. */
  path: string;
  need: Permission;
  find(desk: StaffDesk): Promise<T>;
  /** What is asked, and what the button says. */
  words(desk: StaffDesk, thing: T): { title: string; text: string; label: string };
  remove(rt: Runtime, id: string, version: number, actor: string): Promise<void>;
  /** Where one is afterwards, and what is said there. */
  to: string;
  done: string;
}

/** Adds the question before something goes, and its going: only the version that was asked about. */
export function addRemoval<T extends Edited>(routes: Hono<House>, removal: Removal<T>): void {
  const { path, need, find, words, remove, to, done } = removal;
  routes.get(
    `${path}/:id/remove`,
    screen(need, async (desk) => {
      const thing = await find(desk);
      return replyConfirm(desk, {
        ...words(desk, thing),
        action: `${path}/${thing.id}/remove`,
        back: `${path}/${thing.id}`,
        hidden: { version: String(thing.version) },
      });
    }),
  );

  routes.post(
    `${path}/:id/remove`,
    action(need, async (desk, form) => {
      const { version } = parse(basedOnShape, form);
      await remove(desk.rt, desk.c.req.param("id") ?? "", version, actorOf(desk));
      return goTo(desk, to, done);
    }),
  );
}
