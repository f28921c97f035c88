import { Hono } from "hono";
import { normaliseAddress } from "../platform/address.ts";
import { Refusal } from "../platform/errors.ts";
import { type Door, type House, parse, readJson, requireScope } from "../platform/http.ts";
import { describe } from "../platform/openapi.ts";
import type { Runtime } from "../platform/runtime.ts";
import {
  campaignOf,
  cancelCampaign,
  createCampaign,
  dropCampaign,
  pauseCampaign,
  resumeCampaign,
  saveCampaign,
  scheduleCampaign,
  startCampaign,
  testCampaign,
  unscheduleCampaign,
  withdrawCampaign,
} from "./campaign.ts";
import { countAudience } from "./campaign-audience.ts";
import { checkCampaign } from "./campaign-checks.ts";
import { previewOf } from "./campaign-preview.ts";
import { checkedAudience } from "./campaign-ready.ts";
import {
  audienceQuery,
  audienceReply,
  campaignReply,
  campaignsQuery,
  campaignsReply,
  checksReply,
  dropQuery,
  newCampaignShape,
  patchCampaignShape,
  previewQuery,
  previewReply,
  recipientsQuery,
  recipientsReply,
  scheduleShape,
  stepShape,
  testedReply,
  testShape,
} from "./campaign-shapes.ts";
import { type CampaignHead, listCampaigns, listRecipients, talliesOf } from "./campaign-store.ts";

const tag = "newsletter";
const PATH = "/v1/campaigns";
const ONE = `${PATH}/:id`;

/** What newsletters need of a room behind this one, handed in by app.ts. */
export interface CampaignNeeds {
  /** Whether an address is that of a member of staff. */
  isStaff(rt: Runtime, email: string): Promise<boolean>;
}

const actorOf = (c: Door): string => `key:${c.var.apiKey}`;
const idIn = (c: Door): string => c.req.param("id") ?? "";
const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());

const headJson = ({ audience: { topics, segment }, ...head }: CampaignHead) => ({
  ...head,
  audience: { topics, segment },
  scheduledAt: iso(head.scheduledAt),
  createdAt: iso(head.createdAt),
  changedAt: iso(head.changedAt),
  startedAt: iso(head.startedAt),
  finishedAt: iso(head.finishedAt),
});

/** The newsletter that the address names, as it is now. */
async function campaignJson(c: Door, id = idIn(c)) {
  const { rt } = c.var;
  const [{ texts, ...head }, tallies] = await Promise.all([campaignOf(rt, id), talliesOf(rt.db, [id])]);
  return campaignReply.parse({ ...headJson(head), texts, tallies: tallies.get(id) });
}

