import { solveChallenge } from "altcha-lib";
import { deriveKey } from "altcha-lib/algorithms/web/pbkdf2";
import type { Challenge } from "altcha-lib/types";
import { describe, expect, it } from "vitest";
import { answer } from "../../worker/contact/answer.ts";
import { findMatter } from "../../worker/contact/store.ts";
import { customer, filesOf, interrupted, PNG, refusalOf, rowOf, upload, uploaded, writer } from "./contact-people.ts";
import { createHouse, DAY, freshAddress, hourFrom, panelToken, type TestHouse } from "./house.ts";

const house = createHouse();
const send = (body: object, headers: Record<string, string> = {}) =>
  house.post("/v1/contact/messages", { email: freshAddress(), message: "Met een bijlage.", ...body }, headers);
const referenceIn = async (reply: Response) => ((await reply.json()) as { reference: string }).reference;

describe("a file by itself", () => {
  it("is kept with its type by content, and goes with the message that names it", async () => {
    const reply = await upload(house, { name: "C:\\foto's\\zomer.pdf" });
    expect(reply.status).toBe(201);
    const file = (await reply.json()) as { id: string };
    expect(file).toEqual({ id: expect.any(String), name: "zomer.pdf", type: "image/png", size: PNG.length });
    const other = await uploaded(house, { name: "نص.txt", bytes: new TextEncoder().encode("hallo") });
    const reference = await referenceIn(await send({ files: [file.id, other] }));
    expect((await filesOf(house, reference)).map(({ name, type }) => [name, type])).toEqual([
      ["zomer.pdf", "image/png"],
      ["نص.txt", "text/plain"],
    ]);
    const kept = await house.bindings.FILES.get(`files/${file.id}`);
    expect(new Uint8Array((await kept?.arrayBuffer()) ?? new ArrayBuffer())).toEqual(PNG);
  });

  it("Invariant 3: a retry with the same key gives the same file; another file under that key is refused", async () => {
    const headers = { "Idempotency-Key": crypto.randomUUID() };
    const ids = await Promise.all(Array.from({ length: 4 }, () => uploaded(house, { headers })));
    expect(new Set(ids).size).toBe(1);
    expect(await refusalOf(await upload(house, { headers, bytes: new Uint8Array([...PNG, 4]) }))).toBe(
      "422 idempotency_key_reused",
    );
  });

  it("of one sender is no other's: the same key brings nobody the file of a stranger", async () => {
    const headers = { "Idempotency-Key": "1" };
    const [one, other] = [await customer(house, "10008001"), await customer(house, "10008002")];
    const pages = [await writer(house), await writer(house)].map(({ link }) => ({ query: `&${link.split("?")[1]}` }));
    const senders: Parameters<typeof upload>[1][] = [
      ...[{}, { query: "&surface=panel" }, ...pages],
      ...[one, other].map((who) => ({ headers: who.headers })),
      { name: "ander.png" },
    ];
    const send = () =>
      Promise.all(
        senders.map(async (sender) => uploaded(house, { ...sender, headers: { ...sender?.headers, ...headers } })),
      );
    const ids = await send();
    expect(new Set(ids).size).toBe(senders.length);
    expect(await send()).toEqual(ids);
    expect(await refusalOf(await upload(house, { ...pages[0], headers, bytes: new Uint8Array([...PNG, 4]) }))).toBe(
      "422 idempotency_key_reused",
    );
  });

  it.each<[string, { name?: string; bytes?: Uint8Array }, string]>([
    ["nothing in it", { bytes: new Uint8Array() }, "422 file_refused files: required"],
    ["a program by its name", { name: "factuur.pdf.exe" }, "422 file_refused files: dangerous"],
    ["a program by its content", { bytes: new Uint8Array([0x4d, 0x5a, 0x90, 0]) }, "422 file_refused files: dangerous"],
    [
      "a page",
      { name: "a.txt", bytes: new TextEncoder().encode("<svg onload=alert(1)>") },
      "422 file_refused files: dangerous",
    ],
    ["too many bytes", { bytes: new Uint8Array(10_485_761).fill(1) }, "422 file_refused files: too_large"],
    ["far too many bytes", { bytes: new Uint8Array(11_000_000).fill(1) }, "413 body_too_large"],
    ["no name", { name: " " }, "422 invalid_input name: required"],
  ])("with %s is refused", async (_, file, refusal) => {
    expect(await refusalOf(await upload(house, file))).toBe(refusal);
  });

  it("of ten megabytes is taken", async () => {
    expect((await upload(house, { name: "groot.dat", bytes: new Uint8Array(10_485_760).fill(1) })).status).toBe(201);
  });

  it("as a form is refused: a foreign page cannot send one unasked", async () => {
    const reply = await upload(house, { headers: { "Content-Type": "text/plain" } });
    expect(await refusalOf(reply)).toBe("415 unsupported_media_type");
    expect(await refusalOf(await upload(house, { headers: { Origin: "https://evil.example" } }))).toBe(
      "403 origin_not_allowed",
    );
    const preflight = await house.fetch("/v1/contact/files?surface=site", {
      method: "OPTIONS",
      headers: { Origin: "https://www.example.nl" },
    });
    expect(preflight.headers.get("access-control-allow-headers")).toMatch(/\bChallenge\b.*\bIdempotency-Key\b/);
  });
});

