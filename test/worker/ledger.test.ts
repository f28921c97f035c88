import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { beforeEach, describe, expect, it } from "vitest";
import { askCheck, MOST_FAULTS } from "../../worker/ledger/check.ts";
import { type LedgerKind, ledgerEntry } from "../../worker/ledger/entry.ts";
import { FULL, LONGEST_WAIT, sealEntries } from "../../worker/ledger/seal.ts";
import { appendEntry } from "../../worker/ledger/store.ts";
import type { LedgerFault } from "../../worker/ledger/tables.ts";
import { commit } from "../../worker/platform/db.ts";
import { createHouse, DAY, hourFrom } from "./house.ts";

const house = createHouse({ LEDGER_STRIDES: "1" });
const { DB, KV } = house.bindings;
const HEAD_KEY = "ledger-head/newest";

interface SealJson {
  number: number;
  at: string;
  firstEntry: number;
  lastEntry: number;
  root: string;
  previous: string;
  head: string;
}

let events = 0;
/** Adds entries to the ledger at the clock's time, and gives their ids. */
async function enter(count: number, kind: LedgerKind = "consent.withdrawn"): Promise<string[]> {
  const entries = await Promise.all(
    Array.from({ length: count }, () => {
      events += 1;
      const body = { email: `bezoeker-${events}@example.nl`, by: "link", withdrawnAt: "2026-11-22T10:00:00.000Z" };
      return ledgerEntry(house.rt, kind as "consent.withdrawn", {
        event: `event ${events}`,
        subject: `subscriber:${events}`,
        body: body as { email: string; by: "link"; withdrawnAt: string },
      });
    }),
  );
  await commit(house.rt, entries.map(appendEntry));
  return entries.map(({ id }) => id);
}

/** Lets the clock go on until what waits is old enough, and runs the round. */
async function wait(): Promise<void> {
  house.clock.now += LONGEST_WAIT;
  await house.round();
}

const getJson = async <T>(path: string) => (await (await house.fetch(path)).json()) as T;
const sealsShown = (query = "") => getJson<{ seals: SealJson[]; next: number | null }>(`/v1/ledger/seals${query}`);
const newest = async () => {
  const [seal] = (await sealsShown()).seals;
  if (!seal) throw new Error("Nothing is sealed");
  return seal;
};
const count = async (table: string) =>
  (await house.rows<{ n: number }>(`select count(*) as n from ${table}`))[0]?.n ?? 0;

interface CheckRow {
  id: number;
  finished_at: number | null;
  asked_by: string | null;
  seal_number: number;
  entries: number;
  faults: string;
}
const checks = () => house.rows<CheckRow>("select * from ledger_checks order by id desc");

/** Runs rounds until a verification that starts now has ended, and gives what it found. */
async function verify(): Promise<LedgerFault[]> {
  await tamper(
    "delete from ledger_checks",
    "insert into ledger_checks (started_at, seal_number, entries, faults) values (0, 0, 0, '[]')",
  );
  for (let rounds = 0; rounds < 50; rounds++) {
    const [last] = await checks();
    if (last?.finished_at != null) return JSON.parse(last.faults);
    await house.round();
  }
  throw new Error("The verification does not end");
}

/** What keeps the ledger as it is; whoever tampers with it takes them out of the way first. */
const triggers = await house.rows<{ name: string; sql: string }>(
  "select name, sql from sqlite_master where type = 'trigger' and tbl_name like 'ledger_%'",
);
const unguard = () => DB.batch(triggers.map(({ name }) => DB.prepare(`drop trigger if exists ${name}`)));
const guard = () => DB.batch(triggers.map(({ sql }) => DB.prepare(sql)));
const tamper = (...sql: string[]) => DB.batch(sql.map((line) => DB.prepare(line)));

beforeEach(async () => {
  await unguard();
  await tamper(
    ...["ledger_entries", "ledger_seals", "ledger_checks"].map((table) => `delete from ${table}`),
    "delete from sqlite_sequence where name like 'ledger_%'",
  );
  await guard();
  await KV.delete(HEAD_KEY);
});

