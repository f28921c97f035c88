/** What the tests of /admin share: members of staff, their browsers, and forms as a browser sends them. */
import type { Role } from "../../worker/platform/access.ts";
import { sha256 } from "../../worker/platform/bytes.ts";
import { keyed } from "../../worker/platform/tokens.ts";
import { freshAddress, linkIn, ORIGIN, type TestHouse } from "./house.ts";

/** What a browser sends along, and the token in the forms that it is shown. */
export interface Browser {
  headers: Readonly<Record<string, string>>;
  formToken: string;
}

export interface Member {
  member: string;
  email: string;
}

export interface SignedIn extends Member, Browser {
  session: string;
  headers: { Cookie: string; "Accept-Language": string };
}

const HOUR = 3_600_000;
/** Where the link of a sign-in mail leads. */
export const LINK = "/admin/sign-in/link";

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

/** Gives a member a passkey that no authenticator has. */
export const addPasskeyRow = (house: TestHouse, { member }: Member) =>
  house.rows(
    `insert into staff_passkeys (id, member_id, name, public_key, counter, transports, created_at)
      values (?, ?, 'Key ring', 'x', 0, '[]', 0)`,
    ...[crypto.randomUUID(), member],
  );

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

/** Fills in the form that asks for a sign-in link. */
export const askLink = async (house: TestHouse, email: string, more: Record<string, string> = {}): Promise<Response> =>
  postForm(house, "/admin/sign-in", { email, ...more }, await newBrowser(house));

/** The token in the newest mail to an address, which links to `path`. */
export async function mailedToken(house: TestHouse, email: string, path = LINK): Promise<string> {
  const link = linkIn((await house.mailsTo(email)).at(-1), path);
  return new URL(link, ORIGIN).searchParams.get("token") ?? "";
}

/** Presses the button of the page that a link in a mail opens. */
export const press = async (
  house: TestHouse,
  token: string,
  { path = LINK, by }: { path?: string; by?: Browser } = {},
): Promise<Response> => postForm(house, path, { token }, by ?? (await newBrowser(house)));

/** Signs a member in by mail; gives the reply to the press of the button. */
export async function enterByMail(house: TestHouse, email: string): Promise<Response> {
  await askLink(house, email);
  return press(house, await mailedToken(house, email));
}

/** The browser in which a reply has just signed someone in. */
export const enteredBy = (house: TestHouse, reply: Response, lang = "en"): Promise<Browser> =>
  browserWith(house, { Cookie: cookiesOf(reply), "Accept-Language": lang });

/** The browser that sends these headers, with the account page open. */
export async function browserWith(house: TestHouse, headers: Browser["headers"]): Promise<Browser> {
  const page = await house.fetch("/admin/account", { headers });
  const Cookie = [headers["Cookie"], cookiesOf(page)].filter(Boolean).join("; ");
  return { headers: { ...headers, Cookie }, formToken: formTokenIn(await page.text()) };
}

const cookiesOf = (reply: Response): string =>
  reply.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");

/** The session's cookie that a reply sets, whole. */
export const sessionCookie = (reply: Response): string | undefined =>
  reply.headers.getSetCookie().find((cookie) => cookie.startsWith("__Host-fineprint="));

function formTokenIn(html: string): string {
  const token = /name="form-token" value="([^"]+)"/.exec(html)?.[1];
  if (token === undefined) throw new Error(`No form in: ${html}`);
  return token;
}

/** Whether a browser is still signed in. */
export const isIn = async (house: TestHouse, browser: Pick<Browser, "headers">): Promise<boolean> =>
  (await getPage(house, "/admin/account", browser)).status === 200;

/** An entry of the ledger: what its body says, of what kind it is, and who did it. */
type Entry = Record<string, unknown> & { kind: string };

async function entriesWith(house: TestHouse, column: "subject" | "actor", member: string): Promise<Entry[]> {
  const rows = await house.rows<{ kind: string; actor: string | null; body: string }>(
    `select kind, actor, body from ledger_entries where ${column} = ? order by seq`,
    `staff:${member}`,
  );
  return rows.map(({ kind, actor, body }) => ({ kind, by: actor?.replace("staff:", ""), ...JSON.parse(body) }));
}

/** The ledger's entries about a member of staff, oldest first. */
export const entriesAbout = (house: TestHouse, member: string): Promise<Entry[]> =>
  entriesWith(house, "subject", member);

/** The ledger's entries of what a member of staff did, oldest first. */
export const entriesBy = (house: TestHouse, member: string): Promise<Entry[]> => entriesWith(house, "actor", member);

/** Everything that stands in the database, as text. */
export async function everything({ rows }: TestHouse): Promise<string> {
  const tables = await rows<{ name: string }>(
    "select name from sqlite_master where type = 'table' and name not like '\\_cf%' escape '\\' order by name",
  );
  return JSON.stringify(await Promise.all(tables.map(async ({ name }) => [name, await rows(`select * from ${name}`)])));
}