describe("who may send one", () => {
  const guarded = createHouse({ CHALLENGE_COST: "10" });
  // The library looks at the real clock.
  guarded.clock.now = Date.now();
  const solved = async () => {
    const { challenge } = (await (await guarded.fetch("/v1/challenge")).json()) as { challenge: Challenge };
    const solution = await solveChallenge({ challenge, deriveKey });
    return btoa(JSON.stringify({ challenge, solution }));
  };

  it("a visitor who solved a challenge, which counts once", async () => {
    expect(await refusalOf(await upload(guarded))).toBe("422 challenge_invalid");
    const Challenge = await solved();
    expect((await upload(guarded, { headers: { Challenge } })).status).toBe(201);
    expect(await refusalOf(await upload(guarded, { headers: { Challenge } }))).toBe("409 challenge_used");
    const [headers, again] = [{ "Idempotency-Key": crypto.randomUUID() }, await solved()];
    const first = await uploaded(guarded, { headers: { ...headers, Challenge: again } });
    // Its reply was lost: the same again is no second use.
    expect(await uploaded(guarded, { headers: { ...headers, Challenge: again } })).toBe(first);
  });

  it("a customer with a panel token, and who has the link to a private page", async () => {
    const headers = { Authorization: `Bearer ${await panelToken(guarded.clock.now)}` };
    expect((await upload(guarded, { headers })).status).toBe(201);
    expect((await upload(guarded, { headers: { Authorization: "Bearer x" } })).status).toBe(401);
    const { link } = await writer(house);
    const query = `&token=${new URL(link, "https://x.test").searchParams.get("token")}`;
    expect((await upload(guarded, { query })).status).toBe(201);
    expect(await refusalOf(await upload(guarded, { query: `${query}x` }))).toBe("400 token_invalid");
    guarded.clock.now += 31 * DAY;
    expect(await refusalOf(await upload(guarded, { query }))).toBe("410 token_expired");
  });
});

