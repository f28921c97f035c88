/** How often each public request goes to D1 and back: at most twice (DESIGN.md 9). */
import { randomUUID } from "node:crypto";
import { SignJWT } from "jose";
import { printTable } from "../table.ts";
import { type BenchHouse, ORIGIN, PANEL_SECRET } from "./house.ts";
import { freshAddress } from "./load.ts";

const MOST = 2;

/** Walks the public requests twice: in an isolate that has just begun, and in one that remembers the policy. */
export async function printRoundTrips(house: BenchHouse): Promise<void> {
  await house.setConsumer("deliver");
  const cold = await walk(house, "cold");
  const warm = await walk(house, "warm");
  const rows = [...cold].map(([name, trips]) => [name, trips, warm.get(name) ?? "", trips > MOST ? "OVER" : "ok"]);
  console.log(`\nD1 round trips per public request (at most ${MOST}); cold: an isolate that has just begun`);
  printTable(["", "cold", "warm", ""], rows);
}

async function walk(house: BenchHouse, memory: "cold" | "warm"): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const ask = async (name: string, path: string, init: RequestInit = {}) => {
    // The policy is remembered for ten seconds.
    if (memory === "warm") await (await fetch(`${house.urls.counted}/v1/notices`)).text();
    const headers = { "X-Bench": memory, "CF-Connecting-IP": freshAddress(), ...(init.headers as object) };
    const reply = await fetch(house.urls.counted + path, { redirect: "manual", ...init, headers });
    const body = await reply.text();
    if (reply.status >= 400) throw new Error(`${name}: ${reply.status} ${body.slice(0, 300)}`);
    counts.set(name, Number(reply.headers.get("x-round-trips")));
  };
  const post = (name: string, path: string, body: object, headers: object = {}) =>
    ask(name, path, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json", ...headers },
    });
  const link = (email: string, path: string) => linkTo(house, email, path);

  const email = `${randomUUID()}@example.nl`;
  const subscriptions = "/v1/newsletter/subscriptions";
  await post("POST subscriptions, unknown address", subscriptions, { email });
  const confirm = await link(email, "/newsletter/confirm");
  await post("POST subscriptions, pending address", subscriptions, { email });
  await ask("GET /newsletter/confirm", confirm);
  await ask("POST /newsletter/confirm", confirm, { method: "POST" });
  const leave = await link(email, "/newsletter/unsubscribe");
  await post("POST subscriptions, active address", subscriptions, { email });
  await post("POST unsubscriptions", "/v1/newsletter/unsubscriptions", { email });
  await ask("GET /newsletter/unsubscribe", leave);
  await ask("POST /newsletter/unsubscribe", leave, { method: "POST" });

  const message = { email, name: "Sam", subject: "Vraag", message: "Hallo" };
  const key = { "Idempotency-Key": randomUUID() };
  await post("POST contact message", "/v1/contact/messages", message, key);
  await post("POST contact message, a retry", "/v1/contact/messages", message, key);
  const form = new URLSearchParams({ email, message: "Hallo" });
  await ask("POST contact message, plain form", "/v1/contact/messages", { method: "POST", body: form });
  const send = await link(email, "/contact/confirm");
  await ask("GET /contact/confirm", send);
  await ask("POST /contact/confirm", send, { method: "POST" });

  const dates = await policyDates(house);
  const [from, to] = dates;
  for (const path of ["/embed.js", "/v1/notices", "/v1/challenge", "/policy", "/policy/versions"]) {
    await ask(`GET ${path}`, path);
  }
  await ask("GET /policy/versions/{date}", `/policy/versions/${to}`);
  await ask("GET /policy/compare", `/policy/compare?from=${from}&to=${to}`);
  const registration = { kind: "private", name: "Sam", email: `${randomUUID()}@example.nl` };
  await post("POST registrations", "/v1/registrations", registration);
  const register = await link(registration.email, "/register/confirm");
  await ask("GET /register/confirm", register);
  await ask("POST /register/confirm", register, { method: "POST" });

  await addCustomer(house, memory);
  const panel = { Authorization: `Bearer ${await panelToken(memory)}` };
  const question = { email, message: "Hallo" };
  const asked = { ...panel, "Idempotency-Key": randomUUID() };
  await post("POST contact message, in a panel", "/v1/contact/messages?surface=panel", question, asked);
  await post("POST contact message, in a panel, a retry", "/v1/contact/messages?surface=panel", question, asked);
  await ask("GET /v1/me/notices", "/v1/me/notices?surface=panel", { headers: panel });
  const acknowledgement = `/v1/me/notices/${to}/acknowledgement?surface=panel`;
  await ask("POST /v1/me/notices/{date}/acknowledgement", acknowledgement, { method: "POST", headers: panel });
  await ask("GET /health", "/health");
  return counts;
}

interface Mail {
  to: string;
  text: string;
}

/** Waits for a mail to an address with a link to `path`, and gives that link without its origin. */
async function linkTo(house: BenchHouse, address: string, path: string): Promise<string> {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; ) {
    const mails = (await (await fetch(`${house.urls.default}/dev/mailbox.json`)).json()) as Mail[];
    for (const { text } of mails.filter(({ to }) => to === address)) {
      const [found] = text.match(new RegExp(`${path}\\?token=[\\w.~-]+`)) ?? [];
      if (found) return found;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`No mail to ${address} with a link to ${path} within 20 seconds`);
}

async function policyDates({ db }: BenchHouse): Promise<[string, string]> {
  const { results } = await db.prepare("select date from policy_versions order by date").all<{ date: string }>();
  const [first, second] = results;
  if (!first || !second) throw new Error("The demo's two policy versions are not there");
  return [first.date, second.date];
}

async function addCustomer({ db }: BenchHouse, number: string): Promise<void> {
  const insert = db.prepare(`insert into customers (number, kind, name, email, lang, source, registered_at, changed_at)
    values (?, 'private', 'Sam', 'sam@example.nl', 'nl', 'bench', 1, 1)`);
  await db.batch([insert.bind(number)]);
}

function panelToken(customer: string): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: "HS256" })
    .setIssuer("panel")
    .setAudience(ORIGIN)
    .setSubject(customer)
    .setExpirationTime("5 min")
    .sign(new TextEncoder().encode(PANEL_SECRET));
}