describe("sealing", () => {
  it("waits until entries are ten minutes old", async () => {
    await enter(3);
    await house.round();
    expect(await sealsShown()).toEqual({ seals: [], next: null });
    house.clock.now += LONGEST_WAIT - 1;
    await house.round();
    expect(await count("ledger_seals")).toBe(0);
    house.clock.now += 1;
    await house.round();
    expect(await newest()).toMatchObject({
      number: 1,
      at: new Date(house.clock.now).toISOString(),
      firstEntry: 1,
      lastEntry: 3,
      previous: "0".repeat(64),
    });
  });

  it("begins at once when a seal is full, four of them a round", async () => {
    await enter(FULL - 1);
    await house.round();
    expect(await count("ledger_seals")).toBe(0);
    await enter(4 * FULL + 5);
    await house.round();
    const { seals } = await sealsShown();
    expect(seals.map(({ number, firstEntry, lastEntry }) => [number, firstEntry, lastEntry])).toEqual([
      [4, 3 * FULL + 1, 4 * FULL],
      [3, 2 * FULL + 1, 3 * FULL],
      [2, FULL + 1, 2 * FULL],
      [1, 1, FULL],
    ]);
    expect(seals[0]?.previous).toBe(seals[1]?.head);
    await house.round();
    await house.round();
    expect(await newest()).toMatchObject({ number: 5, lastEntry: 5 * FULL });
    await wait();
    expect(await newest()).toMatchObject({ number: 6, firstEntry: 5 * FULL + 1, lastEntry: 5 * FULL + 4 });
    expect(await verify()).toEqual([]);
  });

  it("makes one seal of several rounds at once, and none of them fails", async () => {
    await enter(4);
    house.clock.now += LONGEST_WAIT;
    await Promise.all([sealEntries(house.rt), sealEntries(house.rt), house.round()]);
    expect(await sealsShown()).toMatchObject({ seals: [{ number: 1, firstEntry: 1, lastEntry: 4 }] });
    expect(await verify()).toEqual([]);
  });

  it("never closes over an entry that is gone", async () => {
    await enter(6);
    await unguard();
    await tamper("delete from ledger_entries where seq in (3, 4)");
    await guard();
    await wait();
    await house.round();
    expect((await sealsShown()).seals).toMatchObject([
      { number: 2, firstEntry: 5, lastEntry: 6 },
      { number: 1, firstEntry: 1, lastEntry: 2 },
    ]);
    expect(await verify()).toEqual([{ code: "entry_missing", at: 3, to: 4 }]);
  });

  it("keeps the newest head outside the database, and brings it up to date after a failure", async () => {
    await enter(2);
    await wait();
    const { number, head } = await newest();
    expect(await KV.get(HEAD_KEY, "json")).toEqual({ number, head });
    await KV.put(HEAD_KEY, JSON.stringify({ number, head }));
    await enter(2);
    const deaf = createHouse({ KV: { get: KV.get.bind(KV), put: () => Promise.reject(new Error("KV is away")) } });
    deaf.clock.now = house.clock.now += LONGEST_WAIT;
    await deaf.round();
    expect(await newest()).toMatchObject({ number: 2 });
    expect(await KV.get(HEAD_KEY, "json")).toEqual({ number, head });
    expect(await house.rows("select error from cron_tasks where name = 'ledger.seal'")).toEqual([{ error: "Error" }]);
    await house.round();
    expect(await KV.get(HEAD_KEY, "json")).toEqual({ number: 2, head: (await newest()).head });
    expect(await verify()).toEqual([]);
  });
});

