import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { TEMPLATES } from "../../worker/admin/outbox-words.ts";
import { ANSWER_MAIL } from "../../worker/contact/receipt.ts";
import { letters } from "../../worker/letters.ts";
import type { LetterWriter } from "../../worker/mail/letter.ts";
import { compose } from "../../worker/mail/outbox.ts";
import { RETRIED_AT_ONCE } from "../../worker/mail/retry.ts";
import { findMail } from "../../worker/mail/store.ts";
import { LANGUAGES } from "../../worker/platform/languages.ts";
import { TOKEN_LIFE, type TokenPurpose, tokenText } from "../../worker/platform/tokens.ts";
import { apiKey, createHouse, freshAddress, START, version } from "./house.ts";
import { addSubscribers, createDesk, idOf, TEXT } from "./sending.ts";
import { getPage, postForm, type SignedIn, signedIn } from "./staff.ts";
import { gatedHouse } from "./subscribers.ts";

const house = createHouse();
const MINUTE = 60_000;

let support: SignedIn;
let auditor: SignedIn;

beforeEach(async () => {
  house.clock.now = START;
  house.woken.length = 0;
  await house.rows("delete from outbox");
  await house.rows("delete from cron_tasks");
  support = await signedIn(house, "support");
  auditor = await signedIn(house, "auditor");
});

/** A conversation that was answered. */
async function answered(): Promise<{ conversation: string; message: string }> {
  const [conversation, message] = [crypto.randomUUID(), crypto.randomUUID()];
  await house.rows(
    `insert into conversations (id, reference, status, email, lang, channel, surface, request_hash, created_at, last_at)
      values (?, ?, 'waiting', ?, 'nl', 'widget', 'site', '', ?, ?)`,
    ...[conversation, conversation, freshAddress(), START, START],
  );
  await house.rows(
    `insert into messages (id, conversation_id, channel, author, body, created_at) values (?, ?, 'desk', 'staff:x', 'Ja.', ?)`,
    ...[message, conversation, START],
  );
  return { conversation, message };
}

interface Mail {
  id: string;
  template: string;
  recipient: string;
  lang: string;
  params: object;
  state: string;
  attempts: number;
  due: number;
  error: string | null;
}

