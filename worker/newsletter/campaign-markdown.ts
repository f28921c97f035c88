import { fromMarkdown } from "mdast-util-from-markdown";
import type { Block, Span } from "../mail/letter.ts";
import type { FieldCode } from "../platform/errors.ts";
import { wrongFields } from "./campaign-fields.ts";

type Root = ReturnType<typeof fromMarkdown>;
type Node = Root["children"][number];
type Of<Type extends Node["type"]> = Extract<Node, { type: Type }>;

/** Something in a text that cannot be sent, and its line. */
interface TextFault {
  line: number;
  code: Extract<FieldCode, "unknown_field" | "not_https">;
}

/** Markdown as blocks of a letter, with personal fields still in the words. */
export interface Parsed {
  blocks: readonly Block[];
  faults: readonly TextFault[];
}

/**
 * HTML is text here. Code by indents is what a pasted letter becomes by accident, and a line of dashes below a line of
 * words is a divider to who writes it.
 */
const OFF = { disable: { null: ["htmlFlow", "htmlText", "codeIndented", "setextUnderline"] } };

/** Where a link may lead. */
const PROTOCOLS = ["https:", "mailto:", "tel:"];

/** A link with this title, alone in its paragraph, is a button. */
const BUTTON = "button";

/**
 * Reads Markdown (CommonMark without HTML) that isRenderable. A link or image that may not be is left out, its words stay,
 * and it is one of the faults.
 */
export function parseMarkdown(markdown: string): Parsed {
  const root = fromMarkdown(markdown, { extensions: [OFF] });
  return new Reader(root).read();
}

/** Reads one text; holds what its parts need of one another. */
class Reader {
  readonly #root: Root;
  readonly #urls: ReadonlyMap<string, string>;
  readonly #faults: TextFault[] = [];

  constructor(root: Root) {
    this.#root = root;
    // Of two definitions with one name the first counts (CommonMark 4.7), and a Map keeps the last.
    const definitions = definitionsIn(root.children).toReversed();
    this.#urls = new Map(definitions.map(({ identifier, url }) => [identifier, url]));
  }

  read(): Parsed {
    return { blocks: this.#blocks(this.#root.children), faults: this.#faults };
  }

  #blocks(nodes: readonly Node[]): Block[] {
    return nodes.flatMap((node) => this.#block(node));
  }

  #block(node: Node): Block[] {
    switch (node.type) {
      case "heading":
        return [{ kind: "heading", level: node.depth <= 2 ? 2 : 3, spans: this.#spans(node.children) }];
      case "paragraph":
        return this.#paragraph(node.children);
      case "blockquote":
        return [{ kind: "quote", blocks: this.#blocks(node.children) }];
      case "list": {
        const first = node.ordered ? (node.start ?? 1) : null;
        return [{ kind: "list", first, items: node.children.map((item) => this.#blocks(item.children)) }];
      }
      case "thematicBreak":
        return [{ kind: "divider" }];
      case "code":
        return [{ kind: "paragraph", spans: this.#lines(node) }];
      default:
        return [];
    }
  }

  /** A paragraph, or a button; images in it stand by themselves. */
  #paragraph(nodes: readonly Node[]): Block[] {
    const [only] = nodes;
    if (nodes.length === 1 && only?.type === "link" && only.title?.trim().toLowerCase() === BUTTON) {
      const url = this.#url(only.url, only);
      const label = wordsIn(this.#spans(only.children));
      return url === null ? [paragraphOf(label)] : [{ kind: "button", label, url }];
    }
    const blocks: Block[] = [];
    let waiting: Node[] = [];
    const flush = () => {
      const spans = this.#spans(waiting);
      if (wordsIn(spans).trim() !== "") blocks.push({ kind: "paragraph", spans });
      waiting = [];
    };
    for (const node of nodes) {
      const image = this.#image(node);
      if (!image) {
        waiting.push(node);
        continue;
      }
      flush();
      blocks.push(image);
    }
    flush();
    return blocks;
  }

  /** An image, or a link around nothing but one. */
  #image(node: Node): Block | undefined {
    if (node.type === "link" || node.type === "linkReference") {
      const [inner, ...more] = node.children;
      const image = inner && more.length === 0 ? this.#image(inner) : undefined;
      return image?.kind === "image" ? { ...image, link: this.#target(node) } : undefined;
    }
    if (node.type !== "image" && node.type !== "imageReference") return undefined;
    const alt = this.#checked(node.alt ?? "", node);
    const url = this.#target(node);
    // Only https: shows an image; a mail address does not.
    if (url?.startsWith("https:")) return { kind: "image", url, alt, link: null };
    if (url !== null) this.#fault(node, "not_https");
    return paragraphOf(alt);
  }

  #spans(nodes: readonly Node[]): Span[] {
    return nodes.flatMap((node) => this.#span(node));
  }

  #span(node: Node): Span[] {
    switch (node.type) {
      case "text":
      case "inlineCode":
        return [words(this.#checked(node.value, node))];
      case "emphasis":
      case "strong":
        return [{ kind: node.type, spans: this.#spans(node.children) }];
      case "break":
        return [{ kind: "break" }];
      case "link":
      case "linkReference": {
        const url = this.#target(node);
        const spans = this.#spans(node.children);
        return url === null ? spans : [{ kind: "anchor", url, spans }];
      }
      // Among words, such as in a heading, an image is what it is called.
      case "image":
      case "imageReference":
        return [words(this.#checked(node.alt ?? "", node))];
      default:
        return [];
    }
  }

  #lines(node: Of<"code">): Span[] {
    return this.#checked(node.value, node)
      .split("\n")
      .flatMap((line, at) => (at === 0 ? [words(line)] : [{ kind: "break" }, words(line)]));
  }

  /** Where a link or image leads, by itself or by its definition; null when it may not be. */
  #target(node: Of<"link" | "image" | "linkReference" | "imageReference">): string | null {
    return this.#url("url" in node ? node.url : (this.#urls.get(node.identifier) ?? ""), node);
  }

  #url(written: string, node: Node): string | null {
    // A field in an address would make it one of each reader's own, to follow them by.
    const code = /\{\{|%7b%7b/i.test(written) ? "unknown_field" : "not_https";
    const url = code === "not_https" ? safeUrl(written) : null;
    if (url === null) this.#fault(node, code);
    return url;
  }

  #checked(text: string, node: Node): string {
    for (const at of wrongFields(text)) this.#fault(node, "unknown_field", text.slice(0, at).split("\n").length - 1);
    return text;
  }

  #fault(node: Node, code: TextFault["code"], below = 0): void {
    this.#faults.push({ line: (node.position?.start.line ?? 1) + below, code });
  }
}

const words = (text: string): Span => ({ kind: "words", text });
const paragraphOf = (text: string): Block => ({ kind: "paragraph", spans: [words(text)] });

/** An address as it was written, if it may be followed; null for any other kind than https:, mailto: and tel:. */
function safeUrl(written: string): string | null {
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (!url || !PROTOCOLS.includes(url.protocol)) return null;
  // Browsers leave out line breaks and tabs, and lead elsewhere than one reads.
  return /^[\x21-\x7e]+$/.test(written) ? written : url.href;
}

/** What a reader sees of spans, without their marks. */
const wordsIn = (spans: readonly Span[]): string =>
  spans.map((span) => (span.kind === "words" ? span.text : span.kind === "break" ? " " : wordsIn(span.spans))).join("");

function definitionsIn(nodes: readonly Node[]): Of<"definition">[] {
  return nodes.flatMap((node) => {
    if (node.type === "definition") return [node];
    return "children" in node ? definitionsIn(node.children) : [];
  });
}
