import { Hono } from "hono";
import { type House, limitRate, parse } from "../platform/http.ts";
import { describe } from "../platform/openapi.ts";
import { proveEntry } from "./proof.ts";
import { proofShape, sealsQueryShape, sealsShape } from "./shapes.ts";
import { listSeals, type SealHead } from "./store.ts";

/** Seals never change; only how soon a new one shows depends on this. */
const SHORT = "public, max-age=60";
const tag = "ledger";

export const ledgerRoutes = new Hono<House>();

const sealJson = ({ number, at, firstSeq, lastSeq, root, previous, head }: SealHead) => ({
  number,
  at: new Date(at).toISOString(),
  firstEntry: firstSeq,
  lastEntry: lastSeq,
  root,
  previous,
  head,
});

ledgerRoutes.get(
  "/v1/ledger/seals",
  describe({
    tag,
    summary: "The chain of seals over the ledger, newest first; ?before= a number and ?limit= up to 100",
    replies: { 200: sealsShape },
  }),
  async (c) => {
    await limitRate(c);
    const { before, limit } = parse(sealsQueryShape, c.req.query());
    const seals = await listSeals(c.var.rt.db, before, limit);
    const last = seals.at(-1)?.number ?? 1;
    const next = seals.length === limit && last > 1 ? last : null;
    return c.json({ seals: seals.map(sealJson), next }, 200, {
      "Cache-Control": SHORT,
      "Access-Control-Allow-Origin": "*",
    });
  },
);

ledgerRoutes.get(
  "/v1/ledger/entries/:id/proof",
  describe({
    tag,
    summary: "The proof that an entry is sealed, for those who know its id",
    replies: { 200: proofShape },
  }),
  async (c) => {
    await limitRate(c);
    const { entry, seal, index, size, path } = await proveEntry(c.var.rt.db, c.req.param("id"));
    const { id, kind, at, commitment, seq } = entry;
    c.header("Access-Control-Allow-Origin", "*");
    return c.json({
      id,
      kind,
      at: new Date(at).toISOString(),
      commitment,
      place: seq,
      seal: sealJson(seal),
      index,
      size,
      path,
    });
  },
);
