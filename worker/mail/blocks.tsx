import type { Block, Span } from "./letter.ts";

export const INK = "#1b1f24";
export const MUTED = "#57606a";
export const LINE = "#d0d7de";

const TEXT = `margin:0 0 16px;font-size:16px;line-height:24px;color:${INK}`;
const ANCHOR = `color:${INK}`;
const HEADINGS = {
  2: `margin:28px 0 8px;font-size:18px;line-height:26px;color:${INK}`,
  3: `margin:24px 0 8px;font-size:16px;line-height:24px;color:${INK}`,
} as const;

/** A block of a letter, with styles that mail programs keep. */
export function BlockHtml({ block }: { block: Block }) {
  switch (block.kind) {
    case "text":
      return (
        <p class="ink" style={TEXT}>
          {block.text}
        </p>
      );
    case "link":
      return (
        <p class="ink" style={TEXT}>
          <a href={block.url} style={ANCHOR}>
            {block.label}
          </a>
        </p>
      );
    case "button":
      return (
        <p style="margin:24px 0">
          <a
            class="button"
            href={block.url}
            style={`display:inline-block;padding:12px 20px;border-radius:8px;background:${INK};color:#ffffff;font-size:16px;line-height:20px;text-decoration:none`}
          >
            {block.label}
          </a>
        </p>
      );
    case "heading": {
      const Heading = `h${block.level}` as const;
      return (
        <Heading class="ink" style={HEADINGS[block.level]}>
          <Spans spans={block.spans} />
        </Heading>
      );
    }
    case "paragraph":
      return (
        <p class="ink" style={TEXT}>
          <Spans spans={block.spans} />
        </p>
      );
    case "list":
      return <List {...block} />;
    case "quote":
      return (
        <blockquote class="line" style={`margin:0 0 16px;padding:0 0 0 16px;border-left:4px solid ${LINE}`}>
          <Blocks blocks={block.blocks} />
        </blockquote>
      );
    case "image":
      return <Picture {...block} />;
    case "divider":
      return <hr class="line" style={`margin:24px 0;border:0;border-top:1px solid ${LINE}`} />;
  }
}

const Blocks = ({ blocks }: { blocks: readonly Block[] }) => (
  <>
    {blocks.map((block) => (
      <BlockHtml block={block} />
    ))}
  </>
);

function Spans({ spans }: { spans: readonly Span[] }) {
  return (
    <>
      {spans.map((span) => (
        <SpanHtml span={span} />
      ))}
    </>
  );
}

function SpanHtml({ span }: { span: Span }) {
  switch (span.kind) {
    case "words":
      return <>{span.text}</>;
    case "break":
      return <br />;
    case "strong":
      return (
        <strong>
          <Spans spans={span.spans} />
        </strong>
      );
    case "emphasis":
      return (
        <em>
          <Spans spans={span.spans} />
        </em>
      );
    case "anchor":
      return (
        <a href={span.url} style={ANCHOR}>
          <Spans spans={span.spans} />
        </a>
      );
  }
}

function List({ first, items }: Extract<Block, { kind: "list" }>) {
  const style = `margin:0 0 16px;padding:0 0 0 24px;font-size:16px;line-height:24px;color:${INK}`;
  const rows = items.map((blocks) => (
    <li style="margin:0 0 4px">
      <Item blocks={blocks} />
    </li>
  ));
  return first === null ? (
    <ul class="ink" style={style}>
      {rows}
    </ul>
  ) : (
    <ol class="ink" style={style} {...(first === 1 ? {} : { start: first })}>
      {rows}
    </ol>
  );
}

/** An item that begins with a paragraph begins on the line of its bullet. */
function Item({ blocks }: { blocks: readonly Block[] }) {
  const [first, ...more] = blocks;
  if (first?.kind !== "paragraph") return <Blocks blocks={blocks} />;
  return (
    <>
      <Spans spans={first.spans} />
      <Blocks blocks={more} />
    </>
  );
}

/** As wide as the letter; where images are off, what it shows in words. */
function Picture({ url, alt, link }: Extract<Block, { kind: "image" }>) {
  const image = (
    <img
      src={url}
      alt={alt}
      width="100%"
      class="ink"
      style={`display:block;width:100%;max-width:100%;height:auto;border:0;border-radius:8px;font-size:16px;line-height:24px;color:${INK}`}
    />
  );
  return <p style="margin:0 0 16px">{link === null ? image : <a href={link}>{image}</a>}</p>;
}