describe("Invariant: what is sealed stays as it is", () => {
  it("the database refuses every change of a seal and of an entry but erasure", async () => {
    await enter(3);
    await wait();
    const before = [await house.rows("select * from ledger_entries"), await house.rows("select * from ledger_seals")];
    for (const sql of [
      "update ledger_seals set at = 0",
      "update ledger_seals set head = head",
      "delete from ledger_seals",
      "insert or replace into ledger_seals select * from ledger_seals",
      "update ledger_entries set body = '{}' where seq = 1",
      "update ledger_entries set seq = 9 where seq = 1",
      "update ledger_entries set body = null where seq = 1",
      "delete from ledger_entries where seq = 1",
      "insert or replace into ledger_entries select * from ledger_entries",
    ]) {
      await expect(tamper(sql), sql).rejects.toThrow(/ledger_(append_only|seal_exists|entry_exists)/);
    }
    expect([await house.rows("select * from ledger_entries"), await house.rows("select * from ledger_seals")]).toEqual(
      before,
    );
  });

  it("erasing a person is no fault, before sealing or after", async () => {
    await enter(3);
    const erase = (seq: number) =>
      tamper(`update ledger_entries set subject = null, actor = null, body = null, salt = null where seq = ${seq}`);
    await erase(1);
    await wait();
    await erase(2);
    await enter(1);
    await erase(4);
    expect(await verify()).toEqual([]);
  });

  it("a commit that fails uses up no place", async () => {
    const entry = await ledgerEntry(house.rt, "key.revoked", {
      event: "twice",
      subject: null,
      body: { key: "k" },
    });
    await commit(house.rt, [appendEntry(entry)]);
    await expect(commit(house.rt, [appendEntry(entry)])).rejects.toThrow();
    await enter(2);
    expect(await house.rows("select seq from ledger_entries")).toEqual([{ seq: 1 }, { seq: 2 }, { seq: 3 }]);
    expect(await verify()).toEqual([]);
  });
});

