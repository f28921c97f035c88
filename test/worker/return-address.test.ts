import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { letters } from "../../worker/letters.ts";
import type { LetterWriters } from "../../worker/mail/letter.ts";
import { compose, composeMasked } from "../../worker/mail/outbox.ts";
import { addressesIn, addressFor, openAddress } from "../../worker/mail/return-address.ts";
import type { OutboxRow } from "../../worker/mail/store.ts";
import { createHouse, START } from "./house.ts";

const longest = "abcdefghijklmnop@in.example.nl";
const { rt } = createHouse({ INBOUND_ADDRESS: longest });
const kinds = fc.constantFrom("bounce", "reply", "leave");
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const ids = fc.array(fc.constantFrom(...DIGITS), { minLength: 22, maxLength: 22 }).map((digits) => digits.join(""));

const row: OutboxRow = {
  ...{ id: "abcDEF_-0123456789abcd", template: "test", recipient: "klant@example.nl", lang: "nl", params: {} },
  ...{ state: "sending", lane: "bulk", attempts: 1, dueAt: START, leaseUntil: null, createdAt: START },
  ...{ sentAt: null, lastError: null },
};

const writers = (list: boolean): LetterWriters => ({
  ...letters,
  test: async () => ({
    ...{ subject: "Hoi", preheader: "", blocks: [], reason: "", unsubscribe: "https://fineprint.test/u?token=x" },
    ...(list ? { list: true as const } : {}),
  }),
});

describe("a return address", () => {
  it("comes back as it went, in any case, and fits any mail server", async () => {
    await fc.assert(
      fc.asyncProperty(kinds, ids, fc.boolean(), async (kind, mailId, shouts) => {
        const address = (await addressFor(rt, kind, mailId)) ?? "";
        expect(address).toBe(address.toLowerCase());
        expect(address.indexOf("@")).toBeLessThanOrEqual(64);
        expect(await openAddress(rt, shouts ? ` ${address.toUpperCase()}` : address)).toEqual({ kind, id: mailId });
        expect(addressesIn(rt, `x: <mailto:${address}?subject=y>\n`)).toEqual([address]);
      }),
      { numRuns: 200 },
    );
  });

  it("opens with none of its letters changed", async () => {
    await fc.assert(
      fc.asyncProperty(
        kinds,
        ids,
        fc.nat(),
        fc.string({ minLength: 1, maxLength: 1 }),
        async (kind, id, at, letter) => {
          const address = (await addressFor(rt, kind, id)) ?? "";
          const place = at % address.length;
          fc.pre(letter.toLowerCase() !== address[place]);
          expect(await openAddress(rt, address.slice(0, place) + letter + address.slice(place + 1))).toBeNull();
        },
      ),
      { numRuns: 300 },
    );
  });

  it("is made of no other text, and opens nothing else", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (text) => {
        expect(await openAddress(rt, text)).toBeNull();
        if (!/^[\w-]{22}$/.test(text)) expect(await addressFor(rt, "bounce", text)).toBeNull();
      }),
    );
  });
});

describe("the headers of a mail", () => {
  const at = (vars: Record<string, unknown>) => createHouse(vars).rt;

  it("of a newsletter say how to leave, where replies and complaints go, and that no program is to answer", async () => {
    const house = at({ INBOUND_ADDRESS: longest, COMPANY: "Café Hosting" });
    const { headers, returnPath } = await compose(house, row, writers(true));
    const [bounce, reply, leave] = await Promise.all(
      (["bounce", "reply", "leave"] as const).map((kind) => addressFor(house, kind, row.id)),
    );
    expect(returnPath).toBe(bounce);
    expect(headers).toEqual({
      "Content-Language": "nl",
      "List-Id": "=?UTF-8?Q?Caf=C3=A9_Hosting?= <newsletter.fineprint.test>",
      Precedence: "bulk",
      "Reply-To": reply,
      "CFBL-Address": `${bounce}; report=arf`,
      "List-Unsubscribe": `<https://fineprint.test/u?token=x>, <mailto:${leave}?subject=unsubscribe>`,
      "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    });
  });

  it("of any other mail say that a program wrote it, and where it comes back", async () => {
    const { headers, returnPath } = await compose(rt, row, writers(false));
    expect(returnPath).toBe(await addressFor(rt, "bounce", row.id));
    expect(headers).toEqual({
      "Content-Language": "nl",
      "Auto-Submitted": "auto-generated",
      "List-Unsubscribe": "<https://fineprint.test/u?token=x>",
      "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    });
  });

  it("name no address when none is read, or when Cloudflare sends", async () => {
    for (const vars of [{ INBOUND_ADDRESS: "" }, { INBOUND_ADDRESS: longest, MAIL_TRANSPORT: "cloudflare" }]) {
      const { headers, returnPath } = await compose(at(vars), row, writers(true));
      expect(returnPath).toBe("post@example.nl");
      expect(Object.keys(headers)).not.toContain("Reply-To");
      expect(headers["List-Unsubscribe"]).toBe("<https://fineprint.test/u?token=x>");
    }
  });

  it("that staff look at let nobody leave in a reader's place", async () => {
    const masked = await composeMasked(rt, row, writers(true));
    for (const kind of ["bounce", "reply", "leave"] as const) {
      expect(JSON.stringify(masked)).not.toContain(await addressFor(rt, kind, row.id));
    }
    expect(masked.headers["Reply-To"]).toBe("abcdefghijklmnop+…@in.example.nl");
  });
});
