import { describe, expect, it } from "vitest";
import {
  answerOf,
  filesOf,
  manyMessages,
  messagesOf,
  PNG,
  refusalOf,
  rowOf,
  upload,
  type Writer,
  writer,
} from "./contact-people.ts";
import { dumpOf } from "./dump.ts";
import { createHouse, DAY, freshAddress, linkIn } from "./house.ts";

const house = createHouse();

const at = (link: string, path: string) => link.replace("/contact/conversation", `/contact/conversation${path}`);
const htmlOf = async (reply: Response | Promise<Response>) => (await reply).text();
/** What a form of the page sends: fields, and files by their name. */
function form(fields: Record<string, string>, files: Record<string, Uint8Array> = {}): RequestInit {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  for (const [name, bytes] of Object.entries(files))
    body.append("files", new File([bytes as Uint8Array<ArrayBuffer>], name));
  // A browser sends an empty file where none was chosen.
  if (Object.keys(files).length === 0) body.append("files", new File([], ""));
  return { method: "POST", body };
}
const add = (link: string, fields: Record<string, string>, files?: Record<string, Uint8Array>) =>
  house.fetch(link, form({ key: crypto.randomUUID(), ...fields }, files));
const press = (link: string) => house.fetch(link, { method: "POST", body: new URLSearchParams() });

describe("the private page", () => {
  it("shows all that was said, as text, with quotes folded and files to save; nobody keeps it or learns of it", async () => {
    const message = "<script>alert(1)</script> & 😀\nשלום\n\nOp 22 nov. 2026 schreef Sam:\n> eerder";
    const { link, reference } = await writer(house, { message, subject: "<b>Traag</b>" });
    await answerOf(house, reference, "We kijken ernaar.\nGroet");
    await house.rows("update messages set quoted_from = ? where body = ?", message.indexOf("Op 22"), message);
    const reply = await house.fetch(link);
    const html = await reply.text();
    expect(reply.status).toBe(200);
    for (const words of ["&lt;script&gt;alert(1)&lt;/script&gt; &amp; 😀\nשלום</div>", "&lt;b&gt;Traag&lt;/b&gt;"])
      expect(html).toContain(words);
    expect(html).toMatch(
      /<details><summary>Aangehaalde tekst en ondertekening<\/summary>[\s\S]*Op 22 nov. 2026 schreef Sam:/,
    );
    for (const words of ["We kijken ernaar.", "We hebben je bericht.", "hooguit 24 maanden", "Gesprek afsluiten"])
      expect(html).toContain(words);
    expect(html.replace('<script type="module" src="/page.js"></script>', "")).not.toMatch(/secret-member|<script/);
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      "cache-control": "no-store",
      "referrer-policy": "same-origin",
      "content-security-policy":
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; script-src 'self'; connect-src 'self'",
    });
    const other = await house.fetch("/contact/find?lang=nl");
    expect(other.headers.get("content-security-policy")).not.toContain("script-src");
    expect(await other.text()).not.toContain("<script");
    // All that can be followed leads to us, so that no other site is told the token.
    expect(
      [...html.matchAll(/(?:href|action|src)="([^"]+)"/g)]
        .map(([, to]) => to)
        .filter((to) => !/^(\/|#|data:,)/.test(to ?? "")),
    ).toEqual([]);
    expect(await htmlOf(house.fetch(`${link}&lang=en`))).toContain("Close conversation");
  });

  it("shows 200 messages, the newest, and leads to the older ones and back", async () => {
    const { link, reference } = await writer(house);
    await manyMessages(house, reference, 250);
    const newest = await htmlOf(house.fetch(link));
    expect(["bericht 51.", "bericht 250."].map((words) => newest.includes(words))).toEqual([true, true]);
    expect(newest).not.toContain("bericht 50.");
    const older = /href="([^"]+)">Oudere berichten/.exec(newest)?.[1]?.replaceAll("&amp;", "&") ?? "";
    const html = await htmlOf(house.fetch(older));
    for (const words of ["Mijn site is traag.", "bericht 1.", "bericht 50."]) expect(html).toContain(words);
    expect(html).not.toContain("bericht 51.");
    expect(html).not.toContain("Oudere berichten");
    const back = /href="([^"]+)">Naar de nieuwste berichten/.exec(html)?.[1]?.replaceAll("&amp;", "&") ?? "";
    expect(await htmlOf(house.fetch(back))).toContain("bericht 250.");
    // A place of somebody else's tells no more than one that is none.
    const other = await writer(house);
    const [{ seq } = { seq: 0 }] = await house.rows<{ seq: number }>("select max(seq) seq from messages");
    expect(await htmlOf(house.fetch(`${link}&before=${seq}`))).not.toContain("bericht 1.");
    expect(other.reference).not.toBe(reference);
    for (const before of ["", "x", "0", "-1", "9".repeat(40)])
      expect((await house.fetch(`${link}&before=${before}`)).status, before).toBe(200);
  });

  it("opens by its own token alone", async () => {
    const [one, other] = [await writer(house), await writer(house)];
    const [tokenOfOne = "", tokenOfOther = ""] = [one, other].map(({ link }) => link.split("token=")[1] ?? "");
    const [idOfOne, macOfOther] = [tokenOfOne.split(".")[0], tokenOfOther.split(".")[1]];
    for (const token of ["", "x", tokenOfOne.slice(0, -1), `${tokenOfOne}x`, `${idOfOne}.${macOfOther}`]) {
      for (const path of ["", "/close", "/erase", "/link"]) {
        const reply = await house.fetch(`/contact/conversation${path}?token=${token}`, form({ message: "x" }));
        expect([path, await refusalOf(reply)]).toEqual([path, "400 token_invalid"]);
      }
    }
    expect(await rowOf(house, one.reference)).toMatchObject({ status: "new", version: 1 });
  });

  it("Invariant 2: no GET changes anything", async () => {
    const { link } = await writer(house);
    const before = await dumpOf(house);
    for (const path of ["", "/erase", "/close", "/link", "/files/x"]) await house.fetch(at(link, path));
    expect(await dumpOf(house)).toEqual(before);
  });
});

