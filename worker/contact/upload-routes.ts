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
    const challenge = await admit(c);
    await limitRate(c);
    if (c.req.header("content-type") !== "application/octet-stream") throw new Refusal("unsupported_media_type");
    const { name } = parse(uploadShape, { name: c.req.query("name") });
    const header = { "Idempotency-Key": c.req.header("idempotency-key") };
    const { "Idempotency-Key": key = null } = parse(idempotencyKeyShape, header);
    const bytes = new Uint8Array(await c.req.arrayBuffer());
    const { id, name: kept, type, size } = await keepUpload(rt, { name: fileName(name, "", 1), bytes }, key, challenge);
    return c.json({ id, name: kept, type, size }, 201);
  },
);

/** Lets somebody in by a panel token, a private page's, or a solved challenge, which is to be spent with what they send. */
async function admit(c: Door): Promise<readonly Statement[]> {
  if (bearer(c) !== undefined) {
    await signedInTo(c);
    return [];
  }
  pageOrigin(c, surfaceOf(c));
  const token = c.req.query("token");
  if (token === undefined) return checkChallenge(c.var.rt, c.req.header("challenge"));
  if ((await openPage(c.var.rt, token)).isExpired) throw new Refusal("token_expired");
  return [];
}
