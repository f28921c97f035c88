/** What the tests of inbound mail share: a house that reads mail, mails that it sent, and mail that comes in. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { addressFor, type ReturnAddressKind } from "../../worker/mail/return-address.ts";
import { addressHash } from "../../worker/mail/suppression.ts";
import { base64url } from "../../worker/platform/bytes.ts";
import { systemChance } from "../../worker/platform/runtime.ts";
import { createWorker } from "../../worker/worker.ts";
import { createHouse, START, type TestHouse } from "./house.ts";
import { createSubscribers, type Subscribers } from "./subscribers.ts";

export const INBOUND_ADDRESS = "post@in.example.nl";

/** What became of a mail that came in. */
export interface Taken {
  forwarded: string[];
  rejected: string[];
}

export interface Inbound {
  house: TestHouse;
  people: Subscribers;
  /** Lets a mail come in, from the null sender unless `from` says otherwise; without `canForward` handing on fails. */
  take(to: string, raw: string | Uint8Array, from?: string, canForward?: boolean): Promise<Taken>;
  /** The address of ours for a mail. */
  addressOf(kind: ReturnAddressKind, mailId: string): Promise<string>;
  /** A mail that was sent to an address. */
  sentMail(email: string): Promise<string>;
  /** A newsletter that was sent to active subscribers, with the mail of each. */
  sentCampaign(emails: readonly string[]): Promise<{ campaign: string; mails: string[] }>;
  /** A subscriber who had a newsletter. */
  reader(): Promise<{ email: string; mail: string; campaign: string }>;
  /** How many of a newsletter's recipients did something. */
  tally(campaign: string, what: string): Promise<number>;
  /** Why mail to an address stopped: the strongest reason. */
  stopOf(email: string): Promise<string | undefined>;
}

export function createInbound(vars: Record<string, unknown> = {}): Inbound {
  const house = createHouse({ INBOUND_ADDRESS, ...vars });
  const people = createSubscribers(house);
  const worker = createWorker({ ...systemChance, now: () => house.clock.now });
  const newId = () => base64url(crypto.getRandomValues(new Uint8Array(16)));
  const inbound: Inbound = {
    house,
    people,
    async take(to, raw, from = "", canForward = true) {
      const taken: Taken = { forwarded: [], rejected: [] };
      const bytes = typeof raw === "string" ? new TextEncoder().encode(raw) : raw;
      const message = {
        ...{ from, to, rawSize: bytes.length, headers: new Headers(), raw: new Response(bytes).body },
        setReject: (reason: string) => void taken.rejected.push(reason),
        forward: async (address: string) => {
          if (!canForward) throw new Error("the next server is away for a moment");
          taken.forwarded.push(address);
          return { messageId: "forwarded" };
        },
        reply: async () => ({ messageId: "never" }),
      } as unknown as ForwardableEmailMessage; // The worker reads no more of a message than this.
      const ctx = createExecutionContext();
      await worker.email(message, house.bindings, ctx);
      await waitOnExecutionContext(ctx);
      return taken;
    },
    async addressOf(kind, mailId) {
      const address = await addressFor(house.rt, kind, mailId);
      if (address === null) throw new Error("This house reads no mail");
      return address;
    },
    async sentMail(email) {
      const id = newId();
      await house.rows(
        `insert into outbox (id, template, recipient, lang, params, state, attempts, due_at, created_at, sent_at)
          values (?, 'contact.confirm', ?, 'nl', '{}', 'sent', 1, ?, ?, ?)`,
        ...[id, email, START, START, START],
      );
      return id;
    },
    async sentCampaign(emails) {
      const campaign = newId();
      await house.rows(
        `insert into campaigns (id, state, name, texts, audience, is_public, version, created_at, created_by, changed_at, changed_by, started_at)
          values (?, 'sent', 'Nieuws', '{}', '{"topics":[],"segment":null}', 0, 1, ?, 'staff:x', ?, 'staff:x', ?)`,
        ...[campaign, START, START, START],
      );
      const mails: string[] = [];
      for (const email of emails) {
        const mail = await inbound.sentMail(email);
        mails.push(mail);
        await house.rows(
          `insert into campaign_recipients (campaign_id, seq, state, mail_id, sent_at)
            select ?, seq, 'sent', ?, ? from subscribers where email = ?`,
          ...[campaign, mail, START, email],
        );
      }
      return { campaign, mails };
    },
    async reader() {
      const email = await people.activeSubscriber();
      const { campaign, mails } = await inbound.sentCampaign([email]);
      return { email, campaign, mail: mails[0] ?? "" };
    },
    async tally(campaign, what) {
      const [row] = await house.rows<{ count: number }>(
        "select count from campaign_tallies where campaign_id = ? and what = ?",
        ...[campaign, what],
      );
      return row?.count ?? 0;
    },
    async stopOf(email) {
      const [row] = await house.rows<{ reason: string }>(
        "select reason from mail_suppressions where hash = ? order by instr('complained staff bounced left erased', reason)",
        await addressHash(house.rt, email),
      );
      return row?.reason;
    },
  };
  return inbound;
}