describe("adding to a conversation", () => {
  it("Invariant 3: is one message with its files, however often the form is sent; then it is said", async () => {
    const { link, reference } = await writer(house);
    const key = crypto.randomUUID();
    const files = { "foto.png": PNG, "uitleg.txt": new TextEncoder().encode("Kijk maar") };
    const send = () => house.fetch(link, form({ key, message: "Met foto 😀" }, files));
    const first = await send();
    expect([first.status, decodeURIComponent(first.headers.get("location") ?? "")]).toEqual([
      303,
      `${link}&done=added`,
    ]);
    expect((await send()).status).toBe(303);
    expect((await messagesOf(house, reference)).map(({ body, channel }) => [body, channel])).toEqual([
      ["Mijn site is traag.", "widget"],
      ["Met foto 😀", "page"],
    ]);
    const stored = await filesOf(house, reference);
    expect(stored.map(({ name }) => name)).toEqual(["foto.png", "uitleg.txt"]);
    const html = await htmlOf(house.fetch(`${link}&done=added`));
    expect(html).toContain("Je bericht is verstuurd.");
    const download = await house.fetch(at(link, `/files/${stored[0]?.id}`));
    expect(Object.fromEntries(download.headers)).toMatchObject({
      "content-type": "application/octet-stream",
      "content-disposition": expect.stringContaining('attachment; filename="foto.png"'),
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
    });
    expect(new Uint8Array(await download.arrayBuffer())).toEqual(PNG);
    const stranger = await writer(house);
    expect((await house.fetch(at(stranger.link, `/files/${stored[0]?.id}`))).status).toBe(404);
  });

  it("keeps 20,000 characters and right-to-left text as they are; a letter more is said beside the field", async () => {
    const { link, reference } = await writer(house);
    const long = "م😀".repeat(6_666).slice(0, 19_998);
    expect((await add(link, { message: long })).status).toBe(303);
    expect((await messagesOf(house, reference)).at(-1)?.body).toBe(long);
    const reply = await add(link, { message: "a".repeat(20_001) });
    const html = await reply.text();
    expect([reply.status, html.includes("Dit is te lang."), html.includes("a".repeat(20_001))]).toEqual([
      422,
      true,
      true,
    ]);
    expect(html).toContain('aria-describedby="message-error"');
  });

  it("with a card number asks first; text and files stay, and it is masked or kept as they choose", async () => {
    const { link, reference } = await writer(house);
    const key = crypto.randomUUID();
    const message = "Kaart 4111 1111 1111 1111";
    const asked = await house.fetch(link, form({ key, message }, { "bewijs.png": PNG }));
    const html = await asked.text();
    expect([asked.status, await messagesOf(house, reference)]).toEqual([422, [expect.anything()]]);
    for (const words of [message, 'name="cards" value="mask"', 'name="cards" value="keep"', "bewijs.png", key])
      expect(html).toContain(words);
    const box = /name="(file\.[\w-]{22})"/.exec(html)?.[1] ?? "";
    expect((await add(link, { key, message, cards: "mask", [box]: "on" })).status).toBe(303);
    expect((await messagesOf(house, reference)).at(-1)?.body).toBe("Kaart •••• •••• •••• 1111");
    expect((await filesOf(house, reference)).map(({ name }) => name)).toEqual(["bewijs.png"]);
    expect((await add(link, { message, cards: "keep" })).status).toBe(303);
    expect((await messagesOf(house, reference)).at(-1)?.body).toBe(message);
  });

  it("refuses files that do harm, or are too many, beside their field; the text stays", async () => {
    const { link, reference } = await writer(house);
    const many = Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`${n}.png`, PNG]));
    for (const [files, words] of [
      [{ "a.exe": PNG }, "Dit soort bestand kan schade doen."],
      [many, "Dit zijn er te veel"],
      [{ "groot.dat": new Uint8Array(10_485_761).fill(1) }, "Dit is te groot"],
    ] as const) {
      const html = await htmlOf(add(link, { message: "Mijn verhaal" }, files));
      expect(html).toContain(words);
      expect(html).toContain("Mijn verhaal");
      expect(html).toContain('aria-describedby="files-hint files-error"');
    }
    const two = { "a.dat": new Uint8Array(10_000_000).fill(1), "b.dat": new Uint8Array(10_000_000).fill(2) };
    expect((await add(link, { message: "Twee grote" }, two)).status).toBe(303);
    const over = { ...two, "c.dat": new Uint8Array(7_000_000).fill(3) };
    expect((await add(link, { message: "Te veel bij elkaar" }, over)).status).toBe(413);
    expect(await filesOf(house, reference)).toHaveLength(2);
  });

  it("keeps the good files when another is refused, says which one was, and asks about a card number at once", async () => {
    const { link, reference } = await writer(house);
    const [key, message] = [crypto.randomUUID(), "Kaart 4111 1111 1111 1111"];
    const files = { "goed.png": PNG, "kwaad.exe": PNG, "leeg.txt": new Uint8Array(), "ook goed.png": PNG };
    const html = await htmlOf(house.fetch(link, form({ key, message }, files)));
    for (const words of ["kwaad.exe: Dit soort bestand kan schade doen.", "leeg.txt: Er staat niets in dit bestand."])
      expect(html).toContain(words);
    expect(html).toContain('name="cards" value="mask"');
    const boxes = [...html.matchAll(/name="(file\.[\w-]{22})" checked=""\/>([^<]*)/g)].map(([, box = "", name]) => [
      box,
      name,
    ]);
    expect(boxes.map(([, name]) => name).sort()).toEqual(["goed.png", "ook goed.png"]);
    expect(await messagesOf(house, reference)).toHaveLength(1);
    const kept = Object.fromEntries(boxes.map(([box]) => [box, "on"]));
    expect((await add(link, { key, message, cards: "mask", ...kept })).status).toBe(303);
    expect((await filesOf(house, reference)).map(({ name }) => name)).toEqual(["goed.png", "ook goed.png"]);
  });

  it("by Enter in a field never answers the question about a card number", async () => {
    const { link } = await writer(house);
    const message = "Kaart 4111 1111 1111 1111";
    const plain = new URLSearchParams({ email: freshAddress(), message, lang: "nl" });
    const asked = [add(link, { message }), house.fetch("/v1/contact/messages", { method: "POST", body: plain })];
    for (const reply of asked) {
      const [, html = ""] = /<main[^>]*>([\s\S]*)/.exec(await htmlOf(reply)) ?? [];
      // What a browser presses for Enter: the first button of the form (HTML, 4.10.21.2 implicit submission).
      const [button] = /<button[^>]*>/.exec(html) ?? [];
      expect(html).toContain('value="mask"');
      expect(button).toMatch(/type="submit"/);
      expect(button).not.toMatch(/name=| hidden[= >]/);
    }
  });

  it("opens again what was closed", async () => {
    const { link, reference } = await writer(house);
    const closed = await press(at(link, "/close"));
    expect([closed.status, decodeURIComponent(closed.headers.get("location") ?? "")]).toEqual([
      303,
      `${link}&done=closed`,
    ]);
    expect(await rowOf(house, reference)).toMatchObject({ status: "closed", close_reason: "by-person" });
    expect((await press(at(link, "/close"))).status).toBe(303);
    const html = await htmlOf(house.fetch(link));
    expect(html).toContain("Dit gesprek is afgesloten op 22 november 2026.");
    expect(html).toContain("Na 21 november 2028 wissen we het.");
    expect(html).not.toContain("Gesprek afsluiten");
    expect(html.match(/gaat het (gesprek )?weer open/g)).toHaveLength(1);
    const justClosed = await htmlOf(house.fetch(`${link}&done=closed`));
    expect([justClosed.match(/afgesloten/g), justClosed.match(/weer open/g)].map((found) => found?.length)).toEqual([
      1, 1,
    ]);
    await add(link, { message: "Toch nog iets" });
    expect(await rowOf(house, reference)).toMatchObject({ status: "open" });
  });
});

