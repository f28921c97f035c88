import type { Hono } from "hono";
import type { House } from "../platform/http.ts";
import { screen } from "./desk.ts";
import { replyScreen, ShortcutList } from "./shell.tsx";
import { SHELL } from "./words.ts";

/** Adds the page of keyboard shortcuts, for who has no JavaScript to show them in place. */
export function addHelp(routes: Hono<House>): void {
  routes.get(
    "/admin/help",
    screen("any", (desk) => {
      const { lang } = desk;
      return replyScreen(desk, {
        title: SHELL[lang].page.help,
        section: "help",
        children: <ShortcutList desk={desk} />,
      });
    }),
  );
}
