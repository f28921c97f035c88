import { describe, expect, it } from "vitest";
import { pageId } from "../../worker/contact/links.ts";
import { tokenText } from "../../worker/platform/tokens.ts";
import { mailInbox } from "./contact.ts";
import { freshAddress } from "./house.ts";
import { INBOUND_ADDRESS } from "./inbound.ts";
import { type CorpusMail, corpusFor } from "./mail-corpus.ts";
import { getPage, postForm, type SignedIn, signedIn } from "./staff.ts";

const inbox = mailInbox();
const { house, takeRaw, replyAddress } = inbox;

/** How a mail ended. */
type End = "message" | "aside" | "unreadable" | "returned" | "lost";

async function counts() {
  const [row] = await house.rows<Record<string, number>>(`select
    (select count(*) from messages) as messages,
    (select count(*) from conversations where status = 'quarantined') as aside,
    (select count(*) from contact_originals where state = 'unreadable') as unreadable,
    (select count(*) from contact_originals where state <> 'unreadable') as waiting,
    (select count(*) from mail_returns) as returned`);
  return row ?? {};
}

/** Lets a mail come in, and says what became of it. */
async function endOf(to: string, mail: CorpusMail): Promise<End> {
  const before = await counts();
  // Mails of the corpus are alike in their Message-IDs: one must not pass for another that came again.
  await house.rows("update messages set key_hash = null");
  await takeRaw(to, mail.raw, mail.envelopeFrom);
  const after = await counts();
  const grew = (what: string) => (after[what] ?? 0) > (before[what] ?? 0);
  expect(after["waiting"]).toBe(0);
  if (grew("unreadable")) return "unreadable";
  if (grew("aside")) return "aside";
  if (grew("messages")) return "message";
  return grew("returned") ? "returned" : "lost";
}

const ENDS: Readonly<Record<CorpusMail["ends"], readonly End[]>> = {
  conversation: ["message"],
  automatic: ["aside"],
  unreadable: ["unreadable"],
  // A report about nothing of ours is one that no program can make anything of.
  returned: ["returned", "aside", "unreadable"],
};

const tally: Record<string, number> = {};

describe(`a corpus of ${corpusFor(INBOUND_ADDRESS).length} hostile and odd mails`, () => {
  it.each(corpusFor(INBOUND_ADDRESS).map((mail) => [mail.name, mail] as const))(
    "is never lost: %s",
    async (_, mail) => {
      const end = await endOf(INBOUND_ADDRESS, mail);
      tally[end] = (tally[end] ?? 0) + 1;
      expect(ENDS[mail.ends]).toContain(end);
    },
  );

  it("ended as it should, each of them", () => {
    console.log(JSON.stringify(tally));
    expect(Object.values(tally).reduce((sum, count) => sum + count, 0)).toBe(corpusFor(INBOUND_ADDRESS).length);
    expect(tally).not.toHaveProperty("lost");
  });

  it("is shown to staff as text alone: in the lists, in its conversation and on paper", {
    timeout: 120_000,
  }, async () => {
    const support: SignedIn = await signedIn(house, "support");
    const all = await conversations();
    const shown = new Set<string>();
    const look = async (path: string) => {
      const html = await textAlone(await getPage(house, path, support), path);
      for (const [, id] of html.matchAll(/href="\/admin\/contact\/([\w-]{22})"/g)) shown.add(id ?? "");
      return /href="([^"]*[?&;]after=[^"]*)"/.exec(html)?.[1]?.replaceAll("&amp;", "&");
    };
    for (const list of ["/admin/contact/spam", "/admin/contact?queue=all"]) {
      for (let path: string | undefined = list; path !== undefined; )
        path = await look(path.startsWith("?") ? list.split("?")[0] + path : path);
    }
    for (const { id } of all) {
      expect(shown).toContain(id);
      await look(`/admin/contact/${id}`);
      const print = `/admin/contact/${id}/print`;
      await textAlone(await postForm(house, print, {}, support), print);
    }
  });

  it("is shown to its person as text alone", async () => {
    for (const { id, status } of await conversations()) {
      const token = await tokenText(house.rt, "contact.conversation", pageId(house.rt, id));
      const html = await textAlone(await house.fetch(`/contact/conversation?token=${token}`), id);
      const count = await house.rows("select id from messages where conversation_id = ?", id);
      expect(html.match(/<li(?: class="ours")?><p class="muted">/g) ?? [], `${id}, ${status}`).toHaveLength(
        count.length,
      );
    }
  });
});

async function conversations() {
  const all = await house.rows<{ id: string; status: string }>("select id, status from conversations");
  expect(all.length).toBeGreaterThan(80);
  return all;
}

/** The page of a reply, in which nothing of a mail loads, runs or sends. */
async function textAlone(reply: Response, what: string): Promise<string> {
  expect(reply.status, what).toBe(200);
  const html = await reply.text();
  expect(html, what).not.toMatch(
    /<(img|iframe|object|embed|svg|style|base|meta http-equiv|form [^>]*action="(?!\/\w)|script(?! type="module" src="\/\w))/i,
  );
  expect(html, what).not.toMatch(/<[a-z][^>]*\s(on\w+|style)=/i);
  return html;
}

describe("a mail of the corpus that answers one of ours", () => {
  it("joins its conversation or begins another, and is never lost either", { timeout: 120_000 }, async () => {
    const email = freshAddress();
    await inbox.take({ from: email, text: "Begin." });
    const [conversation] = await inbox.conversationsOf(email);
    const to = await replyAddress(conversation?.id);
    for (const mail of corpusFor(to)) expect([mail.name, await endOf(to, mail)]).not.toEqual([mail.name, "lost"]);
  });
});
