import { Hono } from "hono";
import { fileName } from "../mail/file-name.ts";
import { base64url } from "../platform/bytes.ts";
import { Refusal } from "../platform/errors.ts";
import { streamFile } from "../platform/files.ts";
import {
  type Door,
  type House,
  languageOf,
  limitForms,
  limitRate,
  parse,
  readForm,
  readFormWithFiles,
  replyFile,
} from "../platform/http.ts";
import { isLanguage, type Language } from "../platform/languages.ts";
import { describe } from "../platform/openapi.ts";
import { replyDone, replyPage } from "../platform/page.tsx";
import type { Runtime } from "../platform/runtime.ts";
import { REFUSAL_WORDS } from "../platform/words.ts";
import { closeByPerson, erase } from "./care.ts";
import type { ShownError } from "./fields.tsx";
import { keepUploads, type Upload } from "./files.ts";
import { openPage } from "./links.ts";
import { writeMore } from "./more.ts";
import { findAgain, renewLink, shownThread } from "./person.ts";
import { ConversationPage, FindPage, KEPT, type Returned, WayOnPage } from "./person-pages.tsx";
import { findShape } from "./person-shapes.ts";
import { PERSON_WORDS } from "./person-words.ts";
import { FILES_AT_MOST, idempotencyKeyShape, messagePlaceIn, moreShape } from "./shapes.ts";
import { findMatter, type Matter } from "./store.ts";
import { findFileOf, findThread } from "./thread-store.ts";

const PATH = "/contact/conversation";
const DONE = ["added", "closed"] as const;

const page = (summary: string) => describe({ tag: "contact", summary, replies: { 200: "text/html" } });
const tokenOf = (c: Door) => c.req.query("token") ?? "";

/** The private page of a conversation, for its person. Nothing changes but by a form of theirs. */
export const personRoutes = new Hono<House>();

/** The address of something of this conversation, in the language that the reader chose there. */
function addressOf(c: Door, path: string, more: Record<string, string> = {}): string {
  const lang = c.req.query("lang");
  return `${PATH}${path}?${new URLSearchParams({ token: tokenOf(c), ...(isLanguage(lang) ? { lang } : {}), ...more })}`;
}

/** Does something for who has a link that has not run out; who has an old one reads how to get another. */
async function withLink(c: Door, act: (id: string) => Promise<Response>): Promise<Response> {
  const { id, isExpired } = await openPage(c.var.rt, tokenOf(c));
  if (!isExpired) return act(id);
  const lang = languageOf(c);
  const words = PERSON_WORDS[lang].expired;
  const children = WayOnPage({ ...words, to: addressOf(c, "/link") });
  return replyPage(c, { lang, title: words.title, children }, 410);
}

/** What who has a link reads when their conversation is not there any more. */
function replyGone(c: Door): Response {
  const lang = languageOf(c);
  const words = PERSON_WORDS[lang].gone;
  const children = WayOnPage({ ...words, to: `/contact/find?lang=${lang}`, isLink: true });
  return replyPage(c, { lang, title: words.title, children }, 410);
}

/** Does something with the conversation that a link opens. */
function withConversation(c: Door, act: (matter: Matter, lang: Language) => Promise<Response>): Promise<Response> {
  return withLink(c, async (id) => {
    const matter = await findMatter(c.var.rt.db, id);
    return matter ? act(matter, languageOf(c, matter.conversation.lang)) : replyGone(c);
  });
}

interface Answered {
  done?: (typeof DONE)[number] | null;
  /** What a form comes back with, in the language of the page. */
  refused?(lang: Language): Refused;
  /** Files that wait for a message, by their ids. */
  sent?: readonly string[];
}

/** Replies with a conversation as it is, in one round trip. */
async function replyConversation(c: Door, id: string, { done = null, refused, sent = [] }: Answered) {
  const { rt } = c.var;
  const before = messagePlaceIn(c.req.query("before"));
  const found = await findThread(rt.db, id, { before, sent });
  if (!found) return replyGone(c);
  const lang = languageOf(c, found.conversation.lang);
  const thread = shownThread(rt, found, lang);
  const returned = refused?.(lang) ?? null;
  const children = ConversationPage({
    ...{ lang, thread, done, returned, kept: found.waiting, to: (path) => addressOf(c, path) },
    upload: `/v1/contact/files?${new URLSearchParams({ token: tokenOf(c) })}`,
    formKey: returned?.values["key"] || base64url(rt.random(16)),
    older: found.before === null ? null : addressOf(c, "", { before: String(found.before) }),
    isOlder: before !== null,
  });
  const title = PERSON_WORDS[lang].title(thread.reference);
  return replyPage(c, { lang, title, children, script: "/page.js" }, returned?.status);
}

interface Refused extends Returned {
  status: number;
}

/** What a form comes back with when it was refused. */
function returnedOf({ code, errors = [], status }: Refusal, lang: Language, values: Record<string, string>): Refused {
  const { title, advice } = REFUSAL_WORDS[lang][code];
  return { values, errors, fault: errors.length > 0 ? null : `${title}. ${advice}`, status };
}

