/**
 * Who may use which route: written down by hand and apart from the worker, so that the one is held against the other.
 * A route that is missing here, or here alone, fails the test.
 */
import type { Role } from "../../worker/platform/access.ts";

export const EVERYONE: readonly Role[] = ["owner", "marketing", "support", "privacy", "auditor"];
const MAIL_WRITERS: readonly Role[] = ["owner", "marketing", "support"];
const LEDGER_READERS: readonly Role[] = ["owner", "privacy", "auditor"];
const CUSTOMER_READERS: readonly Role[] = ["owner", "support", "privacy", "auditor"];
const CUSTOMER_WRITERS: readonly Role[] = ["owner", "support"];
const LIST_READERS: readonly Role[] = ["owner", "marketing", "privacy", "auditor"];
const LIST_WRITERS: readonly Role[] = ["owner", "marketing"];
const LIST_EXPORTERS: readonly Role[] = ["owner", "marketing", "privacy"];
const VERIFIERS: readonly Role[] = ["owner", "privacy"];
const POLICY_READERS: readonly Role[] = ["owner", "privacy", "auditor"];
const POLICY_WRITERS: readonly Role[] = ["owner", "privacy"];
const LOOKERS: readonly Role[] = ["owner", "auditor"];
const OWNER: readonly Role[] = ["owner"];

export interface StaffRoute {
  roles: readonly Role[];
  /** What those get who may: an empty form is often refused (422), which is past the guard. */
  reply: number;
  /** What they get who still have to sign in by passkey, where that is not the way to their account page. */
  demanded?: number;
  /** What they get who are not signed in, where that is not usual. */
  outside?: string;
}

const route = (roles: readonly Role[], reply: number, demanded?: number): StaffRoute => ({
  roles,
  reply,
  ...(demanded === undefined ? {} : { demanded }),
});

