import { describe, expect, it } from "vitest";
import { createInbound, INBOUND_ADDRESS } from "./inbound.ts";
import { complaint, FIELDS, gmail, postfix, written } from "./returned-mails.ts";

const { house, people, take, addressOf, reader, stopOf } = createInbound();
const elsewhere = createInbound({ TOKEN_SECRET: "another-secret-for-tests-only-0123456789" });

/** All that inbound mail could change. */
async function state() {
  const tables = [
    "subscribers",
    "mail_suppressions",
    "mail_returns",
    "campaign_recipients",
    "campaign_tallies",
    "outbox",
  ];
  const rows = await Promise.all(tables.map((table) => house.rows(`select * from ${table}`)));
  return JSON.stringify([...rows, await house.rows("select count(*) from ledger_entries")]);
}

const QUIET = { forwarded: [], rejected: [] };

describe("Invariant 12: what is forged or unknown changes nothing, and is taken like the rest", () => {
  /** Addresses that are like one of ours, and open nothing. */
  async function forgeries(): Promise<[string, string][]> {
    const { email, mail } = await reader();
    const real = await addressOf("bounce", mail);
    const { mail: other } = await reader();
    const otherReal = await addressOf("bounce", other);
    const [local = "", domain = ""] = real.split("@");
    const [mark = "", mac = ""] = local.split(".");
    const otherMac = otherReal.split("@")[0]?.split(".")[1] ?? "";
    const flipped = mac.replace(/.$/, (last) => (last === "a" ? "b" : "a"));
    return [
      ["the mark of another mail", `${mark}.${otherMac}@${domain}`],
      ["one letter changed", `${mark}.${flipped}@${domain}`],
      ["a mark cut short", `${mark}.${mac.slice(0, 8)}@${domain}`],
      ["a bounce turned into a leave", real.replace("+b-", "+l-")],
      ["another secret's mark", await elsewhere.addressOf("bounce", mail)],
      ["another domain", `${local}@example.org`],
      ["a mail that never was", await addressOf("bounce", "B".repeat(22))],
      ["something before it", `x${real}`],
      ["the address of a reader", email],
      ["nothing", ""],
      ["null bytes", `\0${real}\0`],
    ];
  }

  it("whatever the address", async () => {
    const forged = await forgeries();
    const before = await state();
    for (const [what, to] of forged) {
      const report = gmail({ to, recipient: "x@example.nl" });
      expect([what, await take(to, report)]).toEqual([what, QUIET]);
      expect([what, await take(to, complaint({ to, recipient: "x@example.nl" }))]).toEqual([what, QUIET]);
    }
    expect(await state()).toBe(before);
  });

  it("also when a complaint quotes it", async () => {
    const forged = await forgeries();
    const before = await state();
    for (const [, address] of forged) {
      if (address.includes("\0") || address.startsWith("x")) continue;
      const original = `Return-Path: <${address}>\nReply-To: ${address}\n`;
      expect(await take(INBOUND_ADDRESS, complaint({ to: INBOUND_ADDRESS, recipient: "x", original }))).toEqual(QUIET);
    }
    expect(await state()).toBe(before);
  });

  it("also when no mail is read here", async () => {
    const closed = createInbound({ INBOUND_ADDRESS: "" });
    const { mail } = await reader();
    const to = await addressOf("bounce", mail);
    const before = await state();
    expect(await closed.take(to, gmail({ to, recipient: "x" }))).toEqual(QUIET);
    expect(await state()).toBe(before);
    expect(await closed.take(to, written(to, "Hoi", "Hoi"), "sam@example.nl")).toEqual(QUIET);
    expect(await house.rows("select subject from conversations where email = 'sam@example.nl'")).toEqual([
      { subject: "Hoi" },
    ]);
  });
});

describe("mail that no program would write is survived", () => {
  const deep = (levels: number) => {
    let head = "";
    for (let level = 0; level < levels; level++) {
      head += `Content-Type: multipart/mixed; boundary="b${level}"\r\n\r\n--b${level}\r\n`;
    }
    return `MIME-Version: 1.0\r\n${head}Content-Type: text/plain\r\n\r\nafmelden\r\n`;
  };
  const nested = (levels: number) => `${"Content-Type: message/rfc822\r\n\r\n".repeat(levels)}Subject: x\r\n\r\nx`;
  const binary = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7919) % 256);

  const MAILS: readonly [string, string | Uint8Array][] = [
    ["nothing at all", ""],
    ["null bytes", "\0\0\0Subject: \0stop\0\r\n\r\n\0\0"],
    ["bytes of no charset", binary],
    ["an unknown charset", "Content-Type: text/plain; charset=klingon-8\r\n\r\nafgemeld \xff\xfe"],
    ["a broken encoding", "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!=*=*\r\n"],
    ["a hundred parts in one another", deep(100)],
    ["a thousand", deep(1_000)],
    ["a hundred mails in one another", nested(100)],
    ["a head of a megabyte", `X: ${"a".repeat(1_500_000)}\r\n\r\nx`],
    ["a hundred thousand headers", `${"a: b\r\n".repeat(100_000)}\r\nx`],
    ["a hundred thousand folds", `Subject: x\r\n${" y\r\n".repeat(100_000)}\r\nx`],
    ["a report without parts", 'Content-Type: multipart/report; boundary="x"\r\n\r\n--x--\r\n'],
    [
      "a report that breaks off",
      'Content-Type: multipart/report; boundary="x"\r\n\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\nAction: fai',
    ],
    ["HTML that never closes", `Content-Type: text/html\r\n\r\n${"<style".repeat(100_000)}`],
    ["a prototype's names", "__proto__: x\r\nconstructor: y\r\nSubject: toString\r\n\r\nhasOwnProperty"],
  ];

  for (const [what, raw] of MAILS) {
    it(`${what}: nothing is thrown, stopped or left`, async () => {
      const { mail } = await reader();
      const before = await state();
      const bounce = await addressOf("bounce", mail);
      expect(await take(bounce, raw)).toEqual(QUIET);
      const other = await take(INBOUND_ADDRESS, raw, "sam@example.nl");
      expect(other.rejected.length + other.forwarded.length).toBeLessThanOrEqual(1);
      expect(await state()).toBe(before);
      // A reply that cannot be read is for people, too.
      const replied = await take(await addressOf("reply", mail), raw, "sam@example.nl");
      expect(replied.forwarded).toEqual([]);
    });
  }

  it("a report of twenty megabytes counts by its head", async () => {
    const { email, mail } = await reader();
    const to = await addressOf("bounce", mail);
    const original = `Subject: x\n\n${"Lorem ipsum dolor sit amet, consectetur adipiscing elit\n".repeat(360_000)}`;
    const raw = new TextEncoder().encode(postfix({ to, recipient: email, original }, FIELDS.unknown));
    expect(raw.length).toBeGreaterThan(20_000_000);
    expect(await take(to, raw)).toEqual(QUIET);
    expect(await people.statusOf(email)).toBe("bounced");
    expect(await stopOf(email)).toBe("bounced");
  });

  it("a status of no form counts as one that says nothing", async () => {
    const { email, mail } = await reader();
    const to = await addressOf("bounce", mail);
    const fields = `Action: failed\nStatus: 5.1.1.1.1 <b>${"9".repeat(5_000)}\nDiagnostic-Code: smtp; nonsense`;
    await take(to, postfix({ to, recipient: email }, fields));
    expect(await people.statusOf(email)).toBe("active");
    const rows = await house.rows("select kind, status from mail_returns where mail_id = ?", mail);
    expect(rows).toEqual([{ kind: "soft", status: "5.0.0" }]);
  });
});
