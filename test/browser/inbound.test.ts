import { expect, vi } from "vitest";
import { addMember, addSubscriber } from "./database.ts";
import { mailTo } from "./mailbox.ts";
import { visitAs } from "./staff.ts";
import { origin, someone, test } from "./visit.ts";

/** Hands a mail to the worker, as Email Routing does. */
async function comesIn(from: string, to: string, raw: string): Promise<number> {
  const query = new URLSearchParams({ from, to });
  const body = raw.replaceAll("\n", "\r\n");
  return (await fetch(`${origin}/cdn-cgi/handler/email?${query}`, { method: "POST", body })).status;
}

const bounceTo = (address: string) => `From: Mail Delivery System <mailer-daemon@mx.example.org>
To: ${address}
Message-ID: <1@mx.example.org>
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

User unknown

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; x@example.org
Action: failed
Status: 5.1.1

--b--
`;

test("a mail that comes back to its return address stops its reader, as marketing sees", async ({ open }) => {
  const email = someone();
  const id = addSubscriber({ email });
  // Any mail has a return address; this one needs no more than a message.
  const form = new URLSearchParams({ email, message: "Hoi", lang: "nl" });
  await fetch(`${origin}/v1/contact/messages?surface=site`, { method: "POST", body: form });
  const mail = await mailTo(email, "");
  const address = mail.headers["Return-Path"]?.replace(/[<>]/g, "") ?? "";
  expect(address).toMatch(/^post\+b-[a-z2-7]{27}\.[a-z2-7]{16}@in\.example\.nl$/);
  const forged = address.replace(/.(?=@)/, (last) => (last === "a" ? "b" : "a"));
  expect(await comesIn("mailer-daemon@mx.example.org", forged, bounceTo(forged))).toBe(200);

  const { page } = await visitAs(open, addMember({ role: "marketing" }), `/admin/subscribers/${id}`);
  await page.getByText(email).first().waitFor();
  expect(await page.getByText("mail kwam terug").count()).toBe(0);
  expect(await comesIn("mailer-daemon@mx.example.org", address, bounceTo(address))).toBe(200);
  await vi.waitFor(async () => {
    await page.reload();
    expect(await page.getByText("mail kwam terug").count()).toBeGreaterThan(0);
  });
});

test("a mail to our address is a conversation, and its sender gets a receipt", async () => {
  const email = someone();
  const mail = `From: Sam <${email}>\nTo: post@in.example.nl\nMessage-ID: <2@example.org>\nSubject: Hoi\n\nHallo?\n`;
  expect(await comesIn(email, "post@in.example.nl", mail)).toBe(200);
  expect((await mailTo(email, "We hebben je bericht ontvangen")).headers["In-Reply-To"]).toBe("<2@example.org>");
});