/** Routes for members of staff. */
export const STAFF_ROUTES: Readonly<Record<string, StaffRoute>> = {
  "GET /admin": route(EVERYONE, 200),
  "GET /admin/help": route(EVERYONE, 200),
  // What is not there.
  "GET /admin/*": route(EVERYONE, 404),
  "GET /admin/account": route(EVERYONE, 200, 200),
  "POST /admin/account": route(EVERYONE, 422),
  "POST /admin/account/passkeys": route(EVERYONE, 422, 422),
  "GET /admin/account/passkeys/remove": route(EVERYONE, 404, 404),
  "POST /admin/account/passkeys/remove": route(EVERYONE, 303),
  "POST /admin/account/sessions/end": route(EVERYONE, 303, 303),
  "POST /admin/account/sessions/end-others": route(EVERYONE, 303, 303),
  // Who is out already is led to the sign-in.
  "POST /admin/sign-out": { ...route(EVERYONE, 303, 303), outside: "to sign-in" },
  "GET /admin/outbox": route(EVERYONE, 200),
  "GET /admin/outbox/:id": route(EVERYONE, 200),
  "GET /admin/outbox/:id/html": route(EVERYONE, 200),
  "POST /admin/outbox/:id/retry": route(MAIL_WRITERS, 303),
  "GET /admin/outbox/retry": route(MAIL_WRITERS, 200),
  "POST /admin/outbox/retry": route(MAIL_WRITERS, 303),
  "GET /admin/customers": route(CUSTOMER_READERS, 200),
  "GET /admin/customers/new": route(CUSTOMER_WRITERS, 200),
  "POST /admin/customers/new": route(CUSTOMER_WRITERS, 422),
  "GET /admin/customers/:id": route(CUSTOMER_READERS, 200),
  "POST /admin/customers/:id": route(CUSTOMER_WRITERS, 422),
  "GET /admin/customers/:id/close": route(CUSTOMER_WRITERS, 200),
  "POST /admin/customers/:id/close": route(CUSTOMER_WRITERS, 303),
  "GET /admin/customers/imports": route(CUSTOMER_WRITERS, 200),
  "POST /admin/customers/imports": route(CUSTOMER_WRITERS, 422),
  "POST /admin/customers/imports/file": route(CUSTOMER_WRITERS, 422),
  // The import of the test is over: it shows what came of it, and takes no orders.
  "GET /admin/customers/imports/:id": route(CUSTOMER_WRITERS, 200),
  "GET /admin/customers/imports/:id/faults.csv": route(CUSTOMER_WRITERS, 200),
  "POST /admin/customers/imports/:id/parts/:part": route(CUSTOMER_WRITERS, 404),
  "POST /admin/customers/imports/:id/start": route(CUSTOMER_WRITERS, 409),
  "POST /admin/customers/imports/:id/pause": route(CUSTOMER_WRITERS, 409),
  "POST /admin/customers/imports/:id/resume": route(CUSTOMER_WRITERS, 409),
  "GET /admin/customers/imports/:id/cancel": route(CUSTOMER_WRITERS, 200),
  "POST /admin/customers/imports/:id/cancel": route(CUSTOMER_WRITERS, 409),
  "GET /admin/subscribers/imports": route(LIST_READERS, 200),
  "POST /admin/subscribers/imports": route(LIST_WRITERS, 422),
  "POST /admin/subscribers/imports/file": route(LIST_WRITERS, 422),
  "GET /admin/subscribers/imports/:id": route(LIST_READERS, 200),
  "GET /admin/subscribers/imports/:id/faults.csv": route(LIST_READERS, 200),
  "POST /admin/subscribers/imports/:id/parts/:part": route(LIST_WRITERS, 404),
  "POST /admin/subscribers/imports/:id/start": route(LIST_WRITERS, 409),
  "POST /admin/subscribers/imports/:id/pause": route(LIST_WRITERS, 409),
  "POST /admin/subscribers/imports/:id/resume": route(LIST_WRITERS, 409),
  "GET /admin/subscribers/imports/:id/cancel": route(LIST_WRITERS, 200),
  "POST /admin/subscribers/imports/:id/cancel": route(LIST_WRITERS, 409),
  "POST /admin/customers/:id/mail/stop": route(CUSTOMER_WRITERS, 303),
  "POST /admin/customers/:id/mail/allow": route(CUSTOMER_WRITERS, 303),
  "GET /admin/subscribers": route(LIST_READERS, 200),
  "POST /admin/subscribers/export": route(LIST_EXPORTERS, 200),
  "GET /admin/subscribers/segments": route(LIST_READERS, 200),
  "POST /admin/subscribers/segments": route(LIST_WRITERS, 422),
  "GET /admin/subscribers/segments/new": route(LIST_WRITERS, 200),
  "GET /admin/subscribers/segments/:id": route(LIST_READERS, 200),
  "POST /admin/subscribers/segments/:id": route(LIST_WRITERS, 422),
  "GET /admin/subscribers/segments/:id/remove": route(LIST_WRITERS, 200),
  "POST /admin/subscribers/segments/:id/remove": route(LIST_WRITERS, 303),
  "GET /admin/subscribers/labels": route(LIST_READERS, 200),
  "POST /admin/subscribers/labels": route(LIST_WRITERS, 422),
  // Without a name in the address or the form.
  "GET /admin/subscribers/labels/remove": route(LIST_WRITERS, 404),
  "POST /admin/subscribers/labels/remove": route(LIST_WRITERS, 422),
  "GET /admin/subscribers/actions": route(LIST_READERS, 200),
  "POST /admin/subscribers/actions": route(LIST_WRITERS, 422),
  "GET /admin/subscribers/actions/new": route(LIST_WRITERS, 200),
  "GET /admin/subscribers/actions/:id": route(LIST_READERS, 200),
  // The action of the test is none that can be undone.
  "GET /admin/subscribers/actions/:id/undo": route(LIST_WRITERS, 404),
  "POST /admin/subscribers/actions/:id/undo": route(LIST_WRITERS, 409),
  "GET /admin/subscribers/:id": route(LIST_READERS, 200),
  "POST /admin/subscribers/:id": route(LIST_WRITERS, 422),
  "POST /admin/subscribers/:id/resend": route(LIST_WRITERS, 303),
  "GET /admin/subscribers/:id/leave": route(LIST_WRITERS, 200),
  "POST /admin/subscribers/:id/leave": route(LIST_WRITERS, 303),
  "GET /admin/subscribers/:id/erase": route(LIST_WRITERS, 200),
  "POST /admin/subscribers/:id/erase": route(LIST_WRITERS, 303),
  "GET /admin/policy/versions/:date": route(POLICY_READERS, 200),
  "POST /admin/policy/versions/:date/pause": route(POLICY_WRITERS, 303),
  "POST /admin/policy/versions/:date/resume": route(POLICY_WRITERS, 303),
  "POST /admin/policy/versions/:date/export": route(POLICY_READERS, 200),
  "GET /admin/policy": route(POLICY_READERS, 200),
  "POST /admin/policy/drafts": route(POLICY_WRITERS, 303),
  "GET /admin/policy/drafts/:id": route(POLICY_READERS, 200),
  "POST /admin/policy/drafts/:id": route(POLICY_WRITERS, 422),
  "POST /admin/policy/drafts/:id/preview": route(POLICY_WRITERS, 422),
  "POST /admin/policy/drafts/:id/submit": route(POLICY_WRITERS, 422),
  "POST /admin/policy/drafts/:id/approve": route(POLICY_WRITERS, 422),
  "POST /admin/policy/drafts/:id/send-back": route(POLICY_WRITERS, 422),
  "POST /admin/policy/drafts/:id/take-back": route(POLICY_WRITERS, 422),
  "POST /admin/policy/drafts/:id/publish": route(POLICY_WRITERS, 422),
  "GET /admin/policy/drafts/:id/drop": route(POLICY_WRITERS, 200),
  "POST /admin/policy/drafts/:id/drop": route(POLICY_WRITERS, 422),
  "GET /admin/newsletters": route(LIST_READERS, 200),
  "POST /admin/newsletters/new": route(LIST_WRITERS, 303),
  // The newsletter of the test is a draft without a text.
  "GET /admin/newsletters/figures": route(LIST_READERS, 200),
  "GET /admin/newsletters/figures/growth.csv": route(LIST_READERS, 200),
  "GET /admin/newsletters/figures/campaigns.csv": route(LIST_READERS, 200),
  "GET /admin/newsletters/:id/figures.csv": route(LIST_READERS, 200),
  "GET /admin/newsletters/:id": route(LIST_READERS, 200),
  // A form that names no version is based on an older one, when somebody else wrote last.
  "POST /admin/newsletters/:id": route(LIST_WRITERS, 409),
  "POST /admin/newsletters/:id/count": route(LIST_WRITERS, 200),
  "GET /admin/newsletters/:id/preview": route(LIST_READERS, 200),
  "POST /admin/newsletters/:id/preview": route(LIST_WRITERS, 200),
  "POST /admin/newsletters/:id/copy": route(LIST_WRITERS, 303),
  "GET /admin/newsletters/:id/drop": route(LIST_WRITERS, 200),
  "POST /admin/newsletters/:id/drop": route(LIST_WRITERS, 422),
  "GET /admin/newsletters/:id/send": route(LIST_WRITERS, 200),
  "POST /admin/newsletters/:id/send": route(LIST_WRITERS, 422),
  "POST /admin/newsletters/:id/schedule": route(LIST_WRITERS, 422),
  "POST /admin/newsletters/:id/unschedule": route(LIST_WRITERS, 422),
  // It is not going out: who gives these orders is led to how it stands.
  "POST /admin/newsletters/:id/pause": route(LIST_WRITERS, 303),
  "POST /admin/newsletters/:id/resume": route(LIST_WRITERS, 303),
  "GET /admin/newsletters/:id/cancel": route(LIST_WRITERS, 409),
  "POST /admin/newsletters/:id/cancel": route(LIST_WRITERS, 303),
  "GET /admin/newsletters/:id/withdraw": route(LIST_WRITERS, 409),
  "POST /admin/newsletters/:id/withdraw": route(LIST_WRITERS, 303),
  "GET /admin/ledger": route(LEDGER_READERS, 200),
  "GET /admin/ledger/:id": route(LEDGER_READERS, 200),
  "POST /admin/ledger/verify": route(VERIFIERS, 303),
  "GET /admin/staff": route(LOOKERS, 200),
  "POST /admin/staff": route(OWNER, 422),
  "POST /admin/staff/roles": route(OWNER, 422),
  "GET /admin/staff/:id": route(LOOKERS, 200),
  "POST /admin/staff/:id": route(OWNER, 422),
  // The member of the test has been here before: there is no invitation to send again.
  "POST /admin/staff/:id/invite": route(OWNER, 404),
  "POST /admin/staff/:id/sessions/end": route(OWNER, 303),
  "GET /admin/staff/:id/remove": route(OWNER, 200),
  "POST /admin/staff/:id/remove": route(OWNER, 422),
  "GET /admin/staff/:id/reset-passkeys": route(OWNER, 200),
  "POST /admin/staff/:id/reset-passkeys": route(OWNER, 422),
  "GET /admin/keys": route(LOOKERS, 200),
  "POST /admin/keys": route(OWNER, 422),
  "GET /admin/keys/:id/revoke": route(OWNER, 200),
  "POST /admin/keys/:id/revoke": route(OWNER, 303),
};