const inserted = (changes: Partial<Mail>) => {
  const mail: Mail = {
    id: crypto.randomUUID(),
    template: "contact.receipt",
    recipient: freshAddress(),
    lang: "en",
    params: { reference: "2026-ABCD" },
    state: "dead",
    attempts: 10,
    due: START - MINUTE,
    error: "SMTP 550",
    ...changes,
  };
  const { id, template, recipient, lang, params, state, attempts, due, error } = mail;
  const insert = env.DB.prepare(
    `insert into outbox (id, template, recipient, lang, params, state, attempts, due_at, created_at, sent_at, last_error)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).bind(
    ...[id, template, recipient, lang, JSON.stringify(params), state, attempts, due, due],
    ...[state === "sent" ? due : null, error],
  );
  return { mail, insert };
};

async function addMail(changes: Partial<Mail> = {}): Promise<Mail> {
  const { mail, insert } = inserted(changes);
  await insert.run();
  return mail;
}

const addSent = (changes: Partial<Mail> = {}) => addMail({ state: "sent", attempts: 1, error: null, ...changes });

async function pageText(path: string, who = support): Promise<string> {
  const reply = await getPage(house, path, who);
  expect(reply.status).toBe(200);
  return reply.text();
}

const mailIds = (html: string) => [...html.matchAll(/href="\/admin\/outbox\/([\w-]{36})"/g)].map(([, id]) => id);
const currentTab = (html: string) => /aria-label="State of the mails">.*?aria-current="page">([^<]*)</s.exec(html)?.[1];
const hrefOf = (html: string, rel: RegExp) => rel.exec(html)?.[1]?.replaceAll("&amp;", "&");
const nextOf = (html: string) => hrefOf(html, /href="([^"]+)" rel="next"/);
const stateOf = async (id: string) =>
  (await house.rows<{ state: string; attempts: number; due_at: number }>("select * from outbox where id = ?", id))[0];
/** Entries that name a mail, or that somebody made. */
const entries = async (kind: string, mark: string) =>
  (
    await house.rows<{ body: string; actor: string | null }>(
      "select body, actor from ledger_entries where kind = ? and (body like ? or actor = ?)",
      kind,
      `%${mark}%`,
      mark,
    )
  ).map(({ body, actor }) => ({ ...JSON.parse(body), actor }));

describe("the list of outgoing mail", () => {
  it("shows what needs attention: failed mails if there are any, otherwise those that wait", async () => {
    const waiting = await addMail({ state: "queued", attempts: 0, error: null });
    const before = await pageText("/admin/outbox");
    expect(currentTab(before)).toBe("Waiting (1)");
    expect(mailIds(before)).toEqual([waiting.id]);
    const failed = await addMail();
    const after = await pageText("/admin/outbox");
    expect(currentTab(after)).toBe("Failed (1)");
    expect(mailIds(after)).toEqual([failed.id]);
  });

  it("has every state behind a tab, and says in words what each mail is, how it stands and why", async () => {
    const mails = {
      dead: await addMail(),
      queued: await addMail({ state: "queued", attempts: 2, error: "Error ECONNECTION" }),
      sending: await addMail({ state: "sending", attempts: 1, error: null }),
      sent: await addSent(),
    };
    for (const [state, { id, recipient }] of Object.entries(mails)) {
      const html = await pageText(`/admin/outbox?state=${state}`);
      expect(mailIds(html)).toEqual([id]);
      expect(html).toContain(recipient.replace("@", "<wbr/>@"));
      expect(html).toContain("Contact: receipt");
    }
    const failed = await pageText("/admin/outbox?state=dead");
    expect(failed).toContain("The mail server refuses this address.");
    expect(failed).toContain("SMTP 550");
    const again = await pageText("/admin/outbox?state=queued");
    expect(again).toContain("waiting for another try");
    expect(again).toContain("Our mail server cannot be reached.");
    expect(await pageText("/admin/outbox?state=sent&lang=nl")).toContain("Contact: ontvangstbewijs");
  });

  it("says in words that there is nothing", async () => {
    expect(await pageText("/admin/outbox")).toContain("No mail is waiting.");
    expect(await pageText("/admin/outbox?state=dead")).toContain("No mail has failed.");
    expect(await pageText("/admin/outbox?template=staff.invite")).toContain("No mail matches these filters.");
  });

  it("counts no further than 999", async () => {
    const rows = Array.from({ length: 1_000 }, () => inserted({ state: "sent" }).insert);
    await env.DB.batch(rows);
    expect(await pageText("/admin/outbox")).toContain("Sent (999+)");
  });

  it("finds all mails of one recipient, however the address is written, and those of one kind", async () => {
    const sent = await addSent({ recipient: "piet@example.nl", due: START - 2 * MINUTE });
    const failed = await addMail({ recipient: "piet@example.nl", template: "newsletter.leave" });
    await addMail();
    const his = await pageText(`/admin/outbox?recipient=${encodeURIComponent(" Piet@EXAMPLE.nl ")}`);
    expect(currentTab(his)).toBe("All");
    expect(mailIds(his)).toEqual([failed.id, sent.id]);
    expect(mailIds(await pageText("/admin/outbox?recipient=piet@example.nl&state=sent"))).toEqual([sent.id]);
    expect(mailIds(await pageText("/admin/outbox?recipient=piet@example.nl&template=newsletter.leave"))).toEqual([
      failed.id,
    ]);
    expect(mailIds(await pageText("/admin/outbox?state=dead&template=newsletter.leave"))).toEqual([failed.id]);
    const none = await pageText("/admin/outbox?recipient=nobody@example.nl");
    expect(none).toContain("No mail matches these filters.");
  });

  it("says beside the field that an address is none", async () => {
    const reply = await getPage(house, "/admin/outbox?recipient=piet", support);
    expect(reply.status).toBe(422);
    expect(await reply.text()).toMatch(/id="recipient-error">This is not an e-mail address/);
  });

  it("takes an address with nonsense in it as if the nonsense were not there", async () => {
    const { id } = await addMail();
    for (const query of ["after=x", "after=1.2.3", "after=-1.5", "after=1.5'--", "sort=id", "state=x", "template=x"]) {
      expect(mailIds(await pageText(`/admin/outbox?${query}`)), query).toEqual([id]);
    }
    expect(currentTab(await pageText("/admin/outbox?state=all"))).toBe("Failed (1)");
    expect(await pageText("/admin/outbox?done=__proto__")).not.toContain('role="status"');
  });

  for (const [sort, filter] of [
    ["due", ""],
    ["-due", ""],
    ["due", "&recipient=many@example.nl"],
    ["-due", "&recipient=many@example.nl"],
    ["due", "&template=contact.receipt"],
    ["-due", "&template=contact.receipt"],
  ] as const) {
    it(`pages through 250 mails by ${sort}${filter}, many due at once: each is seen once, in order`, async () => {
      const rows = Array.from({ length: 250 }, (_, i) =>
        inserted({ recipient: "many@example.nl", due: START + ((i * 37) % 11) * 1_000 }),
      );
      await env.DB.batch(rows.map(({ insert }) => insert));
      const way = sort === "due" ? "asc" : "desc";
      const wanted = await house.rows<{ id: string }>(`select id from outbox order by due_at ${way}, rowid ${way}`);
      const seen: (string | undefined)[] = [];
      let path: string | undefined = `/admin/outbox?state=dead&sort=${sort}${filter}`;
      for (let pages = 0; path !== undefined; pages++) {
        expect(pages).toBeLessThan(6);
        const html: string = await pageText(path);
        seen.push(...mailIds(html));
        path = nextOf(html);
      }
      expect(seen).toEqual(wanted.map(({ id }) => id));
    });
  }

  it("walks an index and sorts nothing, whichever way it goes", async () => {
    const asked = new Set<string>();
    const DB = new Proxy(env.DB, {
      get(target, name: keyof D1Database) {
        const value = Reflect.get(target, name);
        if (typeof value !== "function") return value;
        if (name !== "prepare") return value.bind(target);
        return (sql: string) => {
          if (/^select (?!\(select count).*from "outbox"/.test(sql)) asked.add(sql);
          return target.prepare(sql);
        };
      },
    });
    const watched = createHouse({ DB });
    const queries = [
      ...["sort=due", "sort=-due"],
      ...["sort=due&after=5.5", "sort=-due&after=5.5"],
      ...["sort=due&template=staff.invite&after=5.5", "sort=-due&template=staff.invite"],
    ];
    for (const query of queries) expect((await getPage(watched, `/admin/outbox?${query}`, support)).status).toBe(200);
    expect(asked.size).toBeGreaterThanOrEqual(8);
    for (const sql of asked) {
      const values = Array.from({ length: sql.split("?").length - 1 }, () => 1);
      const plan = await house.rows<{ detail: string }>(`explain query plan ${sql}`, ...values);
      expect(plan.map(({ detail }) => detail).join("\n"), sql).toMatch(
        /^SEARCH outbox USING (COVERING )?INDEX outbox_by_state \(state=\?( AND due_at.*)?\)$/,
      );
    }
    asked.clear();
    await getPage(watched, "/admin/outbox?recipient=piet@example.nl&state=sent&after=5.5", support);
    expect(asked.size).toBe(1);
    for (const sql of asked) {
      const values = Array.from({ length: sql.split("?").length - 1 }, () => 1);
      const [first] = await house.rows<{ detail: string }>(`explain query plan ${sql}`, ...values);
      expect(first?.detail).toBe("SEARCH outbox USING INDEX outbox_by_recipient (recipient=?)");
    }
  });

  it("looks for a rare kind in steps, and says how far it has looked", async () => {
    await house.rows(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < 20010)
        insert into outbox (id, template, recipient, lang, params, state, attempts, due_at, created_at)
        select 'bulk-' || i, 'newsletter.welcome', 'bulk@example.nl', 'nl', '{}', 'sent', 1, i, i from n`,
    );
    const rare = await addSent({ template: "staff.invite", due: 30_000 });
    const first = await pageText("/admin/outbox?state=sent&sort=due&template=staff.invite");
    expect(mailIds(first)).toEqual([]);
    expect(first).toContain("None of these so far.");
    expect(first).toContain("So far we looked up to");
    const second = await pageText(nextOf(first) ?? "");
    expect(mailIds(second)).toEqual([rare.id]);
    expect(nextOf(second)).toBeUndefined();
  });

  it("is closed to those who are not signed in", async () => {
    const reply = await house.fetch("/admin/outbox?state=sent");
    expect(reply.status).toBe(303);
    expect(reply.headers.get("location")).toBe("/admin/sign-in?next=%2Fadmin%2Foutbox%3Fstate%3Dsent");
  });
});

