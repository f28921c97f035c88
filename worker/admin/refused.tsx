import type { Child } from "hono/jsx";
import type { Refusal } from "../platform/errors.ts";
import { requestIdOf } from "../platform/http.ts";
import type { Language } from "../platform/languages.ts";
import { REFUSAL_WORDS } from "../platform/words.ts";
import { listMembers } from "../staff/store.ts";
import type { Desk } from "./desk.ts";
import { replyScreen } from "./shell.tsx";
import { SHELL } from "./words.ts";

const WORDS = {
  nl: {
    yourRole: (role: string) => `Je rol is ${role}. Daar hoort dit niet bij.`,
    whoHelps: "Deze collega's kunnen je rol veranderen:",
    stranger: "Je adres is hier niet bekend. Vraag een eigenaar om je uit te nodigen.",
    lost: "Controleer het adres. Misschien is wat hier stond verlopen of verwijderd.",
    signIn: "Aanmelden",
    again: "Meld je aan in een nieuw tabblad en ga hier terug: wat je typte staat er dan nog.",
    back: "Terug naar Vandaag",
  },
  en: {
    yourRole: (role: string) => `Your role is ${role}. This is not part of it.`,
    whoHelps: "These colleagues can change your role:",
    stranger: "Your address is not known here. Ask an owner to invite you.",
    lost: "Check the address. What was here may have lapsed or been removed.",
    signIn: "Sign in",
    again: "Sign in in a new tab and go back here: what you typed is still there.",
    back: "Back to Today",
  },
} as const;

/** Says why something was refused and what to do now: who can help with a role, where to sign in. */
export async function replyRefused(desk: Desk, refusal: Refusal): Promise<Response> {
  const { c, lang, visitor } = desk;
  for (const [name, value] of Object.entries(refusal.headers)) c.header(name, value);
  if (refusal.code === "passkey_needed" && c.req.method === "GET") return c.redirect("/admin/account", 303);
  const { title, advice } = REFUSAL_WORDS[lang][refusal.code];
  const body = refusal.code === "forbidden" ? await forbidden(desk) : explained(lang, refusal.code, advice);
  const children = (
    <>
      {body}
      {refusal.code === "internal" ? <p class="muted">{requestIdOf(c)}</p> : null}
      {visitor ? (
        <p>
          <a href="/admin">{WORDS[lang].back}</a>
        </p>
      ) : null}
    </>
  );
  return replyScreen(desk, { title, children }, refusal.status);
}

function explained(lang: Language, code: Refusal["code"], advice: string): Child {
  if (code === "not_found") return <p>{WORDS[lang].lost}</p>;
  if (code !== "unauthorized") return <p>{advice}</p>;
  return (
    <>
      <p>{WORDS[lang].again}</p>
      <p>
        <a class="button" href="/admin/sign-in" target="_blank" rel="noopener">
          {WORDS[lang].signIn}
        </a>
      </p>
    </>
  );
}

async function forbidden({ rt, lang, visitor }: Desk): Promise<Child> {
  const words = WORDS[lang];
  if (!visitor) return <p>{words.stranger}</p>;
  const owners = (await listMembers(rt.db)).filter(({ member }) => member.role === "owner");
  return (
    <>
      <p>{words.yourRole(SHELL[lang].roles[visitor.member.role])}</p>
      <p>{words.whoHelps}</p>
      <ul>
        {owners.map(({ member }) => (
          <li>
            {member.name} (<a href={`mailto:${encodeURIComponent(member.email).replace("%40", "@")}`}>{member.email}</a>
            )
          </li>
        ))}
      </ul>
    </>
  );
}