/** Routes by which people come in, with what an empty form or an address without a token gets. */
export const OPEN_ROUTES: Readonly<Record<string, number>> = {
  "GET /admin/sign-in": 200,
  "POST /admin/sign-in": 422,
  "POST /admin/sign-in/passkey": 422,
  "GET /admin/sign-in/link": 400,
  "POST /admin/sign-in/link": 400,
  "GET /admin/join": 400,
  "POST /admin/join": 400,
};

/** Routes for programs: the scope that an API key must have, with what an empty body gets. */
export const SCOPED_ROUTES: Readonly<Record<string, { scope: string; reply: number }>> = {
  "POST /v1/policy/versions": { scope: "policy:write", reply: 422 },
  "GET /v1/policy/versions/:date/evidence": { scope: "policy:read", reply: 200 },
  "POST /v1/customers/imports": { scope: "customers:write", reply: 422 },
  "GET /v1/customers/imports/:id": { scope: "customers:read", reply: 404 },
  "PUT /v1/customers/imports/:id/parts/:part": { scope: "customers:write", reply: 415 },
  "POST /v1/customers/imports/:id/start": { scope: "customers:write", reply: 404 },
  "POST /v1/customers/imports/:id/pause": { scope: "customers:write", reply: 404 },
  "POST /v1/customers/imports/:id/resume": { scope: "customers:write", reply: 404 },
  "POST /v1/customers/imports/:id/cancel": { scope: "customers:write", reply: 404 },
  "GET /v1/customers/imports/:id/faults.csv": { scope: "customers:read", reply: 404 },
  "GET /v1/conversations": { scope: "contact:read", reply: 200 },
  "GET /v1/conversations/:id": { scope: "contact:read", reply: 404 },
  "POST /v1/conversations/:id/messages": { scope: "contact:write", reply: 422 },
  "PATCH /v1/conversations/:id": { scope: "contact:write", reply: 422 },
  "DELETE /v1/conversations/:id": { scope: "contact:write", reply: 404 },
  "POST /v1/conversations/:id/export": { scope: "contact:archive", reply: 404 },
  "GET /v1/conversations/:id/files/:file": { scope: "contact:read", reply: 404 },
  "GET /v1/contact/figures": { scope: "contact:read", reply: 200 },
  "GET /v1/subscribers/imports": { scope: "newsletter:read", reply: 200 },
  "POST /v1/subscribers/imports": { scope: "newsletter:write", reply: 422 },
  "GET /v1/subscribers/imports/:id": { scope: "newsletter:read", reply: 404 },
  "PUT /v1/subscribers/imports/:id/parts/:part": { scope: "newsletter:write", reply: 415 },
  "POST /v1/subscribers/imports/:id/start": { scope: "newsletter:write", reply: 422 },
  "POST /v1/subscribers/imports/:id/check": { scope: "newsletter:write", reply: 422 },
  "POST /v1/subscribers/imports/:id/pause": { scope: "newsletter:write", reply: 404 },
  "POST /v1/subscribers/imports/:id/resume": { scope: "newsletter:write", reply: 404 },
  "POST /v1/subscribers/imports/:id/cancel": { scope: "newsletter:write", reply: 404 },
  "GET /v1/subscribers/imports/:id/faults.csv": { scope: "newsletter:read", reply: 404 },
  "POST /v1/customers": { scope: "customers:write", reply: 422 },
  "GET /v1/customers": { scope: "customers:read", reply: 200 },
  "GET /v1/customers/:number": { scope: "customers:read", reply: 200 },
  "PUT /v1/customers/:number": { scope: "customers:write", reply: 422 },
  "DELETE /v1/customers/:number": { scope: "customers:write", reply: 200 },
  "GET /v1/subscribers": { scope: "newsletter:read", reply: 200 },
  "GET /v1/subscribers/count": { scope: "newsletter:read", reply: 200 },
  "POST /v1/subscribers/exports": { scope: "newsletter:export", reply: 200 },
  "GET /v1/subscribers/:id": { scope: "newsletter:read", reply: 404 },
  "PATCH /v1/subscribers/:id": { scope: "newsletter:write", reply: 404 },
  "DELETE /v1/subscribers/:id": { scope: "newsletter:write", reply: 404 },
  "POST /v1/subscribers/:id/leave": { scope: "newsletter:write", reply: 404 },
  "GET /v1/subscribers/sources": { scope: "newsletter:read", reply: 200 },
  "POST /v1/subscribers/:id/resend": { scope: "newsletter:write", reply: 404 },
  "GET /v1/subscribers/:id/timeline": { scope: "newsletter:read", reply: 404 },
  "POST /v1/subscribers/actions": { scope: "newsletter:write", reply: 422 },
  "GET /v1/subscribers/actions": { scope: "newsletter:read", reply: 200 },
  "GET /v1/subscribers/actions/:id": { scope: "newsletter:read", reply: 404 },
  "POST /v1/subscribers/actions/:id/undo": { scope: "newsletter:write", reply: 404 },
  "GET /v1/segments": { scope: "newsletter:read", reply: 200 },
  "POST /v1/segments": { scope: "newsletter:write", reply: 422 },
  "GET /v1/segments/:id": { scope: "newsletter:read", reply: 404 },
  "PUT /v1/segments/:id": { scope: "newsletter:write", reply: 422 },
  "DELETE /v1/segments/:id": { scope: "newsletter:write", reply: 404 },
  "GET /v1/newsletter/labels": { scope: "newsletter:read", reply: 200 },
  "POST /v1/newsletter/labels": { scope: "newsletter:write", reply: 422 },
  "DELETE /v1/newsletter/labels/:name": { scope: "newsletter:write", reply: 404 },
  "POST /v1/campaigns": { scope: "newsletter:write", reply: 422 },
  "GET /v1/campaigns": { scope: "newsletter:read", reply: 200 },
  "GET /v1/campaigns/audience": { scope: "newsletter:read", reply: 200 },
  "GET /v1/campaigns/:id": { scope: "newsletter:read", reply: 404 },
  "PATCH /v1/campaigns/:id": { scope: "newsletter:write", reply: 422 },
  "DELETE /v1/campaigns/:id": { scope: "newsletter:write", reply: 422 },
  "GET /v1/campaigns/:id/checks": { scope: "newsletter:read", reply: 404 },
  "POST /v1/campaigns/:id/preview": { scope: "newsletter:read", reply: 404 },
  "POST /v1/campaigns/:id/test": { scope: "newsletter:send", reply: 422 },
  "POST /v1/campaigns/:id/schedule": { scope: "newsletter:send", reply: 422 },
  "POST /v1/campaigns/:id/unschedule": { scope: "newsletter:send", reply: 422 },
  "POST /v1/campaigns/:id/send": { scope: "newsletter:send", reply: 422 },
  "POST /v1/campaigns/:id/pause": { scope: "newsletter:send", reply: 404 },
  "POST /v1/campaigns/:id/resume": { scope: "newsletter:send", reply: 404 },
  "POST /v1/campaigns/:id/cancel": { scope: "newsletter:send", reply: 404 },
  "POST /v1/campaigns/:id/withdraw": { scope: "newsletter:send", reply: 404 },
  "GET /v1/campaigns/:id/recipients": { scope: "newsletter:read", reply: 404 },
  "GET /v1/campaigns/:id/figures": { scope: "newsletter:read", reply: 404 },
  "GET /v1/newsletter/figures/growth": { scope: "newsletter:read", reply: 200 },
  "GET /v1/newsletter/figures/campaigns": { scope: "newsletter:read", reply: 200 },
  "GET /v1/outbox": { scope: "mail:read", reply: 200 },
  "POST /v1/outbox/:id/retry": { scope: "mail:write", reply: 202 },
};

