import type { Child } from "hono/jsx";
import type { Block, Span } from "../mail/letter.ts";
import { dayInWords } from "../platform/calendar.ts";
import type { Language } from "../platform/languages.ts";
import type { Archived } from "./archive.ts";

const WORDS = {
  nl: {
    title: "Nieuwsbrieven",
    none: "Er is nog geen nieuwsbrief om te lezen.",
    feed: "Nieuwsbrieven",
    follow: "Volg de nieuwsbrieven als feed:",
    older: "Oudere nieuwsbrieven",
    sent: "Verstuurd op",
    all: "Alle nieuwsbrieven",
    hint: "Wil je deze nieuwsbrief ook in je mailbox? Meld je aan op",
    site: "onze website",
    leaves: "andere website",
  },
  en: {
    title: "Newsletters",
    none: "There is no newsletter to read yet.",
    feed: "Newsletters",
    follow: "Follow the newsletters as a feed:",
    older: "Older newsletters",
    sent: "Sent on",
    all: "All newsletters",
    hint: "Do you want this newsletter in your mailbox, too? Sign up on",
    site: "our website",
    leaves: "other website",
  },
} as const;

export const ARCHIVE = "/newsletter/archive";

export const archiveTitle = (lang: Language): string => WORDS[lang].title;

/** Where to sign up: the host's own site, when it is known. */
interface HintProps {
  lang: Language;
  site: string | undefined;
}

function Hint({ lang, site }: HintProps) {
  const words = WORDS[lang];
  return (
    <p class="note">
      {words.hint} {site === undefined ? words.site : <a href={site}>{words.site}</a>}.
    </p>
  );
}

interface ListProps extends HintProps {
  items: readonly (Archived & { day: string })[];
  /** The one that older ones come after. */
  next: Pick<Archived, "slug" | "startedAt"> | null;
}

/** Newsletters that everybody may read, newest first. */
export function ArchivePage({ lang, site, items, next }: ListProps) {
  const words = WORDS[lang];
  return (
    <>
      <FeedLinks lang={lang} />
      <h1>{words.title}</h1>
      {items.length === 0 ? (
        <p>{words.none}</p>
      ) : (
        <p class="muted">
          {words.follow} <a href={`${ARCHIVE}/feed.xml?lang=${lang}`}>Atom</a>{" "}
          <a href={`${ARCHIVE}/feed.json?lang=${lang}`}>JSON</a>
        </p>
      )}
      <ul class="versions">
        {items.map((item) => (
          <li>
            <h2 lang={item.lang}>
              <a href={`${ARCHIVE}/${item.slug}?lang=${lang}`}>{item.subject}</a>
            </h2>
            {item.preheader === "" ? null : <p lang={item.lang}>{item.preheader}</p>}
            <p class="muted">
              <time datetime={item.day}>{dayInWords(item.day, lang)}</time>
            </p>
          </li>
        ))}
      </ul>
      {next === null ? null : (
        <p>
          <a href={`${ARCHIVE}?lang=${lang}&before=${next.startedAt}.${next.slug}`} rel="next">
            {words.older}
          </a>
        </p>
      )}
      <Hint lang={lang} site={site} />
    </>
  );
}

interface WebProps extends HintProps {
  /** The language that it is written in. */
  written: Language;
  subject: string;
  day: string;
  blocks: readonly Block[];
  /** Links to elsewhere are marked. */
  origin: string;
}

/** A newsletter for everybody to read: nobody's fields, and no link that is anybody's own. */
export function WebVersion({ lang, site, written, subject, day, blocks, origin }: WebProps) {
  const words = WORDS[lang];
  return (
    <>
      <FeedLinks lang={lang} />
      <article lang={written} class="newsletter">
        <h1>{subject}</h1>
        <p class="muted" lang={lang}>
          {words.sent} <time datetime={day}>{dayInWords(day, lang)}</time>
        </p>
        <Blocks blocks={blocks} lang={lang} origin={origin} />
      </article>
      <Hint lang={lang} site={site} />
      <p>
        <a href={`${ARCHIVE}?lang=${lang}`}>{words.all}</a>
      </p>
    </>
  );
}

interface Context {
  lang: Language;
  origin: string;
}

function Blocks({ blocks, ...context }: Context & { blocks: readonly Block[] }) {
  return (
    <>
      {blocks.map((block) => (
        <BlockPart block={block} {...context} />
      ))}
    </>
  );
}

function BlockPart({ block, ...context }: Context & { block: Block }) {
  switch (block.kind) {
    case "text":
      return <p>{block.text}</p>;
    case "link":
    case "button":
      return (
        <p>
          <Anchor url={block.url} class={block.kind === "button" ? "button" : ""} {...context}>
            {block.label}
          </Anchor>
        </p>
      );
    case "heading": {
      const Heading = `h${block.level}` as const;
      return (
        <Heading>
          <Spans spans={block.spans} {...context} />
        </Heading>
      );
    }
    case "paragraph":
      return (
        <p>
          <Spans spans={block.spans} {...context} />
        </p>
      );
    case "list": {
      const items = block.items.map((item) => (
        <li>
          <Blocks blocks={item} {...context} />
        </li>
      ));
      return block.first === null ? <ul>{items}</ul> : <ol start={block.first}>{items}</ol>;
    }
    case "quote":
      return (
        <blockquote>
          <Blocks blocks={block.blocks} {...context} />
        </blockquote>
      );
    case "image": {
      const image = <img src={block.url} alt={block.alt} loading="lazy" referrerpolicy="no-referrer" />;
      return (
        <p>
          {block.link === null ? (
            image
          ) : (
            <Anchor url={block.link} {...context}>
              {image}
            </Anchor>
          )}
        </p>
      );
    }
    case "divider":
      return <hr />;
  }
}

function Spans({ spans, ...context }: Context & { spans: readonly Span[] }) {
  return (
    <>
      {spans.map((span) => (
        <SpanPart span={span} {...context} />
      ))}
    </>
  );
}

function SpanPart({ span, ...context }: Context & { span: Span }) {
  if (span.kind === "words") return <>{span.text}</>;
  if (span.kind === "break") return <br />;
  const inner = <Spans spans={span.spans} {...context} />;
  if (span.kind === "anchor") {
    return (
      <Anchor url={span.url} {...context}>
        {inner}
      </Anchor>
    );
  }
  return span.kind === "strong" ? <strong>{inner}</strong> : <em>{inner}</em>;
}

/** A link; one that leads to another site says so, to eyes and to screen readers. */
function Anchor({
  url,
  lang,
  origin,
  class: kind = "",
  children,
}: Context & { url: string; class?: string; children?: Child }) {
  const leaves = url.startsWith("https:") && new URL(url).origin !== origin;
  const names = [kind, leaves ? "leaves" : ""].filter((name) => name !== "").join(" ");
  return (
    <a href={url} {...(names === "" ? {} : { class: names })} {...(leaves ? { rel: "external noreferrer" } : {})}>
      {children}
      {leaves ? <span class="hidden"> ({WORDS[lang].leaves})</span> : null}
    </a>
  );
}

/** By these a feed reader finds the feeds from any page of the archive. Hono's JSX puts them in the head. */
function FeedLinks({ lang }: { lang: Language }) {
  const title = WORDS[lang].feed;
  return (
    <>
      <link rel="alternate" type="application/atom+xml" title={title} href={`${ARCHIVE}/feed.xml?lang=${lang}`} />
      <link rel="alternate" type="application/feed+json" title={title} href={`${ARCHIVE}/feed.json?lang=${lang}`} />
    </>
  );
}