it("closing that is refused says nothing of words, for none were typed", async () => {
  const { link, reference } = await writer(house);
  const { DB } = house.bindings;
  let isFirst = true;
  const late = createHouse({
    DB: new Proxy(DB, {
      get(target, name) {
        const value = Reflect.get(target, name);
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => {
          const go = () => Reflect.apply(value, target, args);
          if (name !== "batch" || !isFirst) return go();
          isFirst = false;
          return add(link, { message: "Toch nog iets" }).then(go);
        };
      },
    }),
  });
  const reply = await late.fetch(at(link, "/close"), { method: "POST", body: new URLSearchParams() });
  const html = await reply.text();
  expect([reply.status, /role="alert">\s*([^<]+)/.exec(html)?.[1]]).toEqual([
    409,
    "Iemand anders was je voor. Bekijk wat er veranderde en sla het daarna nog een keer op.",
  ]);
  expect(await rowOf(house, reference)).toMatchObject({ close_reason: null });
});

describe("erasing", () => {
  it("asks first, then all is gone, with its files; the link says so", async () => {
    const { link, reference } = await writer(house);
    await add(link, { message: "Met foto" }, { "foto.png": PNG });
    const [file] = await filesOf(house, reference);
    expect(await htmlOf(house.fetch(at(link, "/erase")))).toContain("Dit kan niet ongedaan worden gemaakt.");
    expect(await rowOf(house, reference)).toBeDefined();
    expect(await htmlOf(press(at(link, "/erase")))).toContain("Het gesprek is gewist");
    expect([await rowOf(house, reference), await messagesOf(house, reference)]).toEqual([undefined, []]);
    await house.round();
    expect(await house.bindings.FILES.head(`files/${file?.id}`)).toBeNull();
    for (const path of ["", "/erase", `/files/${file?.id}`]) {
      const reply = await house.fetch(at(link, path));
      expect([path, reply.status, (await reply.text()).includes("Dit gesprek is er niet meer")]).toEqual([
        path,
        410,
        true,
      ]);
    }
    expect((await press(at(link, "/erase"))).status).toBe(410);
    expect((await add(link, { message: "Nog iets" })).status).toBe(410);
  });
});

