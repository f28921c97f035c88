import type { MiddlewareHandler } from "hono";
import { sha256 } from "./bytes.ts";
import type { House } from "./http.ts";

/**
 * Gives a GET's reply an ETag of what is in it, and answers 304 to who has it already: by If-None-Match, or, where
 * that is left out, by If-Modified-Since and the Last-Modified that the handler set (RFC 9110 section 13).
 */
export const conditional: MiddlewareHandler<House> = async (c, next) => {
  await next();
  if (c.req.method !== "GET" || c.res.status !== 200) return;
  const body = await c.res.text();
  const etag = `"${(await sha256(body)).slice(0, 32)}"`;
  const headers = new Headers(c.res.headers);
  headers.set("ETag", etag);
  const isKnown = hasIt(etag, headers.get("last-modified"), {
    match: c.req.header("if-none-match"),
    since: c.req.header("if-modified-since"),
  });
  if (isKnown) headers.delete("Content-Type");
  // Emptied first: Hono adds the headers of the reply before to those of the next.
  c.res = undefined;
  c.res = new Response(isKnown ? null : body, { status: isKnown ? 304 : 200, headers });
};

interface Known {
  match: string | undefined;
  since: string | undefined;
}

/** Weak comparison, as If-None-Match has it: a proxy that compresses makes an ETag weak. */
function hasIt(etag: string, modified: string | null, { match, since }: Known): boolean {
  if (match !== undefined) return match.trim() === "*" || (match.match(/"[^"]*"/g)?.includes(etag) ?? false);
  return since !== undefined && modified !== null && Date.parse(modified) <= Date.parse(since);
}
