import { z } from "zod";
import { LANGUAGES } from "../platform/languages.ts";
import { CAMPAIGN_STATES, RECIPIENT_STATES } from "./tables.ts";

/** One line: a line break in a subject would begin a header of a stranger's. */
const line = (most: number) =>
  z
    .string()
    .trim()
    .max(most)
    .regex(/^\P{Cc}*$/u);

const textShape = z.object({ subject: line(200), preheader: line(200).default(""), markdown: z.string().max(50_000) });

const audienceShape = z.object({
  topics: z.array(z.string().max(40)).max(50),
  segment: z.string().max(40).nullable().default(null),
});
/** Whom a newsletter is meant for, as it is chosen. */
export type ChosenAudience = z.output<typeof audienceShape>;

const fields = {
  name: line(120).min(1),
  /** By language. A draft may lack any; what is there takes the place of all that was. */
  texts: z.partialRecord(z.enum(LANGUAGES), textShape),
  audience: audienceShape,
  isPublic: z.boolean(),
  slug: z
    .string()
    .max(80)
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    .nullable(),
  rate: z.number().int().min(1).max(1_000_000).nullable(),
};

/** A newsletter as it begins: a name, and what there is already. */
export const newCampaignShape = z.object({ ...z.object(fields).partial().shape, name: fields.name });
export type NewCampaign = z.output<typeof newCampaignShape>;

/** What is changed of a draft. */
export const campaignChangesShape = z.object(fields).partial();
export type CampaignChanges = z.output<typeof campaignChangesShape>;

const version = z.number().int().min(1);

/** A change, and the version that it is based on. */
export const patchCampaignShape = campaignChangesShape.extend({ version });

/** A step, and the version of the newsletter that it is meant for. */
export const stepShape = z.object({ version });
export const dropQuery = z.object({ version: z.coerce.number().int().min(1) });

/** When a newsletter is to be sent, in the zone that was chosen in. */
export const scheduleShape = stepShape.extend({
  at: z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
  zone: z.string().max(64),
});

/** To whom a test goes: a member of staff. */
export const testShape = z.object({ to: z.string().max(254), lang: z.enum(LANGUAGES) });
export const testedReply = z.object({ mail: z.string() });

export const audienceQuery = z.object({
  topic: z.union([z.string(), z.array(z.string())]).transform((topics) => [topics].flat()),
  segment: z.string().max(40).optional(),
});
export const audienceReply = z.object({ recipients: z.number(), isMore: z.boolean() });

const lang = z.enum(LANGUAGES);

/** What stops a newsletter from being sent, and what its writer should know. */
export const checksReply = z.object({
  recipients: z.number(),
  faults: z.array(z.object({ path: z.string(), code: z.string() })),
  refused: z.string().nullable(),
  warnings: z.array(
    z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("no-address") }),
      z.object({ kind: z.literal("no-alt"), lang, url: z.string() }),
      /** `fault` is the status its server gave, or a word. */
      z.object({ kind: z.literal("image"), lang, url: z.string(), fault: z.union([z.number(), z.string()]) }),
      z.object({ kind: z.literal("language"), lang, instead: lang, readers: z.number() }),
    ]),
  ),
});

export const previewQuery = z.object({ lang: lang.optional() });
export const previewReply = z.object({
  lang,
  subject: z.string(),
  preheader: z.string(),
  html: z.string(),
  text: z.string(),
});

const place = z.coerce.number().int().min(0);

export const campaignsQuery = z.object({
  state: z.enum(CAMPAIGN_STATES).optional(),
  after: z
    .string()
    .regex(/^\d{1,15}\.\d{1,15}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

export const recipientsQuery = z.object({
  state: z.enum(RECIPIENT_STATES).optional(),
  after: place.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(100),
});

const at = z.iso.datetime().nullable();

const headReply = z.object({
  id: z.string(),
  state: z.enum(CAMPAIGN_STATES),
  name: z.string(),
  audience: z.object({ topics: z.array(z.string()), segment: z.string().nullable() }),
  isPublic: z.boolean(),
  slug: z.string().nullable(),
  rate: z.number().nullable(),
  scheduledAt: at,
  zone: z.string().nullable(),
  version: z.number(),
  createdAt: at,
  changedAt: at,
  startedAt: at,
  finishedAt: at,
  recipients: z.number(),
  /** Why it could not go on: a code. */
  fault: z.string().nullable(),
});

/** A newsletter as programs see it, with how many of its recipients are where. */
export const campaignReply = headReply.extend({
  texts: z.record(z.string(), z.object({ subject: z.string(), preheader: z.string(), markdown: z.string() })),
  tallies: z.record(z.string(), z.number()),
});

/** Newsletters without their texts. */
export const campaignsReply = z.object({ campaigns: z.array(headReply), next: z.string().nullable() });

export const recipientsReply = z.object({
  recipients: z.array(
    z.object({
      subscriber: z.string(),
      email: z.string(),
      state: z.enum(RECIPIENT_STATES),
      reason: z.string().nullable(),
      sentAt: at,
      bouncedAt: at,
      leftAt: at,
      complainedAt: at,
      repliedAt: at,
    }),
  ),
  next: z.number().nullable(),
});