personRoutes.get(PATH, page("A conversation, for its person"), (c) =>
  withLink(c, (id) => replyConversation(c, id, { done: DONE.find((known) => known === c.req.query("done")) ?? null })),
);

personRoutes.post(PATH, page("Add a message to a conversation, with files"), (c) =>
  withLink(c, async (id) => {
    const { rt } = c.var;
    const { values, files } = await readFormWithFiles(c);
    const sent = keptIn(values);
    const bad: ShownError[] = [];
    try {
      await limitForms(c);
      const { "Idempotency-Key": key = null } = parse(idempotencyKeyShape, { "Idempotency-Key": values["key"] });
      // Before the words are looked at: what came along is not to be chosen once more when those are refused.
      bad.push(...(await keepAlong(rt, id, files, key, sent)));
      const input = parse(moreShape, { message: values["message"], cards: values["cards"], files: sent });
      if (bad.length > 0) throw new Refusal("file_refused", { errors: [] });
      await writeMore(rt, id, "page", input, key);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const refused = (lang: Language): Refused => {
        const { errors, fault, ...rest } = returnedOf(error, lang, values);
        const all = [...errors, ...bad];
        const said = [all.length > 0 ? null : fault, PERSON_WORDS[lang].faults].filter(Boolean).join(" ");
        return { ...rest, errors: all, fault: said };
      };
      return replyConversation(c, id, { refused, sent });
    }
    return c.redirect(addressOf(c, "", { done: "added" }), 303);
  }),
);

/** Keeps the files that came along, and adds their ids to `sent`; gives what is wrong with those that are refused, by their names. */
async function keepAlong(
  rt: Runtime,
  id: string,
  files: readonly Upload[],
  key: string | null,
  sent: string[],
): Promise<ShownError[]> {
  const named = files.map(({ name, bytes }) => ({ name: fileName(name, "", 1), bytes }));
  const { kept, refused } = await keepUploads(
    rt,
    named,
    FILES_AT_MOST - sent.length,
    key && `conversation:${id}:${key}`,
  );
  for (const file of kept) if (!sent.includes(file.id)) sent.push(file.id);
  return refused.flatMap(({ name, errors }) => errors.map((wrong) => ({ ...wrong, file: name })));
}

const keptIn = (values: Record<string, string>): string[] =>
  Object.keys(values)
    .filter((name) => name.startsWith(KEPT))
    .map((name) => name.slice(KEPT.length));

personRoutes.get(
  `${PATH}/files/:id`,
  describe({ tag: "contact", summary: "A file of a conversation", replies: { 200: "application/octet-stream" } }),
  (c) =>
    withConversation(c, async ({ conversation }) => {
      const { rt } = c.var;
      const file = await findFileOf(rt.db, conversation.id, c.req.param("id") ?? "");
      const bytes = file && (await streamFile(rt, "files", file.id));
      if (!file || !bytes) throw new Refusal("not_found");
      return replyFile(c, file.name, bytes);
    }),
);

personRoutes.post(`${PATH}/close`, page("Close a conversation"), (c) =>
  withConversation(c, async (matter) => {
    try {
      await closeByPerson(c.var.rt, matter);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return replyConversation(c, matter.conversation.id, { refused: (lang) => returnedOf(error, lang, {}) });
    }
    return c.redirect(addressOf(c, "", { done: "closed" }), 303);
  }),
);

personRoutes.get(`${PATH}/erase`, page("A button to erase a conversation with"), (c) =>
  withConversation(c, async (_, lang) => {
    const words = PERSON_WORDS[lang].eraseAsk;
    const children = WayOnPage({ ...words, to: addressOf(c, "/erase") });
    return replyPage(c, { lang, title: words.title, children });
  }),
);

personRoutes.post(`${PATH}/erase`, page("Erase a conversation"), (c) =>
  withConversation(c, async ({ conversation }, lang) => {
    await erase(c.var.rt, conversation.id, "person");
    return replyDone(c, lang, PERSON_WORDS[lang].erased);
  }),
);

personRoutes.post(`${PATH}/link`, page("Mail a new link to the address of a conversation"), async (c) => {
  await limitForms(c);
  await renewLink(c.var.rt, tokenOf(c));
  const lang = languageOf(c);
  return replyDone(c, lang, PERSON_WORDS[lang].linkSent);
});

personRoutes.get("/contact/find", page("Ask for the link to a conversation again"), (c) => replyFind(c, null));

personRoutes.post("/contact/find", page("Mail the link, if reference and address are right"), async (c) => {
  const lang = languageOf(c);
  const values = await readForm(c);
  try {
    const input = parse(findShape, values);
    await limitForms(c);
    await limitRate(c, input.email);
    await findAgain(c.var.rt, input, lang);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { status, ...returned } = returnedOf(error, lang, values);
    return replyFind(c, returned, status);
  }
  return replyDone(c, lang, PERSON_WORDS[lang].found);
});

function replyFind(c: Door, returned: Returned | null, status = 200) {
  const lang = languageOf(c);
  return replyPage(c, { lang, title: PERSON_WORDS[lang].find.title, children: FindPage({ lang, returned }) }, status);
}
