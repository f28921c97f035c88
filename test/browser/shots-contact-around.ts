/** Screenshots of the admin's pages around the inbox for people to look at, not tests: SHOTS=folder npm run shots */
import { describe } from "vitest";
import { walkContact } from "./contact-walk.ts";
import { addMember } from "./database.ts";
import { shoot } from "./shoot.ts";
import { visitAs } from "./staff.ts";
import { test } from "./visit.ts";

describe("screenshots of the pages around the inbox", () => {
  test("settings, spam, archive and figures", async ({ open }) => {
    const member = addMember({ role: "owner" });
    const { page } = await visitAs(open, member, "/admin/account", { reducedMotion: "reduce" });
    await shoot(page, "contact-around-account");
    await walkContact(page, member.id, (name) => shoot(page, `contact-around-${name}`));
  }, 240_000);
});
