import { z } from "zod";
import { normaliseAddress } from "../platform/address.ts";
import { isDay } from "../platform/calendar.ts";
import { LANGUAGES } from "../platform/languages.ts";
import { nameField } from "./shapes.ts";
import { ACTION_KINDS, ACTION_STATES, SUBSCRIBER_STATES, type SubscriberFilter } from "./tables.ts";

/** One line of what people wrote: no line breaks or other control characters. */
const line = (most: number) =>
  z
    .string()
    .trim()
    .max(most)
    .regex(/^\P{Cc}*$/u);

const day = z.string().refine(isDay);
const values = z.array(line(80).min(1)).max(50);

/** A filter as it comes in. What is empty is not asked for. */
export const filterShape: z.ZodType<SubscriberFilter, unknown> = z
  .object({
    search: line(254),
    status: z.array(z.enum(SUBSCRIBER_STATES)).max(SUBSCRIBER_STATES.length),
    topics: values,
    labels: values,
    sources: values,
    langs: values,
    from: day,
    to: day,
  })
  .partial()
  .transform((filter) => Object.fromEntries(Object.entries(filter).filter(([, value]) => value?.length)));

/** A filter under a name. A segment is a rule about many, kept for long: a whole address is not searched for in it. */
export const segmentShape = z.object({
  name: line(80).min(1),
  filter: filterShape.refine(({ search = "" }) => normaliseAddress(search) === null, { path: ["search"] }),
});
export type SegmentInput = z.output<typeof segmentShape>;

/** An internal topic. */
export const labelShape = z.object({ name: line(40).min(1) });

/** What staff may change of a subscriber: topics can only be taken off, as nobody consents in another's place. */
export const changeShape = z
  .object({
    name: nameField.nullable(),
    lang: z.enum(LANGUAGES),
    labels: z.array(z.string().max(40)).max(50),
    topics: z.array(z.string().max(40)).min(1).max(50),
  })
  .partial();
export type SubscriberChange = z.output<typeof changeShape>;

/** Something to be done to all whom a filter finds. */
export const actionShape = z.object({
  kind: z.enum(ACTION_KINDS),
  /** The label, topic or language; for the other kinds there is none. */
  argument: line(40)
    .min(1)
    .nullish()
    .transform((found) => found ?? null),
  filter: filterShape,
});
export type ActionInput = z.output<typeof actionShape>;

/** The same, or only what it would come to. */
export const askedActionShape = actionShape.extend({ preview: z.boolean().default(false) });

/** By which a request that is sent again is known: the header Idempotency-Key. */
export const keyShape = z.object({ key: z.string().trim().min(1).max(200).optional() });

export const actionsQuery = z.object({
  after: z.string().max(40).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

const several = z.array(z.string()).optional();

/** The list by its address: what can be said more than once is a list. */
export const listQuery = z.object({
  search: z.string().optional(),
  status: several,
  topic: several,
  label: several,
  source: several,
  lang: several,
  from: z.string().optional(),
  to: z.string().optional(),
  segment: z.string().max(40).optional(),
  after: z.coerce.number().int().min(0).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

const at = z.iso.datetime().nullable();

/** A subscriber as programs see them. */
export const subscriberReply = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string().nullable(),
  status: z.enum(SUBSCRIBER_STATES),
  lang: z.string(),
  topics: z.array(z.string()),
  labels: z.array(z.string()),
  source: z.string(),
  requestedAt: at,
  confirmedAt: at,
  leftAt: at,
});

/** A page of the list. `lookedTo` says until when a search looked back, when there were too many to look at for one page. */
export const subscribersReply = z.object({
  subscribers: z.array(subscriberReply),
  next: z.string().nullable(),
  lookedTo: at,
});

export const sourcesReply = z.object({ sources: z.array(z.string()) });
export const resentReply = z.object({ sent: z.boolean() });

/** How many; with `isMore` at least so many, as a search counts no further than a page may look. */
export const countReply = z.object({ count: z.number(), isMore: z.boolean() });

const filterReply = z.record(z.string(), z.union([z.string(), z.array(z.string())]));

export const segmentReply = z.object({
  id: z.string(),
  name: z.string(),
  filter: filterReply,
  createdAt: at,
  changedAt: at,
});
export const segmentsReply = z.object({ segments: z.array(segmentReply) });
export const labelsReply = z.object({ labels: z.array(z.object({ name: z.string(), subscribers: z.number() })) });

/** What an action would come to. */
export const previewReply = z.object({
  matched: z.number(),
  changes: z.number(),
  canUndo: z.boolean(),
  first: z.array(subscriberReply),
});

/** An action and how far it is. */
export const actionReply = z.object({
  id: z.string(),
  kind: z.enum(ACTION_KINDS),
  argument: z.string().nullable(),
  filter: filterReply,
  state: z.enum(ACTION_STATES),
  matched: z.number(),
  changed: z.number(),
  restored: z.number(),
  canUndo: z.boolean(),
  createdAt: at,
  finishedAt: at,
});
export const actionsReply = z.object({ actions: z.array(actionReply), next: z.string().nullable() });
