import { z } from "zod";
import { isDay } from "./calendar.ts";
import { LANGUAGES } from "./languages.ts";

const KEYS = "is an https: address (http: on this machine only), or an object with keys";

const surface = z.object({
  kind: z.enum(["site", "panel"]),
  origins: z.array(z.url()).default([]),
  /** Where a panel publishes the public keys (EdDSA) that it signs tokens with, instead of a shared secret; or those keys. */
  jwks: z
    .union(
      [
        z.string().refine((url) => URL.canParse(url) && isTrusted(new URL(url)), KEYS),
        z.object({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) }),
      ],
      { error: KEYS },
    )
    .optional(),
});

const secret = z.string().min(32, "is a secret of at least 32 characters");

/** The secret of a panel, or two of them while they are being changed. */
const panelSecrets = z.union([secret.transform((one) => [one]), z.array(secret).min(1).max(2)], {
  error: "is one secret, or a list of two, each of at least 32 characters",
});

/** A setting that is JSON: text in wrangler.toml and .dev.vars, or already a value. */
const json = <T>(inner: z.ZodType<T>) =>
  z
    .unknown()
    .transform((value, ctx) => {
      if (typeof value !== "string") return value;
      try {
        return JSON.parse(value) as unknown;
      } catch {
        ctx.addIssue({ code: "custom", message: "is not JSON" });
        return z.NEVER;
      }
    })
    .pipe(inner);

/** What stands between commas. */
const listed = (list: string): string[] =>
  list
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");

const TIME = "(?:[01]\\d|2[0-3]):[0-5]\\d";
const WEEK = new RegExp(`^[1-7](?:-[1-7])?(?:,[1-7](?:-[1-7])?)* ${TIME}-${TIME}$`);

const shape = z
  .object({
    ENVIRONMENT: z.string(),
    ORIGIN: z.url().transform((url) => new URL(url).origin),
    COMPANY: z.string().min(1),
    LANGUAGE: z.enum(LANGUAGES),
    TIME_ZONE: z.string(),
    SURFACES: json(z.record(z.string().regex(/^[a-z][a-z0-9-]{0,31}$/), surface)),
    TOPICS: z.string().transform(listed),
    COMPANY_ADDRESS: z.string().max(200).default(""),
    NEWSLETTER_RATE: z.coerce.number().int().min(1).max(1_000_000).default(1_000),
    CONFIRM_RATE: z.coerce.number().int().min(1).max(100_000).default(60),
    SOFT_BOUNCES: z.coerce.number().int().min(1).max(100).default(5),
    INBOUND_ADDRESS: z
      .string()
      .regex(
        /^$|^[a-z0-9-]{1,16}@[a-z0-9.-]+$/,
        "is an address whose name has at most 16 letters, digits and dashes, or empty",
      )
      .default(""),
    INBOUND_FORWARD: z.union([z.literal(""), z.email()]).default(""),
    INBOUND_AUTHSERV: z
      .string()
      .regex(/^[a-z0-9.-]*$/, "is the name of a mail server, or empty")
      .default("mx.cloudflare.net"),
    WORKING_HOURS: z
      .string()
      .regex(WEEK, 'is written as "1-5 09:00-17:00": days of the week from 1 (Monday), and from when until when')
      .default("1-5 09:00-17:00"),
    HOLIDAYS: z
      .string()
      .transform(listed)
      .refine((days) => days.every(isDay), "is a list of days, written YYYY-MM-DD")
      .default([]),
    CONTACT_FIRST_HOURS: z.coerce.number().int().min(1).max(1_000).default(8),
    CONTACT_SOLVED_HOURS: z.coerce.number().int().min(1).max(10_000).default(40),
    CONTACT_RECEIPTS_PER_HOUR: z.coerce.number().int().min(0).max(1_000_000).default(500),
    CUSTOMER_PREFIX: z
      .string()
      .regex(/^[A-Z]{1,6}$/, "is one to six capital letters")
      .default("K"),
    NOTICE_PERIOD_DAYS: z.coerce.number().int().min(0).max(365).default(30),
    NOTICE_RATE: z.coerce.number().int().min(1).max(1_000_000).default(1_000),
    NOTICE_DAYS: z.coerce.number().int().min(0),
    CHALLENGE_COST: z.coerce.number().int().min(0).max(100_000),
    MAIL_TRANSPORT: z.enum(["mailbox", "smtp", "cloudflare"]),
    MAIL_FROM: z.string().regex(/^[^<>\r\n]+<[^<>@\s]+@[^<>@\s]+>$/, "is written as Name <address@domain>"),
    SMTP_HOST: z.string().default(""),
    SMTP_PORT: z.coerce.number().int().default(587),
    SMTP_TLS: z.enum(["starttls", "tls", "none"]).default("starttls"),
    SMTP_USER: z.string().default(""),
    SMTP_PASSWORD: z.string().default(""),
    SECURITY_CONTACT: z.string().regex(/^(mailto:|https:)/, "is a mailto: or https: address"),
    STAFF_SESSION_HOURS: z.coerce.number().min(0.25).max(720).default(12),
    LEDGER_STRIDES: z.coerce.number().int().min(1).max(1_000).default(1),
    ACCESS_TEAM: z
      .string()
      .regex(/^[a-z0-9-]*$/, "is the team's name, as in NAME.cloudflareaccess.com")
      .default(""),
    ACCESS_AUD: z.string().default(""),
    TOKEN_SECRET: secret,
    PANEL_SECRETS: json(z.record(z.string(), panelSecrets).default({})),
  })
  .refine(({ ENVIRONMENT, MAIL_TRANSPORT }) => ENVIRONMENT === "development" || MAIL_TRANSPORT !== "mailbox", {
    path: ["MAIL_TRANSPORT"],
    message: 'may be "mailbox" in development only: nobody would get a mail',
  })
  // In development anyone gets a link that signs in as an owner: on a public host that would be a gift.
  .refine(({ ENVIRONMENT, ORIGIN }) => ENVIRONMENT !== "development" || isAtHome(new URL(ORIGIN).hostname), {
    path: ["ENVIRONMENT"],
    message: 'may be "development" on this machine only: ORIGIN is a public host',
  })
  .refine(({ ACCESS_TEAM, ACCESS_AUD }) => (ACCESS_TEAM === "") === (ACCESS_AUD === ""), {
    path: ["ACCESS_AUD"],
    message: "and ACCESS_TEAM belong together: set both or neither",
  });

/** Names that never lead to another machine (RFC 6761 sections 6.2 and 6.3). */
const isAtHome = (host: string): boolean => /(^|\.)(localhost|test)$|^127\.|^\[::1\]$/.test(host);

/** Whoever can change keys on their way here signs in as any customer. */
const isTrusted = ({ protocol, hostname }: URL): boolean =>
  protocol === "https:" || (protocol === "http:" && isAtHome(hostname));

export type Settings = z.infer<typeof shape>;
export type Surface = z.infer<typeof surface> & { name: string };

/** Reads [vars] and secrets once. Throws one sentence that names each wrong setting, and no secret's value. */
export function readSettings(vars: object): Settings {
  const result = shape.safeParse(vars);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`);
  throw new Error(`Settings are not right: ${faults.join("; ")}`);
}
