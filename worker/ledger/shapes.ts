import { z } from "zod";

const PAGE = 50;
const MOST = 100;

const wholeNumber = z
  .string()
  .regex(/^[1-9]\d{0,14}$/)
  .transform(Number);

export const sealsQueryShape = z.object({
  before: wholeNumber.default(Number.MAX_SAFE_INTEGER),
  limit: wholeNumber.refine((limit) => limit <= MOST).default(PAGE),
});

const hash = z.string().regex(/^[0-9a-f]{64}$/);

const sealShape = z.object({
  number: z.number(),
  at: z.iso.datetime(),
  firstEntry: z.number(),
  lastEntry: z.number(),
  root: hash,
  previous: hash,
  head: hash,
});

export const sealsShape = z.object({
  seals: z.array(sealShape),
  /** `before` of the next page; null on the last. */
  next: z.number().nullable(),
});

export const proofShape = z.object({
  id: z.string(),
  kind: z.string(),
  at: z.iso.datetime(),
  commitment: hash,
  place: z.number(),
  seal: sealShape,
  index: z.number(),
  size: z.number(),
  path: z.array(hash),
});
