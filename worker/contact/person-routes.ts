import { Hono } from "hono";
import { fileName } from "../mail/file-name.ts";
import { base64url, sha256 } from "../platform/bytes.ts";
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
import { checkCount, keepUpload, type Upload } from "./files.ts";
import { waitingFiles } from "./files-store.ts";
import { writeMore } from "./more.ts";
import { findAgain, openConversation, renewLink, shownThread } from "./person.ts";
import { ConversationPage, FindPage, KEPT, type KeptFile, type Returned, WayOnPage } from "./person-pages.tsx";
import { findShape } from "./person-shapes.ts";
import { PERSON_WORDS } from "./person-words.ts";
import { idempotencyKeyShape, moreShape } from "./shapes.ts";
import type { Matter } from "./store.ts";
import { findFileOf } from "./thread-store.ts";

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

/** Does something with the conversation that the link opens; who has an old link, or one to what is gone, reads so. */
async function withConversation(c: Door, act: (matter: Matter, lang: Language) => Promise<Response>) {
  const opened = await openConversation(c.var.rt, tokenOf(c));
  if (opened.kind === "open") return act(opened.matter, languageOf(c, opened.matter.conversation.lang));
  const lang = languageOf(c);
  const words = PERSON_WORDS[lang][opened.kind];
  const children =
    opened.kind === "expired"
      ? WayOnPage({ ...words, to: addressOf(c, "/link") })
      : WayOnPage({ ...words, to: `/contact/find?lang=${lang}`, isLink: true });
  return replyPage(c, { lang, title: words.title, children }, 410);
}

interface Answered {
  done?: (typeof DONE)[number] | null;
  returned?: Returned | null;
  kept?: readonly KeptFile[];
}

async function replyConversation(c: Door, lang: Language, matter: Matter, answered: Answered, status = 200) {
  const { rt } = c.var;
  const { done = null, returned = null, kept = [] } = answered;
  const thread = await shownThread(rt, matter, lang);
  const formKey = returned?.values["key"] || base64url(rt.random(16));
  const to = (path: string) => addressOf(c, path);
  const upload = `/v1/contact/files?${new URLSearchParams({ token: tokenOf(c) })}`;
  const children = ConversationPage({ lang, thread, to, upload, formKey, kept, done, returned });
  const title = PERSON_WORDS[lang].title(thread.reference);
  return replyPage(c, { lang, title, children, script: "/page.js" }, status);
}

interface Refused extends Returned {
  status: number;
}

/** What a form comes back with when it was refused. */
function returnedOf(error: unknown, lang: Language, values: Record<string, string>): Refused {
  if (!(error instanceof Refusal)) throw error;
  const { code, errors = [], status } = error;
  const { title, advice } = REFUSAL_WORDS[lang][code];
  return { values, errors, fault: errors.length > 0 ? null : `${title}. ${advice}`, status };
}

personRoutes.get(PATH, page("A conversation, for its person"), (c) =>
  withConversation(c, async (matter, lang) => {
    const done = DONE.find((known) => known === c.req.query("done")) ?? null;
    return replyConversation(c, lang, matter, { done });
  }),
);

personRoutes.post(PATH, page("Add a message to a conversation, with files"), (c) =>
  withConversation(c, async (matter, lang) => {
    const { rt } = c.var;
    const { values, files } = await readFormWithFiles(c);
    const sent = keptIn(values);
    const bad: ShownError[] = [];
    try {
      await limitForms(c);
      const { "Idempotency-Key": key = null } = parse(idempotencyKeyShape, { "Idempotency-Key": values["key"] });
      // Before the words are looked at: what came along is not to be chosen once more when those are refused.
      for (const file of files) bad.push(...(await keepAlong(rt, matter, file, key, sent)));
      const input = parse(moreShape, { message: values["message"], cards: values["cards"], files: sent });
      if (bad.length > 0) throw new Refusal("file_refused", { errors: [] });
      await writeMore(rt, matter, "page", input, key);
    } catch (error) {
      const { status, ...refused } = returnedOf(error, lang, values);
      const errors = [...refused.errors, ...bad];
      const fault = [errors.length > 0 ? null : refused.fault, PERSON_WORDS[lang].faults].filter(Boolean).join(" ");
      const kept = await waitingFiles(rt.db, sent);
      return replyConversation(c, lang, matter, { returned: { values, errors, fault }, kept }, status);
    }
    return c.redirect(addressOf(c, "", { done: "added" }), 303);
  }),
);

/** Keeps a file that came along, and adds its id to `sent`; gives what is wrong with one that is refused, by its name. */
async function keepAlong(
  rt: Runtime,
  { conversation }: Matter,
  { name, bytes }: Upload,
  key: string | null,
  sent: string[],
): Promise<ShownError[]> {
  const upload = { name: fileName(name, "", 1), bytes };
  try {
    checkCount([...sent, upload]);
    const fileKey = key === null ? null : `conversation:${conversation.id}:${key}:${await sha256(bytes)}`;
    const { id } = await keepUpload(rt, upload, fileKey);
    if (!sent.includes(id)) sent.push(id);
    return [];
  } catch (error) {
    if (!(error instanceof Refusal) || error.errors === undefined) throw error;
    return error.errors.map((wrong) => ({ ...wrong, file: upload.name }));
  }
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
  withConversation(c, async (matter, lang) => {
    try {
      await closeByPerson(c.var.rt, matter);
    } catch (error) {
      const { status, ...returned } = returnedOf(error, lang, {});
      return replyConversation(c, lang, matter, { returned }, status);
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
    const { status, ...returned } = returnedOf(error, lang, values);
    return replyFind(c, returned, status);
  }
  return replyDone(c, lang, PERSON_WORDS[lang].found);
});

function replyFind(c: Door, returned: Returned | null, status = 200) {
  const lang = languageOf(c);
  return replyPage(c, { lang, title: PERSON_WORDS[lang].find.title, children: FindPage({ lang, returned }) }, status);
}