/** What an API key can be allowed. */
export const ALL_SCOPES = [
  "customers:read",
  "customers:write",
  "policy:read",
  "policy:write",
  "mail:read",
  "mail:write",
];

/** Routes for a customer whom a panel token names. */
export const PANEL_ROUTES: Readonly<Record<string, number>> = {
  "GET /v1/me/notices": 200,
  "POST /v1/me/notices/:date/acknowledgement": 200,
  "POST /v1/me/notices/:date/shown": 200,
  "GET /v1/me/newsletter": 200,
  "PUT /v1/me/newsletter": 422,
};

/** Routes for everybody. */
export const PUBLIC_ROUTES: readonly string[] = [
  "GET /embed.js",
  "GET /w/:build/:lang/:file",
  "GET /v1/notices",
  "GET /v1/challenge",
  "GET /policy",
  "GET /policy/versions",
  "GET /policy/versions/:date",
  "GET /policy/versions/:date/:file{[a-z]{2}\\.md}",
  "GET /policy/compare",
  "GET /policy/feed.xml",
  "GET /policy/feed.json",
  "GET /v1/policy",
  "GET /v1/policy/versions",
  "GET /v1/policy/comparison",
  "POST /v1/newsletter/subscriptions",
  "POST /v1/newsletter/unsubscriptions",
  "GET /newsletter/confirm",
  "POST /newsletter/confirm",
  "GET /newsletter/preferences",
  "POST /newsletter/preferences",
  "GET /newsletter/receipt",
  "GET /newsletter/move-from",
  "POST /newsletter/move-from",
  "GET /newsletter/move-to",
  "POST /newsletter/move-to",
  "GET /newsletter/unsubscribe",
  "POST /newsletter/unsubscribe",
  "GET /newsletter/archive",
  "GET /newsletter/archive/feed.xml",
  "GET /newsletter/archive/feed.json",
  "GET /newsletter/archive/:slug",
  "POST /v1/registrations",
  "GET /register/sent",
  "GET /register/confirm",
  "POST /register/confirm",
  "POST /v1/contact/messages",
  "GET /contact/sent",
  "GET /contact/confirm",
  "POST /contact/confirm",
  "GET /v1/ledger/seals",
  "GET /v1/ledger/entries/:id/proof",
  "GET /health",
  "GET /.well-known/security.txt",
  "GET /openapi.json",
];

/** Routes that exist on a developer's machine only. */
export const DEVELOPMENT_ROUTES: readonly string[] = [
  "GET /dev/mailbox.json",
  "GET /dev/mailbox",
  "GET /dev/mailbox/:id",
  "POST /dev/staff",
  "POST /panel/token",
];

/** What requests pass on their way; none of these answers by itself but to a preflight. */
export const MIDDLEWARE: readonly string[] = [
  "ALL /*",
  "ALL /v1/*",
  "ALL /dev/*",
  "ALL /panel/token",
  "ALL /v1/customers/imports",
  "ALL /v1/campaigns/audience",
  "ALL /v1/subscribers/imports",
  "ALL /v1/subscribers/count",
  "ALL /v1/subscribers/sources",
  "ALL /v1/subscribers/exports",
  "ALL /v1/subscribers/actions",
];