describe("verification by cron", () => {
  /** Two full seals and one of twenty, and five entries that wait. */
  async function fill(): Promise<void> {
    await enter(2 * FULL + 20);
    await wait();
    await enter(5);
  }
  const far = 2 * FULL + 8;
  const last = 2 * FULL + 25;

  const leaf = (seq: number) => `update ledger_entries set seq = ${seq}`;
  it.each<[string, string[], LedgerFault[]]>([
    [
      "one byte changed",
      ["update ledger_entries set body = replace(body, '@example.nl', '@example.be') where seq = 40"],
      [{ code: "entry_altered", at: 40 }],
    ],
    ["one row deleted", ["delete from ledger_entries where seq = 77"], [{ code: "entry_missing", at: 77 }]],
    [
      "two swapped, far apart",
      [`${leaf(-1)} where seq = 12`, `${leaf(12)} where seq = ${far}`, `${leaf(far)} where seq = -1`],
      [
        { code: "entry_moved", at: 12, sealedAt: far },
        { code: "entry_moved", at: far, sealedAt: 12 },
      ],
    ],
    [
      "one deleted and the rest moved up by one",
      [
        `delete from ledger_entries where seq = ${far + 10}`,
        `update ledger_entries set seq = -seq where seq > ${far + 10} and seq <= ${far + 12}`,
        "update ledger_entries set seq = -seq - 1 where seq < 0",
      ],
      [
        { code: "entry_moved", at: far + 10, sealedAt: far + 11 },
        { code: "entry_missing", at: far + 10 },
        { code: "entry_moved", at: far + 11, sealedAt: far + 12 },
        { code: "entry_missing", at: far + 12 },
      ],
    ],
    ["a seal removed", ["delete from ledger_seals where number = 2"], [{ code: "seal_missing", at: 2 }]],
    ["a seal changed", ["update ledger_seals set at = at + 1 where number = 2"], [{ code: "seal_altered", at: 2 }]],
    [
      "an unsealed entry changed",
      [`update ledger_entries set at = 0 where seq = ${last - 2}`],
      [{ code: "entry_altered", at: last - 2 }],
    ],
    [
      "the last entry deleted",
      [`delete from ledger_entries where seq = ${last}`],
      [{ code: "entry_missing", at: last }],
    ],
  ])("names %s", async (_, sql, faults) => {
    await fill();
    await unguard();
    await tamper(...sql);
    await guard();
    expect(await verify()).toEqual(faults);
  });

  it("names the newest seal when it is gone, by the head that is kept outside the database", async () => {
    await enter(2);
    await wait();
    await enter(2);
    await wait();
    const { number, head } = await newest();
    await unguard();
    await tamper("delete from ledger_seals where number = 2");
    await guard();
    house.clock.now += 60_000;
    const missing: LedgerFault = { code: "seal_missing", at: number, head };
    expect(await verify()).toEqual([missing]);
    // A new one took its number meanwhile; the evidence stays until people have looked at it.
    expect(await newest()).toMatchObject({ number: 2 });
    expect((await newest()).head).not.toBe(head);
    await enter(1);
    await wait();
    expect(await newest()).toMatchObject({ number: 3 });
    expect(await KV.get(HEAD_KEY, "json")).toEqual({ number, head });
    expect(await verify()).toEqual([missing]);
    await KV.delete(HEAD_KEY);
    await house.round();
    expect(await verify()).toEqual([]);
  });

  it("runs once a day, some seals a round, and goes on where it was", async () => {
    await fill();
    await tamper("delete from ledger_checks");
    await house.round();
    expect(await checks()).toMatchObject([{ finished_at: null, asked_by: null, seal_number: 1, entries: FULL }]);
    await house.round();
    await house.round();
    expect(await checks()).toMatchObject([{ finished_at: null, seal_number: 3, entries: 2 * FULL + 20 }]);
    await house.round();
    const finished = house.clock.now;
    expect(await checks()).toMatchObject([{ finished_at: finished, entries: 2 * FULL + 25, faults: "[]" }]);
    house.clock.now += DAY - 1;
    await house.round();
    expect(await checks()).toHaveLength(1);
    house.clock.now += 1;
    await house.round();
    expect(await checks()).toHaveLength(2);
  });

  it("takes one run for all who ask", async () => {
    await enter(1);
    await verify();
    await wait();
    await askCheck(house.rt, "member-1");
    await askCheck(house.rt, "member-2");
    const asked = await house.rows("select actor from ledger_entries where kind = 'ledger.check-asked'");
    expect(asked).toEqual([{ actor: "staff:member-1" }]);
    expect((await checks())[0]).toMatchObject({ asked_by: "member-1", finished_at: null });
    await Promise.all([house.round(), house.round()]);
    await house.round();
    expect((await checks())[0]).toMatchObject({ asked_by: "member-1", finished_at: house.clock.now, entries: 2 });
  });

  it("ends early when it has found a hundred", async () => {
    await fill();
    await unguard();
    await tamper("update ledger_entries set at = at + 1");
    await guard();
    expect(await verify()).toHaveLength(MOST_FAULTS);
    expect((await checks())[0]).toMatchObject({ entries: FULL });
  });

  it("forgets its runs after a year", async () => {
    await enter(1);
    await verify();
    const [first] = await checks();
    house.clock.now = hourFrom(house.clock.now + 366 * DAY);
    await house.round();
    expect((await checks()).map(({ id }) => id)).not.toContain(first?.id);
  });
});

describe("GET /v1/ledger/seals", () => {
  it("gives pages, newest first, for anyone to keep", async () => {
    for (let i = 0; i < 5; i++) {
      await enter(1);
      await wait();
    }
    const first = await sealsShown("?limit=2");
    expect(first.seals.map(({ number }) => number)).toEqual([5, 4]);
    const second = await sealsShown(`?limit=2&before=${first.next}`);
    expect(second.seals.map(({ number }) => number)).toEqual([3, 2]);
    const third = await sealsShown(`?limit=2&before=${second.next}`);
    expect(third).toMatchObject({ seals: [{ number: 1 }], next: null });
    expect(Object.keys(third.seals[0] ?? {})).toEqual([
      "number",
      "at",
      "firstEntry",
      "lastEntry",
      "root",
      "previous",
      "head",
    ]);
    expect((await sealsShown("?limit=5")).next).toBeNull();
    const { headers } = await house.fetch("/v1/ledger/seals");
    expect(headers.get("cache-control")).toBe("public, max-age=60");
    expect(headers.get("access-control-allow-origin")).toBe("*");
  });

  it.each(["?before=0", "?before=x", "?limit=0", "?limit=101", "?limit=1.5", "?before=-1"])(
    "refuses %s",
    async (query) => {
      const response = await house.fetch(`/v1/ledger/seals${query}`);
      expect(response.status).toBe(422);
      expect(await response.json()).toMatchObject({ code: "invalid_input", errors: [{ code: "invalid" }] });
    },
  );
});

