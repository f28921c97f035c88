import { beforeAll, describe, expect, it } from "vitest";
import { createInbound } from "./inbound.ts";
import { addCustomers, addressOf, addVersion, entriesOf, noticesOf, passMinutes, postingHouse } from "./notices.ts";
import { complaint, FIELDS, gmail, postfix } from "./returned-mails.ts";
import { getPage, signedIn } from "./staff.ts";

const { EMAIL } = postingHouse().house.bindings;
const inbound = createInbound({ MAIL_TRANSPORT: "cloudflare", NOTICE_RATE: "1000000", EMAIL });
const { house, take } = inbound;

let date: string;
let numbers: string[];

beforeAll(async () => {
  numbers = await addCustomers(house, 4);
  date = await addVersion(house);
  await passMinutes(house, 2);
});

/** What the evidence has of a customer, and the address that their notice comes back to. */
async function noticeOf(number: string) {
  const row = (await noticesOf(house, date)).find(({ customer_number }) => customer_number === number);
  if (!row) throw new Error(`${number} has no notice`);
  return { row, to: await inbound.addressOf("bounce", String(row.mail_id)) };
}

async function comesBack(number: string, write: typeof gmail): Promise<void> {
  const { to, row } = await noticeOf(number);
  expect(row.state).toBe("sent");
  await take(to, write({ to, recipient: addressOf(number) }));
}

const shown = ({ state, sent_at, reason }: Awaited<ReturnType<typeof noticeOf>>["row"]) => ({ state, sent_at, reason });

describe("a notice that comes back", () => {
  it("counts as failed, and stays so; the mail after it is not made", async () => {
    const [number = ""] = numbers;
    await comesBack(number, gmail);
    await comesBackAgain(number);
    await passMinutes(house, 2);
    expect(shown((await noticeOf(number)).row)).toEqual({ state: "failed", sent_at: null, reason: "bounced 5.1.1" });
    expect((await entriesOf(house, date))["notice.failed"]).toBe(1);
    expect(await inbound.stopOf(addressOf(number))).toBe("bounced");
    const next = await addVersion(house);
    await passMinutes(house, 2);
    const later = (await noticesOf(house, next)).find(({ customer_number }) => customer_number === number);
    expect(later).toMatchObject({ state: "suppressed", reason: "bounced" });
  });

  const comesBackAgain = async (number: string) => {
    const { to } = await noticeOf(number);
    await take(to, gmail({ to, recipient: addressOf(number) }));
  };

  it("for a while counts as failed, too, and the address gets the next", async () => {
    const number = numbers[1] ?? "";
    await comesBack(number, (about) => postfix(about, FIELDS.full));
    expect(shown((await noticeOf(number)).row)).toMatchObject({ state: "failed", reason: "bounced 5.2.2" });
    expect(await inbound.stopOf(addressOf(number))).toBeUndefined();
  });

  it("before it was written down that it was sent counts as failed, and is not sent by that", async () => {
    const number = numbers[2] ?? "";
    const { to } = await noticeOf(number);
    await house.rows(
      "update notice_mails set state = 'due', sent_at = null where customer_number = ? and date = ?",
      number,
      date,
    );
    await take(to, gmail({ to, recipient: addressOf(number) }));
    await passMinutes(house, 2);
    expect(shown((await noticeOf(number)).row)).toMatchObject({ state: "failed", reason: "bounced 5.1.1" });
  });

  it("as a complaint did reach its customer; no mail to many goes to the address again", async () => {
    const number = numbers[3] ?? "";
    await comesBack(number, complaint);
    expect((await noticeOf(number)).row).toMatchObject({ state: "sent", reason: null });
    expect(await inbound.stopOf(addressOf(number))).toBe("complained");
  });

  it("says so in words in the evidence", async () => {
    const privacy = await signedIn(house, "privacy");
    const page = await (await getPage(house, `/admin/policy/versions/${date}?filter=failed`, privacy)).text();
    expect(page).toContain("The mail came back");
    expect(page).toContain("bounced 5.1.1");
  });
});
