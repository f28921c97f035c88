import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { METHOD_NAME_ALL } from "hono/router";
import { openAPIRouteHandler } from "hono-openapi";
import { z } from "zod";
import { adminRoutes } from "./admin/routes.ts";
import { conversationRoutes } from "./contact/conversation-routes.ts";
import { myConversationRoutes } from "./contact/me-routes.ts";
import { personRoutes } from "./contact/person-routes.ts";
import { contactRoutes } from "./contact/routes.ts";
import { FILE_BYTES, FORM_BYTES } from "./contact/shapes.ts";
import { uploadRoutes } from "./contact/upload-routes.ts";
import { importRoutes } from "./customers/import-routes.ts";
import { customerOf } from "./customers/panel-routes.ts";
import { registrationRoutes } from "./customers/registration-routes.ts";
import { customersRoutes } from "./customers/routes.ts";
import { findByNumber } from "./customers/store.ts";
import { devRoutes } from "./dev/routes.tsx";
import { inventory } from "./inventory.ts";
import { ledgerRoutes } from "./ledger/routes.ts";
import { mailRoutes } from "./mail/routes.ts";
import { actionRoutes } from "./newsletter/action-routes.ts";
import { archiveRoutes } from "./newsletter/archive-routes.ts";
import { campaignRoutes } from "./newsletter/campaign-routes.ts";
import { figuresRoutes } from "./newsletter/figures-routes.ts";
import { leaveRoutes } from "./newsletter/leave-routes.ts";
import { listImportRoutes } from "./newsletter/list-import-routes.ts";
import { listRoutes } from "./newsletter/list-routes.ts";
import { myNewsletterRoutes } from "./newsletter/me-routes.ts";
import { preferencesRoutes } from "./newsletter/preferences-routes.ts";
import { receiptRoutes } from "./newsletter/receipt-routes.ts";
import { newsletterRoutes } from "./newsletter/routes.ts";
import { segmentRoutes } from "./newsletter/segment-routes.ts";
import { mayDo } from "./platform/access.ts";
import { newChallenge } from "./platform/challenge.ts";
import { problemOf, Refusal } from "./platform/errors.ts";
import {
  BODY_LIMIT,
  cors,
  type Door,
  FILE_LIMIT,
  type House,
  isForm,
  languageOf,
  limitRate,
  requestIdOf,
} from "./platform/http.ts";
import { logFailure } from "./platform/log.ts";
import { describe } from "./platform/openapi.ts";
import { replyRefusal } from "./platform/page.tsx";
import { type Chance, createRuntime, type Runtime } from "./platform/runtime.ts";
import { securityTxt } from "./platform/security-txt.ts";
import { ping } from "./platform/store.ts";
import { embedRoutes } from "./policy/embed-routes.ts";
import { evidenceRoutes } from "./policy/evidence-routes.ts";
import { myNoticeRoutes } from "./policy/me-routes.ts";
import { policyRoutes } from "./policy/routes.ts";
import { policyDateInForce } from "./policy/version.ts";
import { versionRoutes } from "./policy/version-routes.ts";
import { findMember, findMemberByEmail } from "./staff/store.ts";

/** Addresses that take files: whoever sends to them is known by a key or a session (docs/decisions/0013). */
const TAKES_FILES =
  /^\/(admin\/(policy|newsletters|contact)\/|v1\/policy\/versions$|v1\/campaigns(\/|$)|(admin|v1)\/(customers|subscribers)\/imports\/)/;

/** Addresses that take files of anybody's, and the bytes that are read there: one file by itself, or all those of a form. */
const ATTACHMENT_LIMITS: Readonly<Record<string, number>> = {
  "/v1/contact/files": FILE_BYTES + BODY_LIMIT,
  "/contact/conversation": FORM_BYTES + BODY_LIMIT,
};

/** Forms of an answer, by which staff send the files of a form along. */
const ANSWERS = /^\/admin\/contact\/[^/]+\/(answer|draft|insert)$/;

const limitBody = (maxSize: number) =>
  bodyLimit({
    maxSize,
    onError: () => {
      throw new Refusal("body_too_large");
    },
  });

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/** Whether an id is that of a member of staff who reads conversations. */
async function mayHandle(rt: Runtime, id: string): Promise<boolean> {
  const member = await findMember(rt.db, id);
  return member !== undefined && mayDo(member.role, "contact:read");
}

