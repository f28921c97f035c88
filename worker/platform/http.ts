import type { Context, MiddlewareHandler } from "hono";
import type { z } from "zod";
import type { Scope } from "./access.ts";
import { base64url, sha256 } from "./bytes.ts";
import { commit } from "./db.ts";
import { type FieldCode, type FieldError, Refusal } from "./errors.ts";
import { chooseLanguage, type Language } from "./languages.ts";
import { type Bindings, type Runtime, systemChance } from "./runtime.ts";
import type { Surface } from "./settings.ts";
import { findApiKey, markKeyUsed } from "./store.ts";
import { keyed } from "./tokens.ts";

/** What every Hono handler of this house knows. */
export interface House {
  Bindings: Bindings;
  Variables: { rt: Runtime; requestId?: string; apiKey: string; scopes: readonly string[] };
}
export type Door = Context<House>;

/** The id by which a failure is found in the logs; made when first asked for. */
export function requestIdOf(c: Door): string {
  const id = c.get("requestId") ?? base64url(systemChance.random(9));
  c.set("requestId", id);
  return id;
}

/** Largest body read, in bytes; of files, whose senders we know, the second. */
export const BODY_LIMIT = 65_536;
export const FILE_LIMIT = 1_048_576;

/** Checks a value against a shape. Refuses with invalid_input and a code for each field. */
export function parse<T>(shape: z.ZodType<T>, value: unknown): T {
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  throw new Refusal("invalid_input", { errors: result.error.issues.map((issue) => fieldError(issue, value)) });
}

function fieldError(issue: z.core.$ZodIssue, value: unknown): FieldError {
  let at: unknown = value;
  for (const key of issue.path) at = (at as Record<PropertyKey, unknown> | null | undefined)?.[key];
  return { path: issue.path.join("."), code: fieldCode(issue, at) };
}

function fieldCode(issue: z.core.$ZodIssue, found: unknown): FieldCode {
  if (issue.code === "custom") return (issue.params?.field as FieldCode | undefined) ?? "invalid";
  if (found === undefined || found === null || issue.code === "too_small") return "required";
  if (issue.code === "too_big") return "too_long";
  if (issue.code === "invalid_value") return "unknown_value";
  return "invalid";
}

const mediaType = (c: Door) => (c.req.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase();

/** Reads a JSON body. Refuses unsupported_media_type, malformed_body and invalid_input. */
export async function readJson<T>(c: Door, shape: z.ZodType<T>): Promise<T> {
  if (mediaType(c) !== "application/json") throw new Refusal("unsupported_media_type");
  const value: unknown = await c.req.json().catch((error: unknown) => {
    throw error instanceof SyntaxError ? new Refusal("malformed_body") : error;
  });
  return parse(shape, value);
}

/** Whether the body comes from a plain HTML form. */
export function isForm(c: Door): boolean {
  const type = mediaType(c);
  return type === "application/x-www-form-urlencoded" || type === "multipart/form-data";
}

const bodyOf = (c: Door, all: boolean) =>
  c.req.parseBody({ all }).catch((error: unknown) => {
    throw error instanceof TypeError ? new Refusal("malformed_body") : error;
  });

const textsIn = (body: Awaited<ReturnType<typeof bodyOf>>): Record<string, string> =>
  Object.fromEntries(Object.entries(body).filter((field): field is [string, string] => typeof field[1] === "string"));

/** The text fields of a plain HTML form; files and repeated names are left out. Refuses malformed_body. */
export const readForm = async (c: Door): Promise<Record<string, string>> => textsIn(await bodyOf(c, false));

/** A file that came with a form. */
interface FormFile {
  name: string;
  bytes: Uint8Array;
}

/** The text fields of a plain HTML form as `readForm` gives them, and the files that were chosen in it. Refuses malformed_body. */
export async function readFormWithFiles(c: Door): Promise<{ values: Record<string, string>; files: FormFile[] }> {
  const body = await bodyOf(c, true);
  const sent = Object.values(body).flat();
  // A field in which no file was chosen comes as an empty one without a name.
  const chosen = sent.filter((field): field is File => typeof field !== "string" && field.name !== "");
  const files = chosen.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) }));
  return { values: textsIn(body), files: await Promise.all(files) };
}

