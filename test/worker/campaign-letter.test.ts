import { beforeAll, describe, expect, it } from "vitest";
import { mimeOf } from "../../worker/mail/mime.ts";
import { ORIGIN } from "./house.ts";
import { addSubscribers, createDesk, sendingHouse, workOff } from "./sending.ts";

const { house } = sendingHouse({ COMPANY: "Kaas & <Worst>", COMPANY_ADDRESS: "Dorpsstraat 1, 1234 AB Ons Dorp" });

const MARKDOWN = [
  "## Nieuws",
  "Dag {{name|lezer}}, zie [het nieuws](https://elders.example/nieuws?a=1&b=2).",
  '[Bekijk het aanbod](https://elders.example/aanbod "button")',
  "[![Een foto](https://beeld.example/a.png)](https://elders.example/foto)",
  "Mail [ons](mailto:post@example.nl) of bel [ons](tel:+31201234567).",
].join("\n\n");

const WRITTEN = [
  "https://elders.example/nieuws?a=1&b=2",
  "https://elders.example/aanbod",
  "https://elders.example/foto",
  "mailto:post@example.nl",
  "tel:+31201234567",
];

/** A mail of a newsletter as it goes out to one reader. */
async function mailTo(name: string | null, more: object = {}) {
  const [email = ""] = await addSubscribers(house, 1, { name });
  const desk = await createDesk(house);
  const id = await desk.begun({
    texts: { nl: { subject: "{{name|Lezer}}, nieuws", preheader: "Voor {{name|jou}}", markdown: MARKDOWN } },
    ...more,
  });
  await workOff(house);
  const mail = (await house.mailsTo(email)).at(-1);
  if (!mail) throw new Error(`No mail went to ${email}`);
  return { ...mail, email, id };
}

const attributes = (html: string, name: string): string[] =>
  [...html.matchAll(new RegExp(` ${name}="([^"]*)"`, "g"))].map(([, value = ""]) => value.replaceAll("&amp;", "&"));

describe("a newsletter as it goes out", () => {
  let mail: Awaited<ReturnType<typeof mailTo>>;
  beforeAll(async () => {
    mail = await mailTo("Sam");
  });

  it("has the links that were written, as they were written, and the footer's: none is led through us", () => {
    const links = attributes(mail.html, "href");
    const own = links.filter((link) => link.startsWith(ORIGIN));
    expect(links.filter((link) => !own.includes(link))).toEqual(WRITTEN);
    expect(own.map((link) => new URL(link).pathname)).toEqual([
      "/newsletter/unsubscribe",
      "/newsletter/preferences",
      "/policy",
    ]);
    for (const link of WRITTEN) expect(mail.text).toContain(link.replace(/^(mailto|tel):/, ""));
  });

  it("loads nothing but the images that were written: no pixel, no font, no style", () => {
    expect(attributes(mail.html, "src")).toEqual(["https://beeld.example/a.png"]);
    expect(mail.html).not.toMatch(
      /<(script|link|iframe|object|embed|video|audio|form|input)\b|@import|@font-face|url\(/i,
    );
    expect(mail.html).not.toMatch(/(width|height)="[01]"/);
  });

  it("says who sends it from where, why, and how to leave, in both its parts", () => {
    expect(mail.text).toContain("Kaas & <Worst>, Dorpsstraat 1, 1234 AB Ons Dorp");
    expect(mail.html).toContain("Kaas &amp; &lt;Worst&gt;, Dorpsstraat 1, 1234 AB Ons Dorp");
    for (const said of [mail.text, mail.html]) {
      expect(said).toContain("omdat je je ervoor aanmeldde en dat bevestigde");
      for (const label of ["Afmelden", "Voorkeuren wijzigen", "Privacybeleid"]) expect(said).toContain(label);
    }
  });

  it("can be left in one click, from its headers, and belongs to a list", () => {
    expect(mail.headers["List-Unsubscribe"]).toMatch(/^<https:\/\/fineprint\.test\/newsletter\/unsubscribe\?token=/);
    expect(mail.headers["List-Unsubscribe-Post"]).toBe("List-Unsubscribe=One-Click");
    expect(mail.headers["List-Id"]).toMatch(/<.+>$/);
  });

  it("leads to the web version when it is public, and that one has nobody's name", async () => {
    const open = await mailTo("Sam", { isPublic: true });
    const link = attributes(open.html, "href").find((url) => url.includes("/newsletter/archive/")) ?? "";
    const web = await (await house.fetch(link.slice(ORIGIN.length), { headers: { Accept: "text/html" } })).text();
    expect(web).toContain("Dag lezer");
    expect(web).not.toContain("Sam");
  });
});

describe("a name", () => {
  it.each([
    "Sam\r\nBcc: iedereen@example.nl",
    "Sam\nContent-Type: text/html\n\n<h1>x</h1>",
    "Sam\u0000\u0007\u2028Bcc: x@example.nl",
    "=?utf-8?Q?Sam=0D=0ABcc:_x@example.nl?=",
    "<img src=https://evil.example/x.png> [x](https://evil.example) {{email}}",
    "x".repeat(5_000),
  ])("is words in the subject, the preheader and the text, and no header: %j", async (name) => {
    const mail = await mailTo(name);
    expect(mail.subject).not.toMatch(/\p{Cc}|\u2028/u);
    expect(mail.subject.length).toBeLessThan(200);
    const [head = ""] = mimeOf(mail).split("\r\n\r\n");
    const names = head
      .split("\r\n")
      .filter((line) => !/^\s/.test(line))
      .map((line) => line.split(":")[0]);
    expect(new Set(names).size).toBe(names.length);
    expect(names).not.toContain("Bcc");
    expect(attributes(mail.html, "href").filter((link) => link.includes("evil.example"))).toEqual([]);
    expect(attributes(mail.html, "src")).toEqual(["https://beeld.example/a.png"]);
    expect(mail.text).not.toContain(`${mail.email}, zie`);
  });

  it("that is not known gives way to what is said instead", async () => {
    const mail = await mailTo(null);
    expect([mail.subject, mail.text.includes("Dag lezer, zie"), mail.html.includes("Voor jou")]).toEqual([
      "Lezer, nieuws",
      true,
      true,
    ]);
  });
});
