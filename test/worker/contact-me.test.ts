import { describe, expect, it } from "vitest";
import {
  answerOf,
  customer,
  filesOf,
  interrupted,
  manyMessages,
  messagesOf,
  PNG,
  refusalOf,
  rowOf,
  uploaded,
} from "./contact-people.ts";
import { createHouse, freshAddress, type TestHouse } from "./house.ts";

const house = createHouse();
const LIST = "/v1/me/conversations?lang=nl";
const at = (reference: string, path = "") => `/v1/me/conversations/${reference}${path}`;

describe("the conversations of a customer", () => {
  it("are listed in sentences, the one with the last message first, and no one else's", async () => {
    const sam = await customer(house, "10007001");
    const first = await sam.writes("De eerste", { subject: "Factuur 12" });
    house.clock.now += 60_000;
    const second = await sam.writes("De tweede");
    await (await customer(house, "10007002")).writes("Van een ander");
    expect(await (await sam.get(LIST)).json()).toEqual({
      conversations: [
        {
          reference: second,
          title: `Je bericht ${second}`,
          status: "received",
          says: "We hebben je bericht. Je krijgt antwoord per e-mail.",
        },
        { reference: first, title: "Factuur 12", status: "received", says: expect.any(String) },
      ],
    });
  });

  it("show what was said, and nothing that is staff's", async () => {
    const sam = await customer(house, "10007003");
    const [email, file] = [freshAddress(), await uploaded(house)];
    const reference = await sam.writes("شكرا 😀", { email, files: [file] });
    await answerOf(house, reference, "Graag gedaan");
    const { id } = (await rowOf(house, reference)) ?? {};
    await house.rows("update conversations set assignee = 'secret-member', topic_id = null where id = ?", id);
    await house.rows(
      "insert into contact_notes (id, conversation_id, author, body, created_at) values (?, ?, 'staff:x', 'secret', 0)",
      ...[crypto.randomUUID(), id],
    );
    const text = await (await sam.get(at(reference, "?lang=nl"))).text();
    expect(text).not.toMatch(/secret|staff|assignee|marks/);
    expect(JSON.parse(text)).toMatchObject({
      reference,
      kept: expect.stringContaining("hooguit 24 maanden"),
      messages: [
        {
          by: expect.stringMatching(/^Jij · 22 nov 2026/),
          isOurs: false,
          text: "شكرا 😀",
          quoted: "",
          files: [{ id: file, name: "foto.png", size: "1 kB" }],
        },
        { by: expect.stringMatching(/^Wij/), isOurs: true, text: "Graag gedaan", files: [] },
      ],
    });
    const reply = await sam.get(at(reference, `/files/${file}`));
    expect([reply.headers.get("content-type"), reply.headers.get("content-disposition")]).toEqual([
      "application/octet-stream",
      "attachment; filename=\"foto.png\"; filename*=UTF-8''foto.png",
    ]);
    expect(new Uint8Array(await reply.arrayBuffer())).toEqual(PNG);
    expect(await refusalOf(await sam.get(at(reference, "/files/x")))).toBe("404 not_found");
  });

  it("say so when there are more messages than they show", async () => {
    const sam = await customer(house, "10007008");
    const reference = await sam.writes("Eerst");
    await manyMessages(house, reference, 200);
    const thread = (await (await sam.get(at(reference, "?lang=nl"))).json()) as { says: string; messages: object[] };
    expect(thread.messages).toHaveLength(200);
    expect(thread.says).toBe(
      "We hebben je bericht. Je krijgt antwoord per e-mail. Hier staan de nieuwste 200 berichten. De oudere lees je via de link in onze mails.",
    );
  });

  it("of anybody else are not there, whatever is asked of them", async () => {
    const file = await uploaded(house);
    const reference = await (await customer(house, "10007004")).writes("Van mij", { files: [file] });
    const other = await customer(house, "10007005");
    const asked = [
      other.get(at(reference)),
      other.get(at(reference, `/files/${file}`)),
      other.post(at(reference, "/messages"), { message: "hallo" }),
      other.post(at(reference, "/close")),
      other.erase(at(reference)),
    ];
    for (const reply of asked) expect(await refusalOf(await reply)).toBe("404 not_found");
    expect([(await rowOf(house, reference))?.version, (await messagesOf(house, reference)).length]).toEqual([1, 1]);
  });
});

describe("what a customer does with a conversation", () => {
  it("Invariant 3: adds a message with a file once, however often it is sent with the same key", async () => {
    const sam = await customer(house, "10007006");
    const reference = await sam.writes("Eerst");
    const [body, headers] = [
      { message: "Daarna", files: [await uploaded(house)] },
      { "Idempotency-Key": crypto.randomUUID() },
    ];
    const replies = await Promise.all([1, 2, 3].map(() => sam.post(at(reference, "/messages"), body, headers)));
    expect(replies.map(({ status }) => status)).toEqual([201, 201, 201]);
    const last = await sam.post(at(reference, "/messages"), body, headers);
    expect(await last.json()).toEqual({ reference });
    expect(await (await sam.get(at(reference))).json()).toMatchObject({
      messages: [{ text: "Eerst" }, { text: "Daarna", files: [{}] }],
    });
    expect((await messagesOf(house, reference)).map(({ channel }) => channel)).toEqual(["panel", "panel"]);
    expect(await filesOf(house, reference)).toHaveLength(1);
    const other = { message: "En nog iets", files: [await uploaded(house)] };
    const key = { "Idempotency-Key": crypto.randomUUID() };
    const send = (through: TestHouse) => through.post(at(reference, "/messages"), other, { ...sam.headers, ...key });
    const meanwhile = interrupted(house, () => send(house));
    expect((await send(meanwhile)).status).toBe(201);
    expect(await messagesOf(house, reference)).toHaveLength(3);
    const reused = await sam.post(at(reference, "/messages"), { message: "Anders" }, headers);
    expect(await refusalOf(reused)).toBe("422 idempotency_key_reused");
  });

  it("closes it, and opens it again by writing; erases it", async () => {
    const sam = await customer(house, "10007007");
    const reference = await sam.writes("Vraag");
    for (const _ of ["once", "again"])
      expect(await (await sam.post(at(reference, "/close"))).json()).toEqual({ reference });
    expect(await (await sam.get(at(reference, "?lang=en"))).json()).toMatchObject({
      status: "closed",
      says: expect.stringContaining("This conversation was closed"),
    });
    expect(await rowOf(house, reference)).toMatchObject({ status: "closed", close_reason: "by-person" });
    const card = { message: "Kaart 4111111111111111" };
    expect(await refusalOf(await sam.post(at(reference, "/messages"), card))).toBe(
      "422 invalid_input message: card_number",
    );
    expect((await sam.post(at(reference, "/messages"), { ...card, cards: "mask" })).status).toBe(201);
    expect(await rowOf(house, reference)).toMatchObject({ status: "open", close_reason: null });
    expect(await (await sam.erase(at(reference))).json()).toEqual({ reference, erased: true });
    expect(await rowOf(house, reference)).toBeUndefined();
    expect((await sam.erase(at(reference))).status).toBe(404);
  });
});
