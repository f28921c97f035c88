import type { Block, Span } from "./letter.ts";

/** A block of a letter as plain text, links written out behind their words. */
export function plainBlock(block: Block): string {
  switch (block.kind) {
    case "text":
      return block.text;
    case "link":
    case "button":
      return `${block.label}:\n${block.url}`;
    case "heading": {
      const line = plainSpans(block.spans);
      return `${line}\n${(block.level === 2 ? "=" : "-").repeat(Math.min([...line].length, 60))}`;
    }
    case "paragraph":
      return plainSpans(block.spans);
    case "list":
      return block.items
        .map((item, at) => plainItem(item, block.first === null ? "-" : `${block.first + at}.`))
        .join("\n");
    case "quote":
      return plainBlocks(block.blocks).replace(/^/gm, "> ").replace(/ +$/gm, "");
    case "image":
      return [block.alt === "" ? "" : `[${block.alt}]`, block.link ?? ""].filter((line) => line !== "").join("\n");
    case "divider":
      return "* * *";
  }
}

const plainBlocks = (blocks: readonly Block[]): string => blocks.map(plainBlock).join("\n\n");

function plainItem(blocks: readonly Block[], mark: string): string {
  const inner = blocks.map(plainBlock).join("\n");
  return `${mark} ${inner.replace(/\n/g, `\n${" ".repeat(mark.length + 1)}`)}`;
}

function plainSpans(spans: readonly Span[]): string {
  return spans.map(plainSpan).join("");
}

function plainSpan(span: Span): string {
  switch (span.kind) {
    case "words":
      // In Markdown a line that goes on below is one line.
      return span.text.replace(/\s*\n\s*/g, " ");
    case "break":
      return "\n";
    case "strong":
    case "emphasis":
      return plainSpans(span.spans);
    case "anchor": {
      const words = plainSpans(span.spans);
      const address = span.url.replace(/^(mailto|tel):/, "");
      return words === span.url || words === address ? words : `${words} (${address})`;
    }
  }
}
