import { z } from "zod";
import { isDay } from "../platform/calendar.ts";
import { STEPS } from "../platform/periods.ts";

const day = z.string().refine(isDay);

/** Which figures can be asked for; the topic "none" is that of conversations without one. */
export const figuresFields = z.object({ from: day, to: day, by: z.enum(STEPS), topic: z.string().max(40) }).partial();

/** Which figures are asked for; what is empty is not. */
export const figuresQuery = z.preprocess(
  (query) => Object.fromEntries(Object.entries(query ?? {}).filter(([, value]) => value !== "")),
  figuresFields,
);
