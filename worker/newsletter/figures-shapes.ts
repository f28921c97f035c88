import { z } from "zod";
import { isDay } from "../platform/calendar.ts";
import { STEPS } from "../platform/periods.ts";
import { CAMPAIGN_STATES } from "./tables.ts";

const day = z.string().refine(isDay);

export const growthFields = z.object({ from: day, to: day, by: z.enum(STEPS), source: z.string().max(80) }).partial();

/** Which growth is asked for; what is empty is not asked for. */
export const growthQuery = z.preprocess(
  (query) => Object.fromEntries(Object.entries(query ?? {}).filter(([, value]) => value !== "")),
  growthFields,
);

const moves = { joined: z.number(), left: z.number(), bounced: z.number(), complained: z.number() };

export const growthReply = z.object({
  from: z.string(),
  to: z.string(),
  by: z.enum(STEPS),
  source: z.string().nullable(),
  points: z.array(z.object({ start: z.string(), ...moves, sources: z.record(z.string(), z.object(moves)) })),
});

export const outcomeReply = z.object({
  id: z.string(),
  name: z.string(),
  state: z.enum(CAMPAIGN_STATES),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  recipients: z.number(),
  sent: z.number(),
  waiting: z.number(),
  failed: z.number(),
  dropped: z.number(),
  bounced: z.number(),
  left: z.number(),
  complained: z.number(),
  replied: z.number(),
});

export const outcomesQuery = z.object({ after: z.string().max(40).optional() });

export const outcomesReply = z.object({
  campaigns: z.array(outcomeReply),
  /** Ask again with ?after= this for the next; null when these were the last. */
  next: z.string().nullable(),
});