describe("a message that names files", () => {
  it("Invariant 3: is one with them, however often it is sent; the same file with another message is refused", async () => {
    const id = await uploaded(house);
    const [body, headers] = [{ email: freshAddress(), files: [id] }, { "Idempotency-Key": crypto.randomUUID() }];
    const first = await referenceIn(await send(body, headers));
    expect(await referenceIn(await send(body, headers))).toBe(first);
    expect(await filesOf(house, first)).toHaveLength(1);
    expect(await refusalOf(await send({ files: [id] }))).toBe("422 file_refused files: gone");
    expect(await refusalOf(await send({ files: ["A".repeat(22)] }))).toBe("422 file_refused files: gone");
    const eleven = Array.from({ length: 11 }, (_, at) => `${"A".repeat(20)}${10 + at}`);
    expect(await refusalOf(await send({ files: eleven }))).toBe("422 invalid_input files: too_long");
  });

  it("Invariant 3: as an answer is one, however often its button is pressed at once", async () => {
    const { email, reference } = await writer(house);
    const matter = await findMatter(house.rt.db, (await rowOf(house, reference))?.id ?? "");
    if (!matter) throw new Error("no conversation");
    const { version } = matter.conversation;
    const files = [await uploaded(house)];
    const input = { body: "Zie de foto.", quotes: false, after: "open" as const, version, files };
    const key = crypto.randomUUID();
    const press = ({ rt }: TestHouse) => answer(rt, matter, { actor: "staff:x" }, { ...input, key });
    await press(interrupted(house, () => press(house)));
    await Promise.all([press(house), press(house)]);
    expect((await house.mailsTo(email)).filter(({ text }) => text.includes("Zie de foto."))).toHaveLength(1);
    expect(await filesOf(house, reference)).toHaveLength(1);
    const now = await findMatter(house.rt.db, matter.conversation.id);
    const again = { ...input, key: crypto.randomUUID(), version: now?.conversation.version ?? 0 };
    await expect(answer(house.rt, now ?? matter, { actor: "staff:x" }, again)).rejects.toMatchObject({
      code: "file_refused",
    });
  });

  it("comes within a day: then the round takes what nothing named, with its bytes", async () => {
    const [waiting, sent] = [await uploaded(house), await uploaded(house)];
    await send({ files: [sent] });
    house.clock.now = hourFrom(house.clock.now + DAY + 1);
    await house.round();
    await house.round();
    const left = (key: string) => house.bindings.FILES.head(`files/${key}`);
    expect([(await left(waiting)) === null, (await left(sent)) === null]).toEqual([true, false]);
    expect(await refusalOf(await send({ files: [waiting] }))).toBe("422 file_refused files: gone");
  });
});

describe("a message", () => {
  it("with a card number asks first, and nothing is kept of it until then", async () => {
    const [email, message] = [freshAddress(), "Mijn kaart is 4111 1111 1111 1111, help 😀"];
    expect(await refusalOf(await send({ email, message }))).toBe("422 invalid_input message: card_number");
    expect(await house.rows("select 1 from conversations where email = ?", email)).toEqual([]);
    const bodyOf = async (cards: string) => {
      const reference = await referenceIn(await send({ email, message, cards }));
      const found = await house.rows<{ body: string }>(
        "select body from messages m join conversations c on c.id = conversation_id where reference = ?",
        reference,
      );
      return found[0]?.body;
    };
    expect(await bodyOf("mask")).toBe("Mijn kaart is •••• •••• •••• 1111, help 😀");
    expect(await bodyOf("keep")).toBe(message);
  });

  it("with a card number in its subject asks just so", async () => {
    const [email, subject] = [freshAddress(), "Kaart 4111 1111 1111 1111"];
    expect(await refusalOf(await send({ email, subject }))).toBe("422 invalid_input subject: card_number");
    expect(await refusalOf(await send({ email, subject, message: subject }))).toBe(
      "422 invalid_input subject: card_number message: card_number",
    );
    const subjectOf = async (cards: string) => {
      const reference = await referenceIn(await send({ email, subject, cards }));
      return (await house.rows<{ subject: string }>("select * from conversations where reference = ?", reference))[0]
        ?.subject;
    };
    expect(await subjectOf("mask")).toBe("Kaart •••• •••• •••• 1111");
    expect(await subjectOf("keep")).toBe(subject);
  });
});
