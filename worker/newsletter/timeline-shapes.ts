import { z } from "zod";
import { RETURN_KINDS } from "../mail/tables.ts";
import { ACTION_KINDS, ACTION_STATES, CONFIRMATION_FLAGS, RECIPIENT_STATES, SIGNUP_METHODS } from "./tables.ts";
import type { Step } from "./timeline.ts";

const text = z.string();
const textOrNot = text.nullable();
const at = z.iso.datetime().nullable();

const step = { at, entry: textOrNot, actor: textOrNot };

const signup = z.object({
  method: z.enum(SIGNUP_METHODS),
  lang: text,
  topics: z.array(text),
  surface: text,
  pageOrigin: textOrNot,
  policyDate: textOrNot,
  /** The words of consent, and their SHA-256. */
  words: textOrNot,
  wording: textOrNot,
  flags: z.array(z.enum(CONFIRMATION_FLAGS)).nullable(),
  importId: textOrNot,
  /** What whoever imported states of the consent. */
  statement: z
    .object({
      text,
      date: text,
      evidence: z.object({ sha256: text, name: text }).nullable(),
      isDoubleOptIn: z.boolean(),
    })
    .nullable(),
});

/** A person's timeline as programs see it: what happened, and nothing of how the house keeps it. */
export const timelineReply = z.object({
  steps: z.array(
    z.discriminatedUnion("kind", [
      z.object({ ...step, kind: z.literal("asked"), signup }),
      z.object({ ...step, kind: z.literal("confirmed"), signup }),
      z.object({ ...step, kind: z.literal("withdrawn"), topics: z.array(text), by: textOrNot }),
      z.object({
        ...step,
        kind: z.literal("mail"),
        mail: z.object({ template: text, state: text, sentAt: at, failure: textOrNot }),
      }),
      z.object({
        ...step,
        kind: z.literal("newsletter"),
        newsletter: z.object({
          campaign: text,
          name: text,
          state: z.enum(RECIPIENT_STATES),
          reason: textOrNot,
          sentAt: at,
          bouncedAt: at,
          leftAt: at,
          complainedAt: at,
          repliedAt: at,
        }),
      }),
      z.object({
        ...step,
        kind: z.literal("return"),
        returned: z.object({ kind: z.enum(RETURN_KINDS), status: text }),
      }),
      z.object({
        ...step,
        kind: z.literal("action"),
        action: z.object({
          id: text,
          kind: z.enum(ACTION_KINDS),
          argument: textOrNot,
          state: z.enum(ACTION_STATES),
        }),
      }),
      z.object({ ...step, kind: z.literal("entry"), what: text, body: z.record(text, z.unknown()) }),
    ]),
  ),
});

const iso = (time: number | null) => (time === null ? null : new Date(time).toISOString());

/** What stands in a step for programs; the reply's shape leaves out all else. */
function detailsOf(one: Step) {
  switch (one.kind) {
    case "asked":
    case "confirmed":
      return { signup: { ...one.signup, statement: one.signup.plan?.consent ?? null } };
    case "mail":
      return { mail: { ...one.mail, sentAt: iso(one.mail.sentAt), failure: one.mail.lastError } };
    case "newsletter": {
      const { campaignId, sentAt, bouncedAt, leftAt, complainedAt, repliedAt, ...rest } = one.newsletter;
      const times = { sentAt, bouncedAt, leftAt, complainedAt, repliedAt };
      const told = Object.fromEntries(Object.entries(times).map(([name, time]) => [name, iso(time)]));
      return { newsletter: { ...rest, ...told, campaign: campaignId } };
    }
    default:
      return {};
  }
}

/** A timeline as programs get it. */
export const timelineJson = (steps: readonly Step[]): z.output<typeof timelineReply> =>
  timelineReply.parse({ steps: steps.map((one) => ({ ...one, ...detailsOf(one), at: iso(one.at) })) });