/** Replies with a file that somebody sent: it can only be saved, and is nothing that a browser shows or runs. */
export function replyFile(c: Door, name: string, body: ReadableStream): Response {
  const ascii = name.replace(/[^\x20-\x7e]|["%\\]/g, "_");
  // RFC 8187: what encodeURIComponent leaves and that grammar does not know.
  const encoded = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16)}`,
  );
  return c.body(body, 200, {
    "Content-Type": "application/octet-stream",
    "Content-Disposition": `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`,
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Referrer-Policy": "same-origin",
  });
}

/** The reader's language: the one in the address (?lang=), then the one we know of them, then the browser's, then ours. */
export function languageOf(c: Door, known?: string): Language {
  const fallback = c.var.rt.settings.LANGUAGE;
  return chooseLanguage(fallback, c.req.query("lang"), known, c.req.header("accept-language"));
}

function findSurface(c: Door): Surface | undefined {
  const name = c.req.query("surface") ?? "site";
  const surfaces = c.var.rt.settings.SURFACES;
  const found = Object.hasOwn(surfaces, name) ? surfaces[name] : undefined;
  return found && { name, ...found };
}

/** The surface a request names by ?surface= ("site" when it names none). Refuses unknown_surface. */
export function surfaceOf(c: Door): Surface {
  const surface = findSurface(c);
  if (!surface) throw new Refusal("unknown_surface");
  return surface;
}

/** Our own pages may (by ORIGIN, or by the name this request came to), and those that the surface lists. */
const mayUse = (c: Door, surface: Surface | undefined, origin: string) =>
  origin === c.var.rt.settings.ORIGIN ||
  origin === new URL(c.req.url).origin ||
  (surface?.origins.includes(origin) ?? false);

/**
 * The origin of the page a request comes from; null for a program that names none. Refuses origin_not_allowed
 * when a browser names one that the surface does not list.
 */
export function pageOrigin(c: Door, surface: Surface): string | null {
  const origin = c.req.header("origin");
  if (origin === undefined) return null;
  if (!mayUse(c, surface, origin)) throw new Refusal("origin_not_allowed");
  return origin;
}

/**
 * Lets the pages that a surface lists read our replies, refusals included, and answers their preflights. What differs by
 * origin is never cached (app.ts), so no Vary is needed.
 */
export const cors: MiddlewareHandler<House> = async (c, next) => {
  const origin = c.req.header("origin");
  if (origin !== undefined && mayUse(c, findSurface(c), origin)) {
    c.header("Access-Control-Allow-Origin", origin);
  }
  if (c.req.method !== "OPTIONS") return next();
  c.header("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE");
  c.header("Access-Control-Allow-Headers", "Authorization, Challenge, Content-Type, Idempotency-Key");
  c.header("Access-Control-Max-Age", "7200");
  return c.body(null, 204);
};

const LOOPBACK = /^(127\.|::1$)/;

/**
 * Whom a request counts against: CF-Connecting-IP alone is believed, as a client can write any other header. Cloudflare
 * never passes a loopback address there: that is the developer's own machine. One household has a whole /64 of IPv6.
 */
function callerOf(c: Door): string | undefined {
  const ip = c.req.header("cf-connecting-ip");
  if (ip === undefined || LOOPBACK.test(ip)) return undefined;
  return ip.includes(":") ? prefix64(ip) : ip;
}

/** Where a registration comes from: the one IP address that is kept (DESIGN.md 6, no. 11). Null on a developer's machine. */
export function registrationIp(c: Door): string | null {
  const ip = c.req.header("cf-connecting-ip");
  return ip === undefined || LOOPBACK.test(ip) ? null : ip;
}

function prefix64(ip: string): string {
  const [head = "", tail] = ip.split("::");
  const groups = head.split(":").filter(Boolean);
  const missing = tail === undefined ? 0 : 8 - groups.length - tail.split(":").filter(Boolean).length;
  const zeros = Array<string>(Math.max(missing, 0)).fill("0");
  return [...groups, ...zeros, ...(tail ?? "").split(":").filter(Boolean)].slice(0, 4).join(":");
}

/** Counts against a limit, by a keyed hash that lives a minute. Refuses rate_limited. */
async function count(c: Door, limit: RateLimit, label: string, what: string): Promise<void> {
  const { success } = await limit.limit({ key: await keyed(c.var.rt, `rate:${label}`, what) });
  if (!success) throw new Refusal("rate_limited", { headers: { "Retry-After": "60" } });
}

/** Counts this request against its caller and the address it names. Refuses rate_limited. */
export async function limitRate(c: Door, address?: string): Promise<void> {
  const { bindings } = c.var.rt;
  const caller = callerOf(c);
  await Promise.all([
    caller === undefined ? undefined : count(c, bindings.RATE_IP, "ip", caller),
    address === undefined ? undefined : count(c, bindings.RATE_ADDRESS, "address", address),
  ]);
}

/** Counts a plain form against its caller: it costs them no proof of work, and a mail to whomever they name. */
export async function limitForms(c: Door): Promise<void> {
  const caller = callerOf(c);
  if (caller !== undefined) await count(c, c.var.rt.bindings.RATE_FORM, "form", caller);
}

/** The credential of an `Authorization: Bearer` header, if there is one. */
export function bearer(c: Door): string | undefined {
  return /^Bearer (\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
}

const HOUR = 3_600_000;

/** Whether the API key of a request, which `requireScope` let through, also has another scope. */
export const hasScope = (c: Door, scope: Scope): boolean => c.var.scopes.includes(scope);

/** Lets a request through that carries an API key with one of `scopes`. Refuses unauthorized and forbidden. */
export function requireScope(...scopes: readonly Scope[]): MiddlewareHandler<House> {
  return async (c, next) => {
    const { rt } = c.var;
    const text = bearer(c);
    const key = text === undefined ? undefined : await findApiKey(rt.db, await sha256(text));
    if (!key) throw new Refusal("unauthorized", { headers: { "WWW-Authenticate": "Bearer" } });
    if (!scopes.some((scope) => key.scopes.includes(scope))) throw new Refusal("forbidden");
    c.set("apiKey", key.id);
    c.set("scopes", key.scopes);
    // To the hour, so that a busy key is no stream of writes. A key is never in a link, so no scanner comes this way.
    const now = rt.now();
    if (now - (key.usedAt ?? 0) >= HOUR) rt.later(commit(rt, [markKeyUsed(rt.db, key.id, now)]));
    await next();
  };
}

/**
 * Says of a reply that it is nobody's secret: any page may read it, and keep it for as long as `cacheControl` says. Without
 * `modified`, as of a list from which things go, it is known again by its ETag alone.
 */
export function openToAll(c: Door, cacheControl: string, modified?: Date): void {
  c.header("Cache-Control", cacheControl);
  if (modified) c.header("Last-Modified", modified.toUTCString());
  c.header("Access-Control-Allow-Origin", "*");
  c.header("Vary", "Accept-Language", { append: true });
}