/** The whole HTTP side: what every request goes through, the rooms' routes, and one place where refusals become replies. */
export function createApp(chance: Chance): Hono<House> {
  const app = new Hono<House>();

  app.use(async (c, next) => {
    c.set(
      "rt",
      createRuntime(c.env, chance, (work) => c.executionCtx.waitUntil(work)),
    );
    c.header("X-Content-Type-Options", "nosniff");
    c.header("Cache-Control", "no-store");
    await next();
  });
  app.use("/v1/*", cors);
  const [takeBody, takeFile] = [limitBody(BODY_LIMIT), limitBody(FILE_LIMIT)];
  const takeAttachments = new Map(Object.entries(ATTACHMENT_LIMITS).map(([path, most]) => [path, limitBody(most)]));
  const takeAnswer = limitBody(FORM_BYTES + BODY_LIMIT);
  app.use((c, next) => {
    if (ANSWERS.test(c.req.path)) return takeAnswer(c, next);
    const take = takeAttachments.get(c.req.path) ?? (TAKES_FILES.test(c.req.path) ? takeFile : takeBody);
    return take(c, next);
  });

  app.route("/", embedRoutes);
  app.route("/", myNoticeRoutes);
  app.route("/", versionRoutes({ inventory }));
  app.route("/", evidenceRoutes);
  app.route("/", policyRoutes);
  app.route("/", importRoutes);
  app.route("/", listImportRoutes);
  app.route("/", actionRoutes);
  app.route("/", segmentRoutes);
  app.route("/", listRoutes);
  app.route("/", archiveRoutes);
  app.route("/", newsletterRoutes({ policyDateInForce }));
  app.route("/", preferencesRoutes({ policyDateInForce }));
  app.route("/", receiptRoutes);
  app.route("/", leaveRoutes);
  app.route("/", myNewsletterRoutes({ policyDateInForce, signedIn: (c) => customerOf(c, findByNumber) }));
  app.route("/", figuresRoutes);
  app.route("/", campaignRoutes({ isStaff: async (rt, email) => !!(await findMemberByEmail(rt.db, email)) }));
  app.route("/", customersRoutes);
  app.route("/", registrationRoutes({ policyDateInForce }));
  app.route("/", contactRoutes);
  app.route("/", uploadRoutes);
  app.route("/", personRoutes);
  app.route("/", myConversationRoutes);
  app.route("/", conversationRoutes({ mayHandle }));
  app.route("/", mailRoutes);
  app.route("/", ledgerRoutes);
  app.route("/", adminRoutes);
  app.route("/", devRoutes);

  const tag = "machines";
  app.get(
    "/v1/challenge",
    describe({
      tag,
      summary: "A proof-of-work challenge (altcha v2), or null when none is asked",
      replies: { 200: z.object({ challenge: z.object({}).loose().nullable() }) },
    }),
    async (c) => {
      await limitRate(c);
      c.header("Access-Control-Allow-Origin", "*");
      return c.json({ challenge: await newChallenge(c.var.rt) });
    },
  );
  app.get(
    "/health",
    describe({ tag, summary: "Whether it works", replies: { 200: z.object({ status: z.literal("ok") }) } }),
    async (c) => {
      await ping(c.var.rt.db);
      return c.json({ status: "ok" });
    },
  );
  app.get(
    "/.well-known/security.txt",
    describe({ tag, summary: "Where to report a security problem (RFC 9116)", replies: { 200: "text/plain" } }),
    (c) => c.text(securityTxt(c.var.rt), 200, { "Cache-Control": "public, max-age=3600" }),
  );
  app.get("/openapi.json", openAPIRouteHandler(app, { documentation, excludeStaticFile: false }));

  app.notFound((c) => {
    const allowed = METHODS.filter((method) =>
      app.router.match(method, c.req.path)[0].some(([[, route]]) => route.method !== METHOD_NAME_ALL),
    );
    if (allowed.length === 0) return reply(c, new Refusal("not_found"));
    return reply(c, new Refusal("method_not_allowed", { headers: { Allow: allowed.join(", ") } }));
  });

  app.onError((error, c) => {
    if (error instanceof Refusal) return reply(c, error);
    logFailure("request", error, { requestId: requestIdOf(c), method: c.req.method, route: c.req.routePath });
    return reply(c, new Refusal("internal"));
  });

  return app;
}

const documentation = {
  info: {
    title: "Fineprint",
    version: "0.1.0",
    description: "Policy notices, newsletter and contact. Refusals are RFC 9457 problem documents with a code.",
  },
  components: {
    securitySchemes: {
      apiKey: { type: "http" as const, scheme: "bearer", description: "An API key with the scope named" },
      panelToken: { type: "http" as const, scheme: "bearer", bearerFormat: "JWT", description: "A panel token" },
    },
  },
};

/** A refusal as a page for people and as a problem document for programs. */
function reply(c: Door, refusal: Refusal) {
  for (const [name, value] of Object.entries(refusal.headers)) c.header(name, value);
  // Without settings there is no runtime, and no page can be drawn.
  const forPeople = "rt" in c.var && (c.req.header("accept") ?? "").includes("text/html");
  if (forPeople && (!c.req.path.startsWith("/v1/") || isForm(c))) {
    return replyRefusal(c, languageOf(c), refusal.code, refusal.status);
  }
  const problem = problemOf(refusal, requestIdOf(c));
  return c.body(JSON.stringify(problem), refusal.status, { "Content-Type": "application/problem+json" });
}
