import { Hono } from "hono";
import { signedInTo } from "../customers/panel-routes.ts";
import { fileName } from "../mail/file-name.ts";
import { checkChallenge } from "../platform/challenge.ts";
import type { Statement } from "../platform/db.ts";
import { Refusal } from "../platform/errors.ts";
import { bearer, type Door, type House, limitRate, pageOrigin, parse, surfaceOf } from "../platform/http.ts";
import { describe } from "../platform/openapi.ts";
import { keepUpload } from "./files.ts";
import { openPage } from "./links.ts";
import { uploadedShape, uploadShape } from "./person-shapes.ts";
import { idempotencyKeyShape } from "./shapes.ts";

/** Files, before the messages that they belong to. */
export const uploadRoutes = new Hono<House>();

uploadRoutes.post(
  "/v1/contact/files",
  describe({
    tag: "contact",
    summary:
      "Send a file by itself, its bytes as the body (application/octet-stream, 10 MB at most), to name its id in a message within a day. Needs a panel token, the token of a private page (?token=), or a solved challenge in the header Challenge",
    query: uploadShape,
    replies: { 201: uploadedShape },
  }),
  async (c) => {
    const { rt } = c.var;
    const { by, challenge } = await admit(c);
    await limitRate(c);
    if (c.req.header("content-type") !== "application/octet-stream") throw new Refusal("unsupported_media_type");
    const { name } = parse(uploadShape, { name: c.req.query("name") });
    const header = { "Idempotency-Key": c.req.header("idempotency-key") };
    const { "Idempotency-Key": key = null } = parse(idempotencyKeyShape, header);
    const bytes = new Uint8Array(await c.req.arrayBuffer());
    const upload = { name: fileName(name, "", 1), bytes };
    const { id, type, size } = await keepUpload(rt, upload, key === null ? null : `${by}:${key}`, challenge);
    return c.json({ id, name: upload.name, type, size }, 201);
  },
);

/** Who sends a file, in words that nobody else is meant by, and what is to be spent with it. */
interface Admitted {
  by: string;
  challenge: readonly Statement[];
}

/** Lets somebody in by a panel token, a private page's, or a solved challenge. */
async function admit(c: Door): Promise<Admitted> {
  if (bearer(c) !== undefined) return { by: `customer:${(await signedInTo(c)).customer.number}`, challenge: [] };
  const token = c.req.query("token");
  if (token !== undefined) {
    const { id, isExpired } = await openPage(c.var.rt, token);
    if (isExpired) throw new Refusal("token_expired");
    return { by: `conversation:${id}`, challenge: [] };
  }
  const surface = surfaceOf(c);
  pageOrigin(c, surface);
  return { by: `surface:${surface.name}`, challenge: await checkChallenge(c.var.rt, c.req.header("challenge")) };
}