describe("a link that has lapsed", () => {
  it("does nothing but mail a new one to the conversation's own address, five a day at most", async () => {
    const later = createHouse();
    const { link, email, reference } = await writer(later);
    later.clock.now += 31 * DAY;
    const reply = await later.fetch(link);
    expect([reply.status, (await reply.text()).includes("Mail me een nieuwe link")]).toEqual([410, true]);
    for (const path of ["", "/close", "/erase"]) {
      expect((await later.fetch(at(link, path), form({ message: "x" }))).status).toBe(410);
    }
    expect(await messagesOf(later, reference)).toHaveLength(1);
    for (let i = 0; i < 7; i++) {
      const sent = await later.fetch(at(link, "/link"), { method: "POST" });
      expect([sent.status, (await sent.text()).includes("Kijk in je mail")]).toEqual([200, true]);
    }
    const mails = (await later.mailsTo(email)).slice(1);
    expect(mails).toHaveLength(5);
    expect((await later.fetch(linkIn(mails[0], "/contact/conversation"))).status).toBe(200);
  });
});

describe("a link that was lost", () => {
  const find = (fields: Record<string, string>) =>
    house.fetch("/contact/find?lang=nl", { method: "POST", body: new URLSearchParams(fields) });
  const linksTo = async (email: string) =>
    (await house.rows("select 1 from outbox where recipient = ? and template = 'contact.link'", email)).length;

  it("is mailed to who knows reference and address, however the reference is typed", async () => {
    const { email, reference } = await writer(house);
    const typed = ` ${reference.toLowerCase().replaceAll("-", " ").replaceAll("0", "o").replaceAll("1", "l")} `;
    expect((await find({ reference: typed, email: email.toUpperCase() })).status).toBe(200);
    expect(await linksTo(email)).toBe(1);
    const link = linkIn((await house.mailsTo(email)).at(-1), "/contact/conversation");
    expect((await house.fetch(link)).status).toBe(200);
  });

  it("Invariant 4: the reply is the same, and so are the statements, whether or not there is such a conversation", async () => {
    const [known, other]: [Writer, Writer] = [await writer(house), await writer(house)];
    const seen: unknown[] = [];
    const spied = createHouse({
      DB: new Proxy(house.bindings.DB, {
        get(target, name: keyof D1Database) {
          const value = Reflect.get(target, name);
          if (typeof value !== "function") return value;
          return (...args: unknown[]) => {
            if (name === "prepare") seen.push(args[0]);
            if (name === "batch") seen.push((args[0] as unknown[]).length);
            return Reflect.apply(value, target, args);
          };
        },
      }),
    });
    const trace = async (fields: Record<string, string>) => {
      seen.length = 0;
      const reply = await spied.fetch("/contact/find?lang=nl", { method: "POST", body: new URLSearchParams(fields) });
      return [reply.status, [...reply.headers], await reply.text(), spied.woken.length, [...seen]];
    };
    const traces: unknown[] = [];
    for (const fields of [
      { reference: known.reference, email: known.email },
      { reference: known.reference, email: freshAddress() },
      { reference: known.reference, email: other.email },
      { reference: "FP-0000-0000", email: known.email },
    ]) {
      spied.woken.length = 0;
      traces.push(await trace(fields));
    }
    expect(traces[0]).toEqual([
      200,
      expect.anything(),
      expect.stringContaining("Kijk in je mail"),
      1,
      expect.anything(),
    ]);
    for (const other of traces.slice(1)) expect(other).toEqual(traces[0]);
    expect([await linksTo(known.email), await linksTo(other.email)]).toEqual([1, 0]);
  });

  it("is asked for in a form that says what is typed wrong, and keeps it", async () => {
    expect(await htmlOf(house.fetch("/contact/find?lang=nl"))).toContain("Je gesprek terugvinden");
    const reply = await find({ reference: "12", email: "geen adres" });
    const html = await reply.text();
    expect(reply.status).toBe(422);
    for (const words of ['value="12"', 'value="geen adres"', "reference-error", "Dit is geen e-mailadres."])
      expect(html).toContain(words);
  });
});

