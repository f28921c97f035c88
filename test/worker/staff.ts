/** What the tests of /admin share: members of staff, their browsers, and forms as a browser sends them. */
import type { Role } from "../../worker/platform/access.ts";
import { sha256 } from "../../worker/platform/bytes.ts";
import { keyed } from "../../worker/platform/tokens.ts";
import { freshAddress, ORIGIN, type TestHouse } from "./house.ts";

/** What a browser sends along, and the token in the forms that it is shown. */
export interface Browser {
  headers: { Cookie: string; "Accept-Language": string };
  formToken: string;
}

export interface Member {
  member: string;
  email: string;
}

export interface SignedIn extends Member, Browser {
  session: string;
}

const HOUR = 3_600_000;

/** A new member of staff of a role, signed in nowhere. */
export async function addMember(house: TestHouse, role: Role, lang = "en"): Promise<Member> {
  const member = crypto.randomUUID();
  const email = freshAddress();
  const { now } = house.clock;
  await house.rows(
    `insert into staff_members (id, email, name, role, lang, version, changed_at, created_at, signed_in_at)
      values (?, ?, ?, ?, ?, 1, ?, ?, ?)`,
    ...[member, email, `The ${role}`, role, lang, now, now, now],
  );
  return { member, email };
}

/** A browser in which a member has signed in, an hour long. */
export async function openSession(
  house: TestHouse,
  { member, email }: Member,
  { method = "link", lang = "en" } = {},
): Promise<SignedIn> {
  const [session, cookie] = [crypto.randomUUID(), crypto.randomUUID()];
  const { now } = house.clock;
  await house.rows(
    `insert into staff_sessions (id, hash, member_id, method, device, created_at, expires_at)
      values (?, ?, ?, ?, 'Firefox, Linux', ?, ?)`,
    ...[session, await sha256(cookie), member, method, now, now + HOUR],
  );
  return {
    member,
    email,
    session,
    headers: { Cookie: `__Host-fineprint=${cookie}`, "Accept-Language": lang },
    formToken: await keyed(house.rt, "form", `session:${session}`),
  };
}

/** A new member of staff of a role, signed in by mail or as `options` say. */
export async function signedIn(
  house: TestHouse,
  role: Role,
  options: { method?: "link" | "passkey"; lang?: string } = {},
): Promise<SignedIn> {
  return openSession(house, await addMember(house, role, options.lang), options);
}

/** A page as someone sees it. */
export const getPage = (house: TestHouse, path: string, { headers }: Pick<Browser, "headers">): Promise<Response> =>
  house.fetch(path, { headers });

/** Sends a form of a page under /admin, as a browser does. */
export const postForm = (
  house: TestHouse,
  path: string,
  fields: Readonly<Record<string, string>>,
  { headers, formToken }: Browser,
): Promise<Response> =>
  house.fetch(path, {
    method: "POST",
    headers: { ...headers, Origin: ORIGIN, "Sec-Fetch-Site": "same-origin" },
    body: new URLSearchParams({ "form-token": formToken, ...fields }),
  });

/** A browser in which nobody is signed in, with the sign-in page open. */
export async function newBrowser(house: TestHouse, lang = "en"): Promise<Browser> {
  const page = await house.fetch("/admin/sign-in", { headers: { "Accept-Language": lang } });
  const headers = { Cookie: cookiesOf(page), "Accept-Language": lang };
  return { headers, formToken: formTokenIn(await page.text()) };
}

/** The browser in which a reply has just signed someone in, with their account page open. */
export async function enteredBy(house: TestHouse, reply: Response, lang = "en"): Promise<Browser> {
  const headers = { Cookie: cookiesOf(reply), "Accept-Language": lang };
  const page = await house.fetch("/admin/account", { headers });
  return { headers, formToken: formTokenIn(await page.text()) };
}

const cookiesOf = (reply: Response): string =>
  reply.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");

function formTokenIn(html: string): string {
  const token = /name="form-token" value="([^"]+)"/.exec(html)?.[1];
  if (token === undefined) throw new Error(`No form in: ${html}`);
  return token;
}

/** Whether a browser is still signed in. */
export const isIn = async (house: TestHouse, browser: Pick<Browser, "headers">): Promise<boolean> =>
  (await getPage(house, "/admin/account", browser)).status === 200;

/** The ledger's entries about a member of staff, oldest first. */
export async function entriesAbout(house: TestHouse, member: string): Promise<Record<string, unknown>[]> {
  const rows = await house.rows<{ kind: string; body: string }>(
    "select kind, body from ledger_entries where subject = ? order by seq",
    `staff:${member}`,
  );
  return rows.map(({ kind, body }) => ({ kind, ...JSON.parse(body) }));
}

/** Everything that stands in the database, as text. */
export async function everything({ rows }: TestHouse): Promise<string> {
  const tables = await rows<{ name: string }>(
    "select name from sqlite_master where type = 'table' and name not like '\\_cf%' escape '\\' order by name",
  );
  return JSON.stringify(await Promise.all(tables.map(async ({ name }) => [name, await rows(`select * from ${name}`)])));
}
