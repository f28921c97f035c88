import { z } from "zod";
import { emailField } from "../platform/address.ts";
import { toldOfAll, toldOfFile } from "./export-shapes.ts";
import { AT_HAND } from "./list-store.ts";
import { answerShape } from "./shapes.ts";
import { CHANNELS, CLOSE_REASONS } from "./tables.ts";

/** How nobody is asked for, and named. */
const NOBODY = "none";

const text = z.string().max(200);
const orNobody = text.transform((value) => (value === NOBODY ? null : value));

/** The list by its address; a status can be said more than once. `after` is the `next` of the page before. */
export const conversationsQuery = z.object({
  status: z.array(z.enum(AT_HAND)).optional(),
  assignee: orNobody.optional(),
  topic: text.optional(),
  customer: text.optional(),
  email: emailField.optional(),
  search: text.optional(),
  order: z.enum(["last", "target"]).default("last"),
  after: z
    .string()
    .regex(/^\d{1,15}(-\d{1,15})?$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

/** An answer by a program; the header Idempotency-Key makes a second try no second answer. */
export const programAnswerShape = answerShape.omit({ key: true });

/** What a program may change of a conversation, on the version that it saw. */
export const amendShape = z
  .object({
    version: z.number().int().min(1),
    status: z.enum(["open", "closed"]).optional(),
    closeReason: z.enum(CLOSE_REASONS).exclude(["by-person"]).default("solved"),
    topic: z.string().max(40).nullish(),
    assignee: z.string().max(40).nullish(),
    customerNumber: z.string().max(20).nullish(),
  })
  .strict();
export type AmendInput = z.output<typeof amendShape>;

const at = z.iso.datetime();

/** A conversation as programs see it in a list. */
export const conversationReply = z.object({
  id: z.string(),
  ...toldOfAll,
  topic: z.string().nullable(),
  assignee: z.string().nullable(),
  version: z.number(),
  createdAt: at,
  lastAt: at,
  /** Until when it should be answered or solved; null when it is not our turn. */
  dueAt: at.nullable(),
  closedAt: at.nullable(),
  closeReason: z.enum(CLOSE_REASONS).nullable(),
  deleteAt: at.nullable(),
});

/** A page of the list. `lookedTo` says until when a search looked back, when there was too much to look at for one page. */
export const conversationsReply = z.object({
  conversations: z.array(conversationReply),
  next: z.string().nullable(),
  lookedTo: at.nullable(),
});

const fileReply = z.object({ id: z.string(), ...toldOfFile });

/** A conversation with all that was said in it, the oldest first; `author` is null of its person. */
export const wholeReply = conversationReply.extend({
  messages: z.array(
    z.object({
      id: z.string(),
      author: z.string().nullable(),
      channel: z.enum(CHANNELS),
      body: z.string(),
      createdAt: at,
      files: z.array(fileReply),
    }),
  ),
  hasOlder: z.boolean().describe("Whether there are older messages, which the export has"),
  notes: z.array(z.object({ author: z.string(), body: z.string(), createdAt: at })),
});

const tally = z.object({ count: z.number(), ms: z.number(), late: z.number() });
const tallies = z.object({ received: tally, answered: tally, sent: tally, closed: tally });

/** Figures by day, week or month; `ms` is working time together, and the topic "" is that of conversations without one. */
export const figuresReply = z.object({
  from: z.string(),
  to: z.string(),
  by: z.string(),
  topic: z.string().nullable(),
  points: z.array(z.object({ start: z.string(), all: tallies, topics: z.record(z.string(), tallies) })),
});
