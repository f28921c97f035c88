/** Stands before the app as Cloudflare's edge does: compresses text with brotli. Serves the bench's own pages too. */
import { createServer, type IncomingMessage } from "node:http";
import { brotliCompressSync, constants } from "node:zlib";
import { listen } from "./app.ts";

export interface Edge {
  origin: string;
  /** Brotli quality, 0–11. */
  quality: number;
  stop(): void;
}

const TEXT = /^(text\/|application\/(json|javascript|problem\+json))|\+xml/;
/** Headers of the app's reply that no longer hold, or that Node writes itself. */
const OWN = new Set(["content-encoding", "content-length", "transfer-encoding", "connection", "keep-alive", "date"]);

/** Forwards all but `pages` (path → HTML) to the app. */
export async function startEdge(app: string, pages: ReadonlyMap<string, string>): Promise<Edge> {
  const packed = new Map<string, Buffer>();
  const server = createServer(async (request, response) => {
    try {
      const { status, headers, body } = await answer(app, pages, request);
      const type = headers["content-type"] ?? "";
      if (!TEXT.test(type) || body.length === 0) return void response.writeHead(status, headers).end(body);
      const key = `${edge.quality} ${request.url} ${headers["etag"] ?? ""} ${body.length}`;
      const small = packed.get(key) ?? compress(body, edge.quality);
      packed.set(key, small);
      response.writeHead(status, { ...headers, "content-encoding": "br", vary: "Accept-Encoding" }).end(small);
    } catch {
      response.writeHead(502).end();
    }
  });
  const edge: Edge = {
    origin: `http://localhost:${await listen(server)}`,
    quality: 11,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
  return edge;
}

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

async function answer(app: string, pages: ReadonlyMap<string, string>, request: IncomingMessage): Promise<Answer> {
  const { pathname } = new URL(request.url ?? "/", app);
  const page = pages.get(pathname);
  if (page !== undefined) {
    return { status: 200, headers: { "content-type": "text/html; charset=utf-8" }, body: Buffer.from(page) };
  }
  const reply = await fetch(app + request.url, { headers: { "accept-language": "nl" } });
  const headers = Object.fromEntries([...reply.headers].filter(([name]) => !OWN.has(name)));
  return { status: reply.status, headers, body: Buffer.from(await reply.arrayBuffer()) };
}

function compress(body: Buffer, quality: number): Buffer {
  return brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } });
}
