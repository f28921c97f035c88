/** What the tests of newsletters share: subscribers by the hundred, newsletters over the API, and queues that work themselves empty. */
import SMTPConnection from "nodemailer/lib/smtp-connection";
import { expect } from "vitest";
import type { Job } from "../../worker/platform/jobs.ts";
import { apiKey, createHouse, START, type TestHouse } from "./house.ts";

let subscribers = 0;

/** Subscribes people as far as the database goes; gives their addresses. They are active, unless something else is said. */
export async function addSubscribers(
  house: TestHouse,
  count: number,
  { topics = ["news"], lang = "nl", status = "active", name = "Sam" as string | null } = {},
): Promise<string[]> {
  const first = subscribers + 1;
  subscribers += count;
  await house.rows(
    `with recursive n (i) as (select ${first} union all select i + 1 from n where i < ${subscribers})
      insert into subscribers (id, email, name, status, lang, topics, source, requested_at)
      select 'S' || i, 'lezer-' || i || '@example.nl', ?, 'pending', ?, ?, 'test', ? from n`,
    ...[name, lang, JSON.stringify(topics), START],
  );
  const mine = `cast(substr(id, 2) as integer) between ${first} and ${subscribers} and source = 'test'`;
  if (status !== "pending") {
    await house.rows(
      `insert into signups (id, subscriber_id, lang, topics, surface, requested_at)
        select 'G' || id, id, lang, topics, 'test', requested_at from subscribers where ${mine}`,
    );
    await house.rows(`update subscribers set status = 'active', confirmed_at = ? where ${mine}`, START);
    await house.rows(
      `update signups set confirmed_at = ? where id in (select 'G' || id from subscribers where ${mine})`,
      START,
    );
    if (status !== "active")
      await house.rows(`update subscribers set status = ?, left_at = ? where ${mine}`, status, START);
  }
  return Array.from({ length: count }, (_, index) => `lezer-${first + index}@example.nl`);
}

export const idOf = (email: string): string => `S${/\d+/.exec(email)?.[0]}`;

export const TEXT = {
  subject: "Nieuws van maart",
  preheader: "Wat er verandert",
  markdown: "Hoi {{name|lezer}},\n\nEr is nieuws.",
};

/** What the API says of a newsletter. */
export interface CampaignJson {
  id: string;
  state: string;
  version: number;
  tallies: Record<string, number>;
  fault: string | null;
  scheduledAt: string | null;
  slug: string | null;
  recipients: number;
}

/** A mail as a server takes it: the envelope. */
type TakeMail = (mail: { to: string; returnPath: string }) => unknown;

/** Mail servers by their names. They stand where mail leaves by SMTP: what is said there is tested with real ones. */
const servers = new Map<string, TakeMail>();

type Done = (error?: unknown) => void;
Object.assign(SMTPConnection.prototype, {
  connect: (done: Done) => done(),
  reset: (done: Done) => done(),
  close: () => undefined,
  quit: () => undefined,
  send(this: SMTPConnection, { from, to }: { from: string; to: string[] }, _: string, done: Done) {
    const take = async () => servers.get(String(this.options.host))?.({ to: String(to[0]), returnPath: from });
    take().then(() => done(null), done);
  },
});

/** The settings of a house whose mails `take` takes; it may throw what a mail server would. */
export function serverOf(take: TakeMail): Record<string, string> {
  const SMTP_HOST = `server-${servers.size}.test`;
  servers.set(SMTP_HOST, take);
  return { MAIL_TRANSPORT: "smtp", SMTP_HOST, INBOUND_ADDRESS: "post@in.example.nl" };
}

/** A house whose mails go out to `sent`, as fast as can be; `refuse` may throw what a mail server would. */
export function sendingHouse(vars: Record<string, unknown> = {}, refuse: (to: string) => void = () => undefined) {
  const sent: { to: string; returnPath?: string }[] = [];
  const take: TakeMail = (mail) => {
    refuse(mail.to);
    sent.push(mail);
  };
  const house = createHouse({ NEWSLETTER_RATE: "1000000", ...serverOf(take), ...vars });
  return { house, sent };
}

/** Newsletters over the API, with a key that may do all with them. */
export async function createDesk(house: TestHouse) {
  const key = await apiKey("newsletter:read", "newsletter:write", "newsletter:send");
  const headers = { Authorization: `Bearer ${key}` };
  const ask = (path: string, init: RequestInit = {}) =>
    house.fetch(`/v1/campaigns${path}`, { ...init, headers: { ...headers, "Content-Type": "application/json" } });
  const post = (path: string, body: object = {}) => ask(path, { method: "POST", body: JSON.stringify(body) });
  const made = async (reply: Response, status: number): Promise<CampaignJson> => {
    expect([reply.status, reply.status === status ? "" : await reply.text()]).toEqual([status, ""]);
    return reply.json();
  };
  return {
    ask,
    post,
    /** Asks for a step of a newsletter, and gives it as it is then. */
    take: async (id: string, step: string, body: object = {}, status = 200) =>
      made(await post(`/${id}/${step}`, body), status),
    /** What a step is refused with. */
    async refused(id: string, step: string, body: object = {}): Promise<string> {
      return ((await (await post(`/${id}/${step}`, body)).json()) as { code: string }).code;
    },
    patch: (id: string, body: object) => ask(`/${id}`, { method: "PATCH", body: JSON.stringify(body) }),
    get: async (id: string) => made(await ask(`/${id}`), 200),
    /** A draft to all who want news. */
    draft: async (more: object = {}) =>
      made(
        await post("", { name: "Maart", texts: { nl: TEXT }, audience: { topics: ["news"], segment: null }, ...more }),
        201,
      ),
    /** A newsletter that has just begun. */
    async begun(more: object = {}): Promise<string> {
      const { id, version } = await this.draft(more);
      await this.take(id, "send", { version }, 202);
      return id;
    },
  };
}

/** Works off what was put on the queues, and what that puts there, at the clock's time; at most so many turns. */
export async function workOff(house: TestHouse, most = 200): Promise<void> {
  for (let turns = 0; house.jobs.length > 0 && turns < most; turns++) {
    const jobs = house.jobs.splice(0);
    for (const kind of new Set(jobs.map((job) => job.kind))) {
      const ids = jobs.filter((job) => job.kind === kind).map(({ id }) => id);
      for (let at = 0; at < ids.length; at += 100)
        await house.consume(ids.slice(at, at + 100), kind satisfies Job["kind"]);
    }
  }
}

/** Rounds, a minute apart, with the queues worked off after each. */
export async function passMinutes(house: TestHouse, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    house.clock.now += 60_000;
    await house.round();
    await workOff(house);
  }
}

/** A recipient's row, by address. */
export interface RecipientRow {
  email: string;
  state: string;
  mail_id: string | null;
  reason: string | null;
}

export const recipientsOf = (house: TestHouse, id: string): Promise<RecipientRow[]> =>
  house.rows<RecipientRow>(
    `select s.email, r.state, r.mail_id, r.reason from campaign_recipients r
      join subscribers s on s.seq = r.seq where r.campaign_id = ? order by r.seq`,
    id,
  );

/** How often each kind of entry about a newsletter was made. */
export async function entriesOf(house: TestHouse, id: string): Promise<Record<string, number>> {
  const rows = await house.rows<{ kind: string; count: number }>(
    `select kind, count(*) as count from ledger_entries where kind like 'campaign.%'
      and json_extract(body, '$.campaign') = ? group by kind`,
    id,
  );
  return Object.fromEntries(rows.map(({ kind, count }) => [kind, count]));
}