describe("the plain form", () => {
  const send = (fields: Record<string, string>) =>
    house.fetch("/v1/contact/messages", { method: "POST", body: new URLSearchParams({ lang: "nl", ...fields }) });

  it("asks about a card number with two buttons, says why it keeps the message, and keeps what was typed", async () => {
    const fields = { email: freshAddress(), message: "Kaart 4111111111111111" };
    const html = await htmlOf(send(fields));
    for (const words of [fields.message, fields.email, 'value="mask"', 'value="keep"', "hooguit 24 maanden"])
      expect(html).toContain(words);
    expect((await send({ ...fields, cards: "mask" })).status).toBe(303);
    expect(await house.rows("select body from messages where body like 'Kaart %1111' and channel = 'form'")).toEqual([
      { body: "Kaart ••••••••••••1111" },
    ]);
  });
});

it("a file sent by the token of a page can go with what is added there", async () => {
  const { link, reference } = await writer(house);
  const query = `&${link.split("?")[1]}`;
  const { id } = (await (await upload(house, { query })).json()) as { id: string };
  expect((await add(link, { message: "Erbij", [`file.${id}`]: "on" })).status).toBe(303);
  expect(await filesOf(house, reference)).toHaveLength(1);
});

it("a form that names more files than anybody sent is refused in words, not by a fault of ours", async () => {
  const { link } = await writer(house, { message: "Begin" });
  const many = Object.fromEntries(Array.from({ length: 120 }, (_, n) => [`file.${String(n).padStart(22, "a")}`, "on"]));
  expect((await add(link, { message: "Erbij", ...many })).status).toBe(422);
});