/** Newsletters for programs. What they let go out is what /admin does. */
export function campaignRoutes({ isStaff }: CampaignNeeds): Hono<House> {
  const routes = new Hono<House>();

  routes.post(
    PATH,
    describe({
      tag,
      summary: "Begin a newsletter",
      body: newCampaignShape,
      replies: { 201: campaignReply },
      auth: "newsletter:write",
    }),
    requireScope("newsletter:write"),
    async (c) => {
      const id = await createCampaign(c.var.rt, await readJson(c, newCampaignShape), actorOf(c));
      return c.json(await campaignJson(c, id), 201);
    },
  );

  routes.get(
    PATH,
    describe({
      tag,
      summary: "Newsletters, those changed last first; the next page is ?after= its `next`",
      query: campaignsQuery,
      replies: { 200: campaignsReply },
      auth: "newsletter:read",
    }),
    requireScope("newsletter:read"),
    async (c) => {
      const { limit, ...list } = parse(campaignsQuery, c.req.query());
      const { campaigns, next } = await listCampaigns(c.var.rt.db, list, limit);
      return c.json(campaignsReply.parse({ campaigns: campaigns.map(headJson), next }));
    },
  );

  routes.get(
    `${PATH}/audience`,
    describe({
      tag,
      summary: "How many would get a newsletter now: ?topic=, more than once for several, and ?segment=",
      query: audienceQuery,
      replies: { 200: audienceReply },
      auth: "newsletter:read",
    }),
    requireScope("newsletter:read"),
    async (c) => {
      const { topic, segment = null } = parse(audienceQuery, {
        topic: c.req.queries("topic") ?? [],
        segment: c.req.query("segment"),
      });
      const audience = await checkedAudience(c.var.rt, { topics: topic, segment });
      const { count, isMore } = await countAudience(c.var.rt, audience);
      return c.json({ recipients: count, isMore });
    },
  );

  // Else it would be taken for the id of a newsletter.
  routes.all(`${PATH}/audience`, () => {
    throw new Refusal("method_not_allowed", { headers: { Allow: "GET" } });
  });

  routes.get(
    ONE,
    describe({
      tag,
      summary: "A newsletter, and how far it is",
      replies: { 200: campaignReply },
      auth: "newsletter:read",
    }),
    requireScope("newsletter:read"),
    async (c) => c.json(await campaignJson(c)),
  );

  routes.patch(
    ONE,
    describe({
      tag,
      summary: "Change a draft, at the version that the change is based on",
      body: patchCampaignShape,
      replies: { 200: campaignReply },
      auth: "newsletter:write",
    }),
    requireScope("newsletter:write"),
    async (c) => {
      const { version, ...changes } = await readJson(c, patchCampaignShape);
      await saveCampaign(c.var.rt, idIn(c), version, changes, actorOf(c));
      return c.json(await campaignJson(c));
    },
  );

  routes.delete(
    ONE,
    describe({
      tag,
      summary:
        "Throw away a draft, or a newsletter that ended once it is not kept any more who got it: ?version= the one that was seen",
      query: dropQuery,
      replies: { 204: "text/plain" },
      auth: "newsletter:write",
    }),
    requireScope("newsletter:write"),
    async (c) => {
      const { version } = parse(dropQuery, c.req.query());
      await dropCampaign(c.var.rt, idIn(c), version, actorOf(c));
      return c.body(null, 204);
    },
  );

  routes.get(
    `${ONE}/checks`,
    describe({
      tag,
      summary: "What stops a newsletter from being sent, and what its writer should know; asks for its images",
      replies: { 200: checksReply },
      auth: "newsletter:read",
    }),
    requireScope("newsletter:read"),
    async (c) => {
      const { rt } = c.var;
      return c.json(checksReply.parse(await checkCampaign(rt, await campaignOf(rt, idIn(c)))));
    },
  );

  routes.post(
    `${ONE}/preview`,
    describe({
      tag,
      summary: "The saved text of a newsletter as a mail shows it, in ?lang=",
      query: previewQuery,
      replies: { 200: previewReply },
      auth: "newsletter:read",
    }),
    requireScope("newsletter:read"),
    async (c) => {
      const { rt } = c.var;
      const { lang = rt.settings.LANGUAGE } = parse(previewQuery, c.req.query());
      return c.json(previewOf(rt, await campaignOf(rt, idIn(c)), lang));
    },
  );

  routes.post(
    `${ONE}/test`,
    describe({
      tag,
      summary: "Mail a newsletter as it stands to a member of staff; its links do nothing",
      body: testShape,
      replies: { 202: testedReply },
      auth: "newsletter:send",
    }),
    requireScope("newsletter:send"),
    async (c) => {
      const { rt } = c.var;
      const { to, lang } = await readJson(c, testShape);
      const email = normaliseAddress(to);
      // To anyone else it would be mail that they never asked for.
      if (email === null || !(await isStaff(rt, email))) {
        throw new Refusal("invalid_input", { errors: [{ path: "to", code: "unknown_value" }] });
      }
      return c.json({ mail: await testCampaign(rt, idIn(c), lang, email) }, 202);
    },
  );

  routes.post(
    `${ONE}/schedule`,
    describe({
      tag,
      summary: "Set when a draft is to be sent",
      body: scheduleShape,
      replies: { 200: campaignReply },
      auth: "newsletter:send",
    }),
    requireScope("newsletter:send"),
    async (c) => {
      const { version, at, zone } = await readJson(c, scheduleShape);
      await scheduleCampaign(c.var.rt, idIn(c), version, at, zone, actorOf(c));
      return c.json(await campaignJson(c));
    },
  );

  for (const [step, { summary, status, take }] of Object.entries(STEPS)) {
    routes.post(
      `${ONE}/${step}`,
      describe({ tag, summary, body: stepShape, replies: { [status]: campaignReply }, auth: "newsletter:send" }),
      requireScope("newsletter:send"),
      async (c) => {
        const { version } = await readJson(c, stepShape);
        await take(c.var.rt, idIn(c), version, actorOf(c));
        return c.json(await campaignJson(c), status);
      },
    );
  }

  for (const [order, { summary, obey }] of Object.entries(ORDERS)) {
    routes.post(
      `${ONE}/${order}`,
      describe({ tag, summary, replies: { 200: campaignReply }, auth: "newsletter:send" }),
      requireScope("newsletter:send"),
      async (c) => {
        await obey(c.var.rt, idIn(c), actorOf(c));
        return c.json(await campaignJson(c));
      },
    );
  }

  routes.get(
    `${ONE}/recipients`,
    describe({
      tag,
      summary: "Who gets a newsletter, and what came of it; the next page is ?after= its `next`",
      query: recipientsQuery,
      replies: { 200: recipientsReply },
      auth: "newsletter:read",
    }),
    requireScope("newsletter:read"),
    async (c) => {
      const { rt } = c.var;
      const { limit, ...list } = parse(recipientsQuery, c.req.query());
      const { id } = await campaignOf(rt, idIn(c));
      const recipients = await listRecipients(rt.db, id, list, limit);
      const next = recipients.length < limit ? null : (recipients.at(-1)?.seq ?? null);
      const json = recipients.map((row) => ({
        ...row,
        sentAt: iso(row.sentAt),
        bouncedAt: iso(row.bouncedAt),
        leftAt: iso(row.leftAt),
        complainedAt: iso(row.complainedAt),
        repliedAt: iso(row.repliedAt),
      }));
      return c.json(recipientsReply.parse({ recipients: json, next }));
    },
  );

  return routes;
}

/** Steps that are meant for one version. */
const STEPS = {
  unschedule: { summary: "Make a scheduled newsletter a draft again", status: 200, take: unscheduleCampaign },
  send: { summary: "Send a newsletter now, to whom it is meant for now", status: 202, take: startCampaign },
} as const;

/** What one can ask of a newsletter that is going out, or went out. */
const ORDERS = {
  pause: { summary: "Hold a newsletter up", obey: pauseCampaign },
  resume: { summary: "Let a newsletter go on", obey: resumeCampaign },
  cancel: { summary: "End a newsletter: who has not had it never gets it", obey: cancelCampaign },
  withdraw: { summary: "Take a newsletter out of the archive, for good", obey: withdrawCampaign },
} as const;