describe("the tasks of cron", () => {
  it("are listed in words, with what went wrong", async () => {
    await house.rows(
      "insert into cron_tasks values ('sweep', ?, null, 'Error D1_ERROR'), ('mail.strays', ?, ?, null), ('new', ?, ?, null)",
      ...[START, START, START, START, START],
    );
    const html = await pageText("/admin/outbox");
    for (const text of ["Tidy up what has lapsed", "Error D1_ERROR", "Take up mails", "new", "never"]) {
      expect(html).toContain(text);
    }
    expect(html).not.toContain("There has been no round");
  });

  it("warn when there was never a round, or none for five minutes", async () => {
    expect(await pageText("/admin/outbox")).toContain("There has been no round yet.");
    await house.round();
    expect(await pageText("/admin/outbox")).not.toContain("There has been no round");
    house.clock.now += 5 * MINUTE + 1;
    expect(await pageText("/admin/outbox")).toContain("There has been no round for more than five minutes.");
  });
});

describe("one mail", () => {
  it("shows its facts, and the mail as it goes out", async () => {
    const { id, recipient } = await addMail({ lang: "nl", params: { reference: "2026-WXYZ" } });
    const html = await pageText(`/admin/outbox/${id}`);
    const mail = await findMail(house.rt.db, id);
    if (!mail) throw new Error("no mail");
    const composed = await compose(house.rt, mail, letters);
    for (const text of [recipient, composed.subject, "2026-WXYZ", "Auto-Submitted: auto-replied", "SMTP 550"]) {
      expect(html).toContain(text);
    }
    expect(html).toContain(composed.messageId.replace("<", "&lt;").replace(">", "&gt;"));
    expect(html).toMatch(new RegExp(`href="/admin/outbox/${id}/html" target="_blank"`));
    const part = await getPage(house, `/admin/outbox/${id}/html`, support);
    expect(await part.text()).toBe(composed.html.replace(/\?token=[^"]+/g, "?token=…"));
  });

  it("its HTML part can run, load, send and frame nothing, and be framed by nobody", async () => {
    const { id } = await addMail();
    const reply = await getPage(house, `/admin/outbox/${id}/html`, auditor);
    expect(reply.status).toBe(200);
    expect(reply.headers.get("content-type")).toMatch(/^text\/html/);
    expect(reply.headers.get("cache-control")).toBe("no-store");
    expect(reply.headers.get("x-content-type-options")).toBe("nosniff");
    const csp = (reply.headers.get("content-security-policy") ?? "").split("; ").sort();
    expect(csp).toEqual([
      "base-uri 'none'",
      "default-src 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "img-src data:",
      "sandbox",
      "style-src 'unsafe-inline'",
    ]);
    const outside = await house.fetch(`/admin/outbox/${id}/html`);
    expect(outside.status).toBe(303);
  });

  it("is not there once it is swept, and never was under another name", async () => {
    for (const path of ["/admin/outbox/gone", "/admin/outbox/gone/html"]) {
      expect((await getPage(house, path, support)).status).toBe(404);
    }
    expect((await postForm(house, "/admin/outbox/gone/retry", {}, support)).status).toBe(404);
  });

  it("of a template that is gone says so", async () => {
    for (const template of ["newsletter.gone", "constructor"]) {
      const { id } = await addMail({ template, error: `There is no template ${template}` });
      const html = await pageText(`/admin/outbox/${id}`);
      expect(html).toContain("This mail cannot be shown: its kind no longer exists,");
      expect(html).toContain("This kind of mail no longer exists.");
      expect((await getPage(house, `/admin/outbox/${id}/html`, support)).status).toBe(404);
    }
  });

  it("every template has words in every language", () => {
    for (const lang of LANGUAGES) expect(Object.keys(TEMPLATES[lang]).sort()).toEqual(Object.keys(letters).sort());
  });
});

describe("Invariant: nobody can act as another by reading their mail in the admin", () => {
  it("no page shows a token, or a part of one, of any mail there is", async () => {
    const purposes = Object.keys(TOKEN_LIFE) as TokenPurpose[];
    const linked = new Set<string>();
    const { date } = version();
    const key = { Authorization: `Bearer ${await apiKey("policy:write")}` };
    expect((await house.post("/v1/policy/versions", version(), key)).status).toBe(201);
    const [reader = ""] = await addSubscribers(house, 1);
    const campaign = await (await createDesk(house)).begun({ texts: { nl: TEXT, en: TEXT } });
    const { conversation, message } = await answered();
    for (const template of Object.keys(letters)) {
      for (const lang of LANGUAGES) {
        const token = crypto.randomUUID();
        const { id } = await addMail({
          template,
          lang,
          params: {
            ...{ token, reference: "2026-ABCD", date, number: "K00000015" },
            ...{ campaign, subscriber: idOf(reader), unsubscribe: token, preferences: token },
            ...{ page: token, conversation, message },
          },
        });
        const texts = await Promise.all(purposes.map((purpose) => tokenText(house.rt, purpose, token)));
        const row = await findMail(house.rt.db, id);
        if (!row) throw new Error("no mail");
        const live = JSON.stringify(await compose(house.rt, row, letters));
        const pages = [`/admin/outbox/${id}`, `/admin/outbox/${id}/html`];
        const shown = (
          await Promise.all(pages.map(async (path) => (await getPage(house, path, support)).text()))
        ).join();
        if (texts.some((text) => live.includes(text))) {
          linked.add(template);
          // What people wrote is shown here to nobody.
          if (template !== ANSWER_MAIL) expect(shown).toContain("?token=…");
        }
        expect(shown).not.toContain(token);
        for (const text of texts) expect(shown).not.toContain(text.split(".")[1]);
      }
    }
    expect(linked).toEqual(
      new Set([
        ...["newsletter.confirm", "newsletter.welcome", "newsletter.leave", "contact.confirm"],
        ...["contact.receipt", "contact.answer", "contact.link"],
        ...["newsletter.campaign", "newsletter.import-confirm", "newsletter.move-from", "newsletter.move-to"],
        ...["customers.confirm", "staff.sign-in", "staff.invite"],
      ]),
    );
  });

  it("a writer cannot make a token but by its link: what it gets of the runtime holds no secret", () => {
    const forger: LetterWriter = async ({ rt, params }) => ({
      subject: "",
      preheader: "",
      // @ts-expect-error: the settings of a writer have no TOKEN_SECRET.
      blocks: [{ kind: "text", text: await tokenText(rt, "staff.sign-in", params["token"] ?? "") }],
      reason: "",
    });
    expect(forger).toBeTypeOf("function");
  });

  it("the page says that links are masked, and why", async () => {
    const { id } = await addMail({ template: "staff.sign-in", params: { token: "x" } });
    expect(await pageText(`/admin/outbox/${id}`)).toContain("Who has the key can sign in or confirm something");
  });
});

describe("trying again", () => {
  it("sets a failed mail going, wakes the queue, and is entered once", async () => {
    const { id } = await addMail();
    expect(await pageText(`/admin/outbox/${id}`)).toContain("Send again");
    const reply = await postForm(house, `/admin/outbox/${id}/retry`, {}, support);
    expect(reply.status).toBe(303);
    expect(reply.headers.get("location")).toBe(`/admin/outbox/${id}?done=retried`);
    expect(await stateOf(id)).toMatchObject({ state: "queued", attempts: 0, due_at: START });
    expect(house.woken).toEqual([id]);
    expect(await entries("mail.retried", id)).toEqual([{ mail: id, actor: `staff:${support.member}` }]);
    const after = await pageText(`/admin/outbox/${id}?done=retried`);
    expect(after).toContain("The mail goes out again.");
    expect(after).not.toContain("Send again");
  });

  it("of a mail that has not failed changes and enters nothing, and says so", async () => {
    for (const { id, state } of [
      await addSent(),
      await addMail({ state: "queued" }),
      await addMail({ state: "sending" }),
    ]) {
      const reply = await postForm(house, `/admin/outbox/${id}/retry`, {}, support);
      expect(reply.headers.get("location")).toBe(`/admin/outbox/${id}?done=not-failed`);
      expect((await stateOf(id))?.state).toBe(state);
      expect(await entries("mail.retried", id)).toEqual([]);
      expect(await pageText(`/admin/outbox/${id}?done=not-failed`)).toContain("this mail has not failed");
    }
    expect(house.woken).toEqual([]);
  });

  it("by two at once counts for one of them", async () => {
    const { id } = await addMail();
    const gated = gatedHouse(house, 2);
    const replies = await Promise.all([1, 2].map(() => postForm(gated, `/admin/outbox/${id}/retry`, {}, support)));
    expect(replies.map((reply) => reply.headers.get("location")?.split("=")[1]).sort()).toEqual([
      "not-failed",
      "retried",
    ]);
    expect(await entries("mail.retried", id)).toHaveLength(1);
  });

  it("can be done again when the mail fails again in the same moment", async () => {
    const { id } = await addMail();
    await postForm(house, `/admin/outbox/${id}/retry`, {}, support);
    await house.rows("update outbox set state = 'dead' where id = ?", id);
    const reply = await postForm(house, `/admin/outbox/${id}/retry`, {}, support);
    expect(reply.headers.get("location")).toBe(`/admin/outbox/${id}?done=retried`);
    expect(await entries("mail.retried", id)).toHaveLength(2);
  });

  it("over the API follows the same rule, and names the key", async () => {
    const { id } = await addMail();
    const headers = { Authorization: `Bearer ${await apiKey("mail:write")}` };
    expect((await house.fetch(`/v1/outbox/${id}/retry`, { method: "POST", headers })).status).toBe(202);
    expect((await house.fetch(`/v1/outbox/${id}/retry`, { method: "POST", headers })).status).toBe(404);
    expect(await entries("mail.retried", id)).toEqual([{ mail: id, actor: expect.stringMatching(/^key:[\w-]{36}$/) }]);
  });

  it("all failed mails: asks first and says how many, then sets them all going and enters it once", async () => {
    const failed = [await addMail(), await addMail(), await addMail()];
    const sent = await addSent();
    expect(await pageText("/admin/outbox")).toContain('href="/admin/outbox/retry"');
    expect(await pageText("/admin/outbox/retry")).toContain("3 mails have failed. All of them go out again now.");
    expect(house.woken).toEqual([]);
    const reply = await postForm(house, "/admin/outbox/retry", {}, support);
    expect(reply.headers.get("location")).toBe("/admin/outbox?done=all-retried");
    for (const { id } of failed) expect(await stateOf(id)).toMatchObject({ state: "queued", attempts: 0 });
    expect((await stateOf(sent.id))?.state).toBe("sent");
    expect(house.woken.sort()).toEqual(failed.map(({ id }) => id).sort());
    const actor = `staff:${support.member}`;
    const wanted = [{ mails: failed.map(({ id }) => id), actor }];
    expect(await entries("mail.all-retried", actor)).toEqual(wanted);

    const again = await postForm(house, "/admin/outbox/retry", {}, support);
    expect(again.headers.get("location")).toBe("/admin/outbox?done=none-failed");
    expect(await entries("mail.all-retried", actor)).toEqual(wanted);
    const asked = await getPage(house, "/admin/outbox/retry", support);
    expect(asked.headers.get("location")).toBe("/admin/outbox?done=none-failed");
  });

  it("all, by two at once, is entered once and counts right", async () => {
    for (let i = 0; i < 3; i++) await addMail();
    const gated = gatedHouse(house, 2);
    const replies = await Promise.all([1, 2].map(() => postForm(gated, "/admin/outbox/retry", {}, support)));
    expect(replies.map((reply) => reply.headers.get("location")?.split("=")[1]).sort()).toEqual([
      "all-retried",
      "none-failed",
    ]);
    const entered = await entries("mail.all-retried", `staff:${support.member}`);
    expect(entered.map(({ mails }) => mails.length)).toEqual([3]);
  });

  it("all, when there are very many, takes the oldest and says that the rest can follow", async () => {
    const rows = Array.from({ length: RETRIED_AT_ONCE + 5 }, (_, i) => inserted({ due: START - i * 1_000 }));
    await env.DB.batch(rows.map(({ insert }) => insert));
    expect(await pageText("/admin/outbox/retry")).toContain("The 1,000 oldest go out again now.");
    await postForm(house, "/admin/outbox/retry", {}, support);
    const left = await house.rows<{ id: string }>("select id from outbox where state = 'dead' order by due_at");
    const newest = rows.slice(0, 5).map(({ mail }) => mail.id);
    expect(left.map(({ id }) => id).sort()).toEqual(newest.sort());
    expect(new Set(house.woken).size).toBe(RETRIED_AT_ONCE);
    const entered = await entries("mail.all-retried", `staff:${support.member}`);
    expect(entered.map(({ mails }) => mails.length)).toEqual([RETRIED_AT_ONCE]);
  });

  it("is not for an auditor, who sees the mails and no buttons", async () => {
    const { id } = await addMail();
    for (const path of ["/admin/outbox", `/admin/outbox/${id}`]) {
      const html = await pageText(path, auditor);
      expect(html).toContain("SMTP 550");
      expect(html).not.toContain("/admin/outbox/retry");
      expect(html).not.toContain(`${id}/retry`);
    }
    expect((await getPage(house, "/admin/outbox/retry", auditor)).status).toBe(403);
    for (const path of ["/admin/outbox/retry", `/admin/outbox/${id}/retry`]) {
      expect((await postForm(house, path, {}, auditor)).status).toBe(403);
    }
    expect((await stateOf(id))?.state).toBe("dead");
    expect(await entries("mail.retried", id)).toEqual([]);
  });

  it("needs a form of our own page", async () => {
    const { id } = await addMail();
    const reply = await postForm(house, `/admin/outbox/${id}/retry`, { "form-token": "x" }, support);
    expect(reply.status).toBe(403);
    // Who reloads loses what they typed.
    expect(await reply.text()).toContain("Go back and send it again.");
    expect((await stateOf(id))?.state).toBe("dead");
  });
});
