import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ledgerEntry } from "../../worker/ledger/entry.ts";
import { appendEntry } from "../../worker/ledger/store.ts";
import { commit } from "../../worker/platform/db.ts";
import { apiKey, DAY, panelToken } from "./house.ts";
import { addCustomers, addressOf, addVersion, noticesOf, passMinutes, postingHouse } from "./notices.ts";
import { entriesBy, getPage, postForm, type SignedIn, signedIn } from "./staff.ts";

const { house } = postingHouse();
let privacy: SignedIn;
let auditor: SignedIn;
let support: SignedIn;
let date: string;
let [sent, failed, suppressed, inPanel] = ["", "", "", ""];

/** Four customers: mailed; refused; suppressed; refused, but shown in a panel. */
beforeAll(async () => {
  [sent = "", failed = "", suppressed = "", inPanel = ""] = await addCustomers(house, 4);
  support = await signedIn(house, "support");
  await postForm(house, `/admin/customers/${suppressed}/mail/stop`, {}, support);
  date = await addVersion(house);
  await house.consume([date], "notice");
  await house.rows(
    "update outbox set state = 'dead', last_error = 'SMTP 550' where recipient in (?, ?)",
    ...[failed, inPanel].map(addressOf),
  );
  await house.consume((await noticesOf(house, date)).map(({ mail_id }) => String(mail_id)));
  expect((await tell(inPanel, "shown")).status).toBe(200);
  await house.consume([date], "notice");
});

beforeEach(async () => {
  [privacy, auditor, support] = [
    await signedIn(house, "privacy"),
    await signedIn(house, "auditor"),
    await signedIn(house, "support"),
  ];
});

const tell = async (number: string, what: "shown" | "acknowledgement", of = date) =>
  house.fetch(`/v1/me/notices/${of}/${what}`, {
    method: "POST",
    headers: { Authorization: `Bearer ${await panelToken(house.clock.now, { number })}` },
  });
const page = async (query = "", who = privacy) => {
  const reply = await getPage(house, `/admin/policy/versions/${date}${query}`, who);
  expect(reply.status).toBe(200);
  return (await reply.text()).replaceAll("<wbr/>", "");
};
const numbersIn = (html: string) =>
  [...html.matchAll(/data-label="Customer number"><div>(?:<a [^>]+>)?(C\d+)/g)].map(([, number]) => number);
const evidence = async (query = "") => {
  const headers = { Authorization: `Bearer ${await apiKey("policy:read")}` };
  return house.fetch(`/v1/policy/versions/${date}/evidence${query}`, { headers });
};

describe("what a panel says of a notice", () => {
  it("that it was shown is kept once, with the first time, and entered in the ledger", async () => {
    const before = await house.rows("select * from notice_showings where date = ?", date);
    house.clock.now += 1_000;
    const replies = await Promise.all([1, 2].map(() => tell(inPanel, "shown")));
    expect(replies.map(({ status }) => status)).toEqual([200, 200]);
    expect(await replies[0]?.json()).toEqual({ date, shown: true });
    expect(await house.rows("select * from notice_showings where date = ?", date)).toEqual(before);
    const entries = await house.rows<{ body: string }>(
      "select body from ledger_entries where kind = 'notice.shown' and subject = ?",
      `customer:${inPanel}`,
    );
    expect(entries.map(({ body }) => JSON.parse(body))).toMatchObject([{ customerNumber: inPanel, policyDate: date }]);
  });

  it("is refused for what was never announced: no version, a minor one, one of history, one of a day to come", async () => {
    const minor = await addVersion(house, { significance: "minor", isTold: false });
    const history = await addVersion(house, { isTold: false });
    for (const of of ["1999-01-01", "2027-12-31", minor, history, "x"]) {
      expect((await tell(sent, "shown", of)).status, of).toBe(404);
      expect((await tell(sent, "acknowledgement", of)).status, of).toBe(404);
    }
    expect((await house.fetch(`/v1/me/notices/${date}/shown`, { method: "POST" })).status).toBe(401);
    expect(await house.rows("select * from notice_showings where customer_number = ?", sent)).toEqual([]);
  });
});

