import { beforeAll, describe, expect, it } from "vitest";
import { createHouse } from "./house.ts";
import { createInbound } from "./inbound.ts";
import { getPage, type SignedIn, signedIn } from "./staff.ts";

const { house, sentCampaign, people } = createInbound();
let marketing: SignedIn;

beforeAll(async () => {
  marketing = await signedIn(house, "marketing");
  const days: [string, string, string, number][] = [
    ["2026-11-01", "site", "joined", 12],
    ["2026-11-01", "beurs", "joined", 3],
    ["2026-11-20", "site", "joined", 1],
    ["2026-11-20", "site", "left", 4],
    ["2026-11-20", "site", "bounced", 2],
    ["2026-10-01", "old", "joined", 5],
  ];
  for (const row of days) {
    await house.rows(
      "insert into subscriber_days (day, source, event, count) values (?, ?, ?, ?) on conflict do update set count = excluded.count",
      ...row,
    );
  }
});

const page = async (query = "", path = "/admin/newsletters/figures") => {
  const reply = await getPage(house, `${path}${query}`, marketing);
  expect(reply.status).toBe(200);
  return reply.text();
};
const factIn = (html: string, name: string) => new RegExp(`<dt>${name}</dt><dd>([^<]*)</dd>`).exec(html)?.[1];
const svgsIn = (html: string) => html.match(/<svg [^>]*role="img"[\s\S]*?<\/svg>/g) ?? [];

describe("the figures of the newsletter", () => {
  it("show growth as charts that say in words what they show, with the numbers beside them", async () => {
    const html = await page("?from=2026-10-25&to=2026-11-22");
    expect(factIn(html, "Joined")).toBe("16");
    expect(factIn(html, "Left")).toBe("4");
    expect(factIn(html, "Undeliverable")).toBe("2");
    expect(factIn(html, "Growth")).toBe("+10");
    const [joined = "", gone = ""] = svgsIn(html);
    expect(joined).toContain('aria-labelledby="joined-title joined-summary"');
    expect(joined).toContain("16 joined in all. Most of them in the period 1 November 2026: 15.");
    expect(gone).toContain("6 went in all. Most of them in the period 20 November 2026: 6.");
    // Two sources on one day, one on another; 15 fit below 16.
    expect(joined.match(/<rect class="part/g)).toHaveLength(3);
    expect(joined).toContain(">16</text>");
    expect(html).toContain('data-label="beurs" class="number"><div>3</div>');
    expect(html).not.toContain('data-label="old"');
  });

  it("draw each column as high as its number", async () => {
    const [joined = ""] = svgsIn(await page("?from=2026-10-25&to=2026-11-22"));
    const heights = [...joined.matchAll(/<rect class="part part-(\d)"[^>]* height="([\d.]+)"/g)].map(
      ([, part, height]) => [Number(part), Number(height)] as const,
    );
    // Of 16 in 224 units.
    expect(heights).toEqual([
      [0, 168],
      [1, 42],
      [0, 14],
    ]);
  });

  it("go by weeks or months when days are too many, and are one source's when asked", async () => {
    const html = await page("?from=2026-09-01&to=2026-11-22&by=day");
    expect(html).toContain('<option value="week" selected="">');
    expect(html).toContain("week of 26 October 2026");
    expect(factIn(await page("?from=2026-11-01&source=beurs"), "Joined")).toBe("3");
    expect(factIn(await page("?from=2016-09-01&by=day"), "Joined")).toBe("21");
  });

  it("say what is wrong with days that are none, and show the usual ones", async () => {
    const html = await page("?from=2026-11-22&to=2026-11-01");
    expect(html).toContain('id="from-error"');
    expect(svgsIn(html).length).toBeGreaterThan(0);
  });

  it("say that nobody came or went, instead of an empty chart", async () => {
    const html = await page("?from=2001-01-01&to=2001-01-31");
    expect(html).toContain("Nobody joined in this period.");
    expect(html).toContain("Nobody went in this period.");
  });

  it("show newsletters side by side and each by itself, in shares of what was sent", async () => {
    const emails = [];
    for (let i = 0; i < 4; i++) emails.push(await people.activeSubscriber());
    const { campaign } = await sentCampaign(emails);
    await house.rows("update campaigns set name = 'Nieuws <b>november</b>' where id = ?", campaign);
    await house.rows(
      "update campaign_recipients set bounced_at = 1, replied_at = 1 where mail_id in (select mail_id from campaign_recipients where campaign_id = ? limit 1)",
      campaign,
    );
    const html = await page();
    expect(html).toContain("Nieuws &lt;b&gt;november&lt;/b&gt;");
    expect(html).toContain("Left 0% · Undeliverable 25% · Complaint 0% · Replies 25%");
    const one = await page("", `/admin/newsletters/${campaign}`);
    expect(one).toContain("1 (25%)");
    const csv = await page("", `/admin/newsletters/${campaign}/figures.csv`);
    expect(csv).toMatch(/,0,4,0,0,0,1,0,0,1\r\n$/);
    expect(await page("/campaigns.csv")).toContain("Nieuws <b>november</b>");
    expect(await page("/growth.csv?from=2026-11-01&to=2026-11-01")).toContain("2026-11-01,beurs,3,0,0,0\r\n");
  });

  it("load nothing from elsewhere and run no script of their own", async () => {
    const html = await page();
    expect(html).not.toMatch(/style=|onload|<script(?! type="module" src="\/admin.js")/);
  });

  it("say that bounces are not counted where no mail comes in", async () => {
    const closed = createHouse();
    const reply = await getPage(closed, "/admin/newsletters/figures", await signedIn(closed, "marketing"));
    expect(await reply.text()).toContain("INBOUND_ADDRESS");
  });
});
