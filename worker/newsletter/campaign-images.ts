import type { Block } from "../mail/letter.ts";

/** Images asked for before a newsletter is sent: no more than these, each for no longer than this, and through no more redirects. */
const MOST = 20;
const PATIENCE = 4_000;
const HOPS = 3;

/** What came of asking for an image: nothing wrong, or a status, or a word of ours. */
export type ImageFault = number | "unreachable" | "private" | "no-image";

type Image = Extract<Block, { kind: "image" }>;

/** The images in blocks, wherever they stand. */
export const imagesIn = (blocks: readonly Block[]): Image[] =>
  blocks.flatMap((block) => {
    if (block.kind === "image") return [block];
    if (block.kind === "quote") return imagesIn(block.blocks);
    return block.kind === "list" ? block.items.flatMap((item) => imagesIn(item)) : [];
  });

/** The images that readers will not see, and why, by address. Those after the first twenty are not asked for. */
export async function brokenImages(urls: readonly string[]): Promise<ReadonlyMap<string, ImageFault>> {
  const asked = [...new Set(urls)].slice(0, MOST);
  const answers = await Promise.all(asked.map(async (url) => [url, await faultOf(url)] as const));
  return new Map(answers.flatMap(([url, fault]) => (fault === null ? [] : [[url, fault] as const])));
}

async function faultOf(url: string): Promise<ImageFault | null> {
  const signal = AbortSignal.timeout(PATIENCE);
  try {
    const head = await ask(url, "HEAD", signal);
    // Some servers know no HEAD.
    const reply =
      typeof head !== "string" && [403, 405, 501].includes(head.status) ? await ask(url, "GET", signal) : head;
    if (typeof reply === "string") return reply;
    if (!reply.ok) return reply.status;
    return /^image\//i.test(reply.headers.get("content-type") ?? "") ? null : "no-image";
  } catch {
    return "unreachable";
  }
}

/** Follows redirects by itself, so that none leads to where we may not ask. */
async function ask(
  url: string,
  method: "HEAD" | "GET",
  signal: AbortSignal,
): Promise<Response | "private" | "unreachable"> {
  let next = url;
  for (let hop = 0; hop <= HOPS; hop++) {
    if (!isPublic(new URL(next))) return "private";
    const reply = await fetch(next, { method, redirect: "manual", signal, headers: { Accept: "image/*" } });
    await reply.body?.cancel();
    const location = reply.headers.get("location");
    if (reply.status < 300 || reply.status >= 400 || location === null) return reply;
    next = new URL(location, next).href;
  }
  return "unreachable";
}

/** A name that anyone can look up: no address by number, and none of this machine or the house's own network. */
const isPublic = ({ protocol, hostname, port }: URL): boolean =>
  protocol === "https:" &&
  port === "" &&
  !hostname.startsWith("[") &&
  !/^[\d.]+$/.test(hostname) &&
  /\.[a-z][a-z0-9-]+\.?$/i.test(hostname) &&
  !/\.(localhost|local|internal|intranet|lan|home|arpa|test|onion)\.?$/i.test(hostname);
