import { beforeEach, describe, expect, it } from "vitest";
import { writeToUs } from "./conversations.ts";
import { createHouse } from "./house.ts";
import { getPage, postForm, type SignedIn, signedIn } from "./staff.ts";

const house = createHouse();
const MINUTE = 60_000;

const want = (by: SignedIn, alerts: boolean) =>
  postForm(house, "/admin/account/alerts", alerts ? { alerts: "on" } : {}, by);
const mails = async ({ email }: SignedIn) =>
  (await house.mailsTo(email)).filter(({ text }) => text.includes("/admin/contact"));
/** Some minutes later, and after a round. */
async function later(minutes: number): Promise<void> {
  house.clock.now += minutes * MINUTE;
  await house.round();
}

let support: SignedIn;
beforeEach(async () => {
  house.clock.now += MINUTE;
  support = await signedIn(house, "support");
});

describe("mail to staff that conversations wait", () => {
  it("goes to who wants it, and says how many and nothing of what they say or of whom they are", async () => {
    expect((await want(support, true)).headers.get("location")).toBe("/admin/account?done=saved");
    const told = { name: "Zyx Canary", subject: "Canary subject", message: "Canary words" };
    const first = await writeToUs(house, told);
    await writeToUs(house, told);
    await later(15);
    const [mail, ...others] = await mails(support);
    expect(others).toEqual([]);
    expect(mail?.subject).toBe("2 new conversations wait");
    const whole = JSON.stringify(mail);
    for (const secret of ["Canary", first.email, first.reference, first.id]) expect(whole).not.toContain(secret);
    const [row] = await house.rows(
      "select params from outbox where recipient = ? and template = 'staff.alert'",
      support.email,
    );
    expect(row).toEqual({ params: '{"count":"2"}' });
  });

  it("goes once in a quarter of an hour at most, with what came since the last", async () => {
    await want(support, true);
    await writeToUs(house);
    await later(15);
    expect(await mails(support)).toHaveLength(1);
    await writeToUs(house);
    for (let minute = 0; minute < 14; minute++) await later(1);
    expect(await mails(support)).toHaveLength(1);
    await later(1);
    expect((await mails(support)).map(({ subject }) => subject)).toEqual([
      ...["A new conversation waits", "A new conversation waits"],
    ]);
    // Nothing new: nothing to say.
    await later(60);
    expect(await mails(support)).toHaveLength(2);
    // After a quiet time it goes at once.
    await writeToUs(house);
    await later(1);
    expect(await mails(support)).toHaveLength(3);
  });

  it("goes once when two rounds run at the same moment", async () => {
    await want(support, true);
    await writeToUs(house);
    house.clock.now += 15 * MINUTE;
    await Promise.all([house.round(), house.round(), house.round()]);
    expect(await mails(support)).toHaveLength(1);
  });

  it("does not speak of what was answered, lies in quarantine, or came before it was wanted", async () => {
    await writeToUs(house);
    house.clock.now += MINUTE;
    await want(support, true);
    const { id } = await writeToUs(house);
    await house.rows("update conversations set status = 'waiting' where id = ?", id);
    await writeToUs(house, { took: 100 });
    await later(15);
    expect(await mails(support)).toEqual([]);
  });

  it("stops when it is turned off, when its reader is gone, and when their role may not read conversations", async () => {
    const others = [await signedIn(house, "support"), await signedIn(house, "support")];
    for (const one of [support, ...others]) await want(one, true);
    await writeToUs(house);
    await want(support, false);
    await house.rows("update staff_members set removed_at = 1 where id = ?", others[0]?.member);
    await house.rows("update staff_members set role = 'marketing' where id = ?", others[1]?.member);
    await later(15);
    for (const one of [support, ...others]) expect(await mails(one)).toEqual([]);
  });

  it("is offered to those who may read conversations alone, as it stands", async () => {
    const box = async (by: SignedIn) =>
      /<input type="checkbox" name="alerts"[^>]*>/.exec(await (await getPage(house, "/admin/account", by)).text())?.[0];
    expect(await box(support)).not.toContain("checked");
    await want(support, true);
    expect(await box(support)).toContain("checked");
    const marketing = await signedIn(house, "marketing");
    expect(await box(marketing)).toBeUndefined();
    expect((await want(marketing, true)).status).toBe(403);
  });
});