describe("the page of a version", () => {
  it("says how many were reached by which channel, and why others were not", async () => {
    const html = await page();
    for (const [label, count] of [
      ["By mail", 1],
      ["Shown in the control panel", 1],
      ["Reached, by mail or control panel", 2],
      ["Not reached yet", 2],
    ]) {
      expect(html).toMatch(new RegExp(`${label}</div></td><td[^>]*><div>${count}<`));
    }
    expect(html).toContain("The mail server refuses this address.");
    expect(html).toContain("one of us turned it off");
    expect(html).toContain("the notice in the control panel is the fallback");
    expect(html).toContain("4 of 4 customers written to");
    expect(await page("?lang=nl")).toContain("4 van 4 klanten aangeschreven");
  });

  it("lists customers by what became of them, and finds one by number", async () => {
    const listed = async (query: string) => numbersIn(await page(query));
    expect(await listed("")).toEqual([sent, failed, suppressed, inPanel].sort());
    expect(await listed("?filter=reached")).toEqual([sent, inPanel].sort());
    expect(await listed("?filter=unreached")).toEqual([failed, suppressed].sort());
    expect(await listed("?filter=failed")).toEqual([failed, inPanel].sort());
    expect(await listed("?filter=suppressed")).toEqual([suppressed]);
    expect(await listed("?filter=sent")).toEqual([sent]);
    expect(await listed("?filter=due")).toEqual([]);
    expect(await listed(`?number=${failed}`)).toEqual([failed]);
    expect(await listed("?number=nobody")).toEqual([]);
    expect(await listed("?filter=__proto__")).toHaveLength(4);
    expect(await listed(`?after=${encodeURIComponent(failed)}`)).not.toContain(failed);
  });

  it("has an acknowledgement as soon as it is given", async () => {
    expect(numbersIn(await page("?filter=acknowledged"))).toEqual([]);
    expect((await tell(sent, "acknowledgement")).status).toBe(200);
    expect(numbersIn(await page("?filter=acknowledged"))).toEqual([sent]);
    expect(await page()).toMatch(/Acknowledged in the control panel<\/div><\/td><td[^>]*><div>1</);
  });

  it("counts very many no oftener than each twenty seconds", async () => {
    const shown = async () => /Shown in the control panel<\/div><\/td><td[^>]*><div>(\d+)</.exec(await page())?.[1];
    await house.rows("update notice_runs set taken = 10000 where date = ?", date);
    const before = Number(await shown());
    expect((await tell(failed, "shown")).status).toBe(200);
    expect(Number(await shown())).toBe(before);
    house.clock.now += 20_000;
    expect(Number(await shown())).toBe(before + 1);
    await house.rows("delete from notice_showings where customer_number = ?", failed);
    await house.rows("update notice_runs set taken = 4 where date = ?", date);
  });

  it("says who published it, by name", async () => {
    const told = { event: date, subject: null, actor: `staff:${privacy.member}` };
    const body = { policyDate: date, effective: date, significance: "significant", sha256: {}, apiKey: null };
    await commit(house.rt, [appendEntry(await ledgerEntry(house.rt, "policy.published", { ...told, body }))]);
    const [member] = await house.rows<{ name: string }>("select name from staff_members where id = ?", privacy.member);
    expect(await page()).toContain(`, by ${member?.name}`);
  });

  it("Today says that mails failed, also when the run is done, as long as they can be tried again", async () => {
    const today = async () => (await getPage(house, "/admin", privacy)).text();
    const end = (at: number) => house.rows("update notice_runs set state = 'done', finished_at = ?", at);
    await end(house.clock.now - 89 * DAY);
    expect(await today()).toContain("Not all mail about the version of");
    await end(house.clock.now - 90 * DAY);
    expect(await today()).not.toContain("Not all mail about the version of");
    await house.rows("update notice_runs set state = 'running', finished_at = null where date = ?", date);
  });

  it("pauses and resumes for who may, and says when somebody else was first", async () => {
    const path = `/admin/policy/versions/${date}`;
    const press = async (what: string) =>
      (await postForm(house, `${path}/${what}`, {}, privacy)).headers.get("location");
    expect(await press("resume")).toBe(`${path}?done=unchanged`);
    expect(await press("pause")).toBe(`${path}?done=paused`);
    expect(await page()).toContain("Paused. No new mail goes out");
    expect(await page("", auditor)).not.toContain(`${path}/resume`);
    expect(await (await getPage(house, "/admin", privacy)).text()).toContain("Telling customers of the version of");
    expect(await press("resume")).toBe(`${path}?done=resumed`);
    const kinds = (await entriesBy(house, privacy.member)).map(({ kind }) => kind);
    expect(kinds).toEqual(["notice.paused", "notice.resumed"]);
  });

  it("gives the evidence as CSV by a form, and enters that it did", async () => {
    const reply = await postForm(house, `/admin/policy/versions/${date}/export`, { filter: "failed" }, auditor);
    expect(reply.status).toBe(200);
    expect(reply.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(reply.headers.get("content-disposition")).toContain(`evidence-${date}-failed.csv`);
    const lines = (await reply.text()).trim().split("\r\n");
    expect(lines).toHaveLength(3);
    expect(lines[1]).toMatch(new RegExp(`^${date},${failed},failed,.*,SMTP 550,`));
    expect(await entriesBy(house, auditor.member)).toMatchObject([{ kind: "notice.exported", policyDate: date }]);
  });

  it("is not there for a date without a version", async () => {
    expect((await getPage(house, "/admin/policy/versions/1999-01-01", privacy)).status).toBe(404);
  });
});

describe("the evidence over the API", () => {
  it("has the counts and a page of customers", async () => {
    const found = await (await evidence("?filter=failed")).json();
    expect(found).toMatchObject({
      date,
      figures: {
        run: { state: "running", taken: 4, customers: 4 },
        mails: { due: 0, sent: 1, failed: 2, suppressed: 1 },
        shown: 1,
      },
      customers: [
        { customerNumber: failed, mail: "failed", reason: "SMTP 550", sentAt: null, shownAt: null },
        { customerNumber: inPanel, mail: "failed", shownAt: expect.stringMatching(/Z$/) },
      ],
      next: null,
    });
    expect((await evidence("?filter=nonsense")).status).toBe(422);
  });

  it("counts on its first page alone, and changes nothing: it is a GET", async () => {
    const entered = () => house.rows("select 1 from ledger_entries where kind = 'notice.exported'");
    const before = (await entered()).length;
    expect(await (await evidence()).json()).toHaveProperty("figures");
    const next = await (await evidence(`?after=${sent}`)).json();
    expect(next).toMatchObject({ date, customers: [{}, {}, {}] });
    expect(next).not.toHaveProperty("figures");
    expect(await entered()).toHaveLength(before);
  });
});

describe("a customer's own page", () => {
  it("says what they were told of which version, and stops and allows mail to their address", async () => {
    const path = `/admin/customers/${failed}`;
    const own = async () => (await getPage(house, path, support)).text();
    expect(await own()).toContain("This address gets notices about the privacy policy by mail.");
    expect(await own()).toContain("The mail server refuses this address.");
    const stop = () => postForm(house, `${path}/mail/stop`, {}, support);
    expect((await stop()).headers.get("location")).toBe(`${path}?done=mail-stopped`);
    expect((await stop()).headers.get("location")).toBe(`${path}?done=mail-unchanged`);
    expect(await own()).toContain("This address gets no notices by mail.");
    const allow = await postForm(house, `${path}/mail/allow`, {}, support);
    expect(allow.headers.get("location")).toBe(`${path}?done=mail-allowed`);
    const kinds = (await entriesBy(house, support.member)).map(({ kind }) => kind);
    expect(kinds).toEqual(["mail.suppressed", "mail.allowed"]);
  });
});

describe("a version with very many customers", () => {
  it("pages through them, each once", async () => {
    const numbers = await addCustomers(house, 120);
    await passMinutes(house, 2);
    const seen: string[] = [];
    let path = "";
    for (let pages = 0; pages < 4; pages++) {
      const html = await page(path);
      seen.push(...numbersIn(html).map(String));
      path = /href="[^"]*(\?after=[^"]+)" rel="next"/.exec(html)?.[1] ?? "";
      if (path === "") break;
    }
    expect(seen).toHaveLength(124);
    expect(new Set(seen).size).toBe(124);
    expect(seen).toEqual(expect.arrayContaining(numbers));
  });
});
