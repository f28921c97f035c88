import { z } from "zod";
import { CHANNELS, CLOSE_REASONS, CONVERSATION_STATES, FILE_REFUSALS } from "./tables.ts";

const at = z.string();

/** What is told of a conversation, whoever asks. */
export const toldOfAll = {
  reference: z.string(),
  status: z.enum(CONVERSATION_STATES),
  channel: z.enum(CHANNELS),
  email: z.string(),
  name: z.string().nullable(),
  customerNumber: z.string().nullable(),
  subject: z.string().nullable(),
  lang: z.string(),
};

/** What is told of a file, whoever asks. */
export const toldOfFile = {
  name: z.string(),
  type: z.string(),
  size: z.number(),
  sha256: z.string(),
  /** Why it was not kept; null when it was. */
  refused: z.enum(FILE_REFUSALS).nullable(),
};

/** A conversation as it is given away, whole. Times are ISO 8601, UTC; nobody of ours is named. */
export const conversationExport = z.object({
  ...toldOfAll,
  topic: z.object({ nl: z.string(), en: z.string() }).nullable(),
  createdAt: at,
  closedAt: at.nullable(),
  closeReason: z.enum(CLOSE_REASONS).nullable(),
  archivedAt: at.nullable(),
  /** When it is deleted; known from closing on. */
  deleteAt: at.nullable(),
  messages: z.array(
    z.object({
      author: z.enum(["them", "us"]),
      channel: z.enum(CHANNELS),
      createdAt: at,
      body: z.string(),
      files: z.array(z.object(toldOfFile)),
    }),
  ),
  /** What staff noted; left out of what is meant for the person. */
  notes: z.array(z.object({ createdAt: at, body: z.string() })).optional(),
});
export type ConversationExport = z.output<typeof conversationExport>;
