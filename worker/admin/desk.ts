import type { Handler } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { mayDo, type Permission } from "../platform/access.ts";
import { base64url, sameInConstantTime } from "../platform/bytes.ts";
import { Refusal } from "../platform/errors.ts";
import { type Door, type House, languageOf, readForm } from "../platform/http.ts";
import type { Language } from "../platform/languages.ts";
import type { Runtime } from "../platform/runtime.ts";
import { keyed } from "../platform/tokens.ts";
import { findVisitor, isBehindAccess, type Visitor } from "../staff/session.ts";
import type { Member } from "../staff/store.ts";
import { replyRefused } from "./refused.tsx";

/** Cookies are named with __Host-: bound to this host, sent over HTTPS only (RFC 6265bis section 4.1.3.2). */
const SESSION = "fineprint";
const NONCE = "fineprint-form";
const COOKIE = { prefix: "host", secure: true, path: "/", httpOnly: true, sameSite: "Lax" } as const;

/**
 * What a screen asks of who looks: a permission of the table (platform/access.ts); "any" member; or "account", which is
 * open even to those who still have to sign in by passkey.
 */
type Need = Permission | "any" | "account";

/** A page being made for somebody: who they are, what they may do, and in which language. */
export interface Desk {
  c: Door;
  rt: Runtime;
  lang: Language;
  /** Null for pages that are open to those who are not signed in. */
  visitor: Visitor | null;
  /** Goes with every form; see `checkForm`. */
  formToken: string;
  may(permission: Permission): boolean;
}

export interface StaffDesk extends Desk {
  visitor: Visitor;
  member: Member;
}

export type Form = Readonly<Record<string, string>>;
type Reply = Response | Promise<Response>;

/** A page for members of staff. Who is not signed in is led to the sign-in; who may not see it is told who can help. */
export const screen = (need: Need, show: (desk: StaffDesk) => Reply): Handler<House> =>
  guarded(need, (desk) => show(desk));

/** What a form of a page for members does. Refuses form_stale for a form that did not come from our own page. */
export const action = (need: Need, act: (desk: StaffDesk, form: Form) => Reply): Handler<House> =>
  guarded(need, async (desk) => act(desk, await checkForm(desk)));

/** A page for who is not signed in yet. */
export const openScreen =
  (show: (desk: Desk) => Reply): Handler<House> =>
  async (c) => {
    const desk = await openDesk(c);
    return attempt(desk, () => show(desk));
  };

/** What a form of such a page does. Refuses as `action` does. */
export const openAction =
  (act: (desk: Desk, form: Form) => Reply): Handler<House> =>
  async (c) => {
    const desk = await openDesk(c);
    return attempt(desk, async () => act(desk, await checkForm(desk)));
  };

function guarded(need: Need, show: (desk: StaffDesk) => Reply): Handler<House> {
  return async (c) => {
    const outside = await openDesk(c);
    return attempt(outside, async () => {
      const desk = await staffDesk(c, outside);
      if (desk === undefined) return sendToSignIn(c);
      return attempt(desk, () => {
        if (desk.visitor.needsPasskey && need !== "account") throw new Refusal("passkey_needed");
        if (need !== "account" && need !== "any" && !desk.may(need)) throw new Refusal("forbidden");
        return show(desk);
      });
    });
  };
}

async function attempt(desk: Desk, make: () => Reply): Promise<Response> {
  try {
    return await make();
  } catch (error) {
    if (error instanceof Refusal) return replyRefused(desk, error);
    throw error;
  }
}

async function openDesk(c: Door): Promise<Desk> {
  const { rt } = c.var;
  let nonce = getCookie(c, NONCE, "host");
  if (!nonce) {
    nonce = base64url(rt.random(16));
    setCookie(c, NONCE, nonce, COOKIE);
  }
  const formToken = await keyed(rt, "form", `nonce:${nonce}`);
  return { c, rt, lang: languageOf(c), visitor: null, formToken, may: () => false };
}

async function staffDesk(c: Door, desk: Desk): Promise<StaffDesk | undefined> {
  const { rt } = c.var;
  const visitor = await findVisitor(rt, getCookie(c, SESSION, "host"), c.req.header("cf-access-jwt-assertion"));
  if (!visitor) return undefined;
  const { member, session } = visitor;
  return {
    ...desk,
    lang: languageOf(c, member.lang),
    visitor,
    member,
    // Behind Access there is no session of ours; the browser's own cookie stands in for it.
    formToken: session ? await keyed(rt, "form", `session:${session.id}`) : desk.formToken,
    may: (permission) => mayDo(member.role, permission),
  };
}

/** A page that was asked for is shown after signing in; a form that was sent is not done, and its sender told so. */
function sendToSignIn(c: Door): Response {
  // Who is out already has what they asked for.
  const isOut = c.req.path === "/admin/sign-out";
  if ((c.req.method !== "GET" && !isOut) || isBehindAccess(c.var.rt)) throw new Refusal("unauthorized");
  const { pathname, search } = new URL(c.req.url);
  const next = pathname === "/admin" || isOut ? "" : `?${new URLSearchParams({ next: pathname + search })}`;
  return c.redirect(`/admin/sign-in${next}`, 303);
}

/**
 * The fields of a form that came from our own page: the browser says so (Origin, Sec-Fetch-Site), and it carries the
 * token of this session, or, signed out, of this browser's cookie. Refuses form_stale.
 */
async function checkForm({ c, rt, formToken }: Desk): Promise<Form> {
  const origin = c.req.header("origin");
  const isOurs = origin === rt.settings.ORIGIN || origin === new URL(c.req.url).origin;
  const site = c.req.header("sec-fetch-site") ?? "same-origin";
  const form = await readForm(c);
  if (!isOurs || site !== "same-origin" || !sameInConstantTime(form["form-token"] ?? "", formToken)) {
    throw new Refusal("form_stale");
  }
  return form;
}

/** Makes this browser signed in. */
export function giveSession({ c, rt }: Desk, cookie: string): void {
  setCookie(c, SESSION, cookie, { ...COOKIE, maxAge: Math.round(rt.settings.STAFF_SESSION_HOURS * 3_600) });
}

/** Makes this browser forget its session. */
export function takeSession({ c }: Desk): void {
  setCookie(c, SESSION, "", { ...COOKIE, maxAge: 0 });
}

/** Goes on to a page after a form has done its work; `done` names what the page then says has happened. */
export function goTo({ c }: Desk, path: string, done?: string): Response {
  const query = done === undefined ? "" : `${path.includes("?") ? "&" : "?"}done=${done}`;
  return c.redirect(`${path}${query}`, 303);
}