describe("GET /v1/ledger/entries/{id}/proof", () => {
  interface ProofJson {
    id: string;
    kind: string;
    at: string;
    commitment: string;
    place: number;
    seal: SealJson;
    index: number;
    size: number;
    path: string[];
  }

  const sha256 = (...parts: (string | Buffer)[]) => {
    const hash = createHash("sha256");
    for (const part of parts) hash.update(part);
    return hash.digest();
  };
  /** Checks a proof as docs/operate.md tells an outsider to, with nothing of ours. */
  function rootOf({ id, kind, at, commitment, index, size, path }: ProofJson): string {
    let hash = sha256("\0", canonicalize([id, kind, Date.parse(at), commitment]) ?? "");
    let [place, last] = [index, size - 1];
    for (const step of path) {
      const other = Buffer.from(step, "hex");
      const isRight = place % 2 === 1 || place === last;
      hash = isRight ? sha256("\x01", other, hash) : sha256("\x01", hash, other);
      while (isRight && place % 2 === 0 && place !== 0) [place, last] = [place >> 1, last >> 1];
      [place, last] = [place >> 1, last >> 1];
    }
    return hash.toString("hex");
  }

  it("leads from each entry to the root of its seal, and that to the head", async () => {
    const ids = await enter(7);
    await wait();
    for (const [i, id] of ids.entries()) {
      const proof = await getJson<ProofJson>(`/v1/ledger/entries/${id}/proof`);
      expect(proof).toMatchObject({ id, place: i + 1, index: i, size: 7, kind: "consent.withdrawn" });
      expect(rootOf(proof)).toBe(proof.seal.root);
      const { number, at, firstEntry: firstSeq, lastEntry: lastSeq, root, previous, head } = proof.seal;
      const frame = canonicalize({ number, at: Date.parse(at), firstSeq, lastSeq, root, previous }) ?? "";
      expect(sha256(frame).toString("hex")).toBe(head);
    }
  });

  it("holds after erasure, and shows what was committed to before it", async () => {
    const [id] = await enter(2);
    await wait();
    const [kept] = await house.rows<{ salt: string; body: string; subject: string }>(
      "select * from ledger_entries where id = ?",
      id,
    );
    await tamper("update ledger_entries set subject = null, actor = null, body = null, salt = null");
    const proof = await getJson<ProofJson>(`/v1/ledger/entries/${id}/proof`);
    expect(rootOf(proof)).toBe(proof.seal.root);
    expect(JSON.stringify(proof)).not.toContain("example.nl");
    const { kind, at, commitment } = proof;
    const whole = {
      id,
      kind,
      at: Date.parse(at),
      subject: kept?.subject,
      actor: null,
      body: JSON.parse(kept?.body ?? ""),
    };
    expect(sha256(`${kept?.salt}${canonicalize(whole)}`).toString("hex")).toBe(commitment);
  });

  it("is refused for an entry that is unknown, waits, or was tampered with", async () => {
    const [id] = await enter(1);
    const refusal = async (name: string) => {
      const response = await house.fetch(`/v1/ledger/entries/${name}/proof`);
      return [response.status, ((await response.json()) as { code: string }).code];
    };
    expect(await refusal("unknown")).toEqual([404, "not_found"]);
    expect(await refusal(id ?? "")).toEqual([409, "not_sealed_yet"]);
    await enter(2);
    await unguard();
    await tamper("update ledger_entries set seq = -2 where seq = 2");
    await wait();
    await wait();
    await tamper("update ledger_entries set seq = 2, id = 'late' where seq = -2");
    expect(await refusal("late")).toEqual([409, "not_sealed_yet"]);
    await tamper("update ledger_entries set at = at + 1");
    await guard();
    expect(await refusal(id ?? "")).toEqual([500, "internal"]);
  });
});
