import { Tokenizer } from "htmlparser2";

/** What an element does to the lines around it. */
const PARAGRAPHS = new Set(
  "p h1 h2 h3 h4 h5 h6 ul ol dl table blockquote pre article section aside figure form fieldset address".split(" "),
);
const LINES = new Set("div tr li dt dd center header footer main nav caption body figcaption option".split(" "));
/** No mail program shows what stands in these; of others, such as an object, it shows that when it cannot show the thing itself. */
const DROPPED = new Set("script style title template iframe noembed noframes".split(" "));
const ADDRESS = /^https?:\/\/[^\s\p{Cc}]{1,2000}$/iu;
/** Quotes within one another are shown no deeper. */
const DEEPEST = 10;
/** So much is read before it is asked again whether that is enough. */
const PIECE = 65_536;

/**
 * What HTML says, as plain text of about `most` characters at the most: a line for each block and row, "> " before what is
 * quoted, the address of a link behind its words; and whether that is all, which it is not when something that is left out never
 * ends. Nothing is loaded, no tag is left, and it takes time in step with the length.
 */
export function htmlText(html: string, most: number): { text: string; isWhole: boolean } {
  const page = new Page(most);
  // The parser above it keeps the elements that are open, and then takes time by the square of their depth.
  const reader = new Reader(html, page);
  const tokenizer = new Tokenizer({}, reader);
  for (let at = 0; at < html.length && !page.isFull; at += PIECE) tokenizer.write(html.slice(at, at + PIECE));
  tokenizer.end();
  return { text: page.finish(), isWhole: !page.isFull && !reader.isInside };
}

type Callbacks = ConstructorParameters<typeof Tokenizer>[1];

/** Tells a page what the tokenizer comes by, which names places in the HTML only. */
class Reader implements Callbacks {
  readonly #html: string;
  readonly #page: Page;
  #tag = "";
  #attribute = "";
  #value = "";
  #attributes = new Map<string, string>();
  /** The element that is left out, and how many of its name are open. */
  #dropped = "";
  #depth = 0;

  constructor(html: string, page: Page) {
    this.#html = html;
    this.#page = page;
  }

  /** Whether what is being read is left out. */
  get isInside(): boolean {
    return this.#depth > 0;
  }

  ontext(start: number, end: number): void {
    if (this.#depth === 0) this.#page.say(this.#html.slice(start, end));
  }

  ontextentity(code: number): void {
    if (this.#depth === 0) this.#page.say(String.fromCodePoint(code));
  }

  onopentagname(start: number, end: number): void {
    this.#tag = this.#html.slice(start, end).toLowerCase();
    this.#attributes = new Map();
  }

  onattribname(start: number, end: number): void {
    this.#attribute = this.#html.slice(start, end).toLowerCase();
    this.#value = "";
  }

  onattribdata(start: number, end: number): void {
    this.#value += this.#html.slice(start, end);
  }

  onattribentity(code: number): void {
    this.#value += String.fromCodePoint(code);
  }

  onattribend(): void {
    if (["href", "alt"].includes(this.#attribute)) this.#attributes.set(this.#attribute, this.#value);
  }

  onopentagend(): void {
    if (this.#depth > 0) {
      if (this.#tag === this.#dropped) this.#depth++;
    } else if (DROPPED.has(this.#tag)) {
      [this.#dropped, this.#depth] = [this.#tag, 1];
    } else this.#page.open(this.#tag, this.#attributes);
  }

  onselfclosingtag(): void {
    this.onopentagend();
  }

  onclosetag(start: number, end: number): void {
    const tag = this.#html.slice(start, end).toLowerCase();
    if (this.#depth === 0) this.#page.close(tag);
    else if (tag === this.#dropped) this.#depth--;
  }

  oncdata(): void {}
  oncomment(): void {}
  ondeclaration(): void {}
  onprocessinginstruction(): void {}
  onend(): void {}
}

/** Lines of text as they come to stand below one another. */
class Page {
  readonly #most: number;
  readonly #lines: string[] = [];
  #length = 0;
  #line = "";
  /** HAZARD: to look for them in the line again and again would take time by the square of its length. */
  #hasWords = false;
  #endsInSpace = true;
  #wantsGap = false;
  #quotes = 0;
  #lastQuotes = 0;
  #preformatted = 0;
  /** The next number of each list that is open; null has no numbers. */
  readonly #lists: (number | null)[] = [];
  #link: { address: string; words: string } | null = null;

  constructor(most: number) {
    this.#most = most;
  }

  get isFull(): boolean {
    return this.#length > this.#most;
  }

  say(text: string): void {
    if (this.#preformatted > 0) {
      const [first = "", ...rest] = text.split(/\r?\n/);
      this.#add(first);
      for (const line of rest) {
        this.#break();
        this.#add(line);
      }
    } else {
      const words = text.replace(/[\s\u00a0]+/g, " ");
      this.#add(this.#endsInSpace && words.startsWith(" ") ? words.slice(1) : words);
    }
  }

  open(tag: string, attributes: ReadonlyMap<string, string>): void {
    if (tag === "a") this.#openLink(attributes.get("href") ?? "");
    this.#border(tag);
    if (tag === "br") this.#break();
    else if (tag === "img") this.#picture(attributes.get("alt")?.trim() ?? "");
    else if (tag === "hr") this.#rule();
    else if (tag === "td" || tag === "th") this.#cell();
    else if (tag === "li") this.#add(this.#bullet());
    else if (tag === "ul") this.#lists.push(null);
    else if (tag === "ol") this.#lists.push(1);
    else if (tag === "blockquote") this.#quotes++;
    else if (tag === "pre") this.#preformatted++;
  }

  close(tag: string): void {
    if (tag === "a") this.#closeLink();
    this.#border(tag);
    if (tag === "ul" || tag === "ol") this.#lists.pop();
    else if (tag === "blockquote") this.#quotes = Math.max(0, this.#quotes - 1);
    else if (tag === "pre") this.#preformatted = Math.max(0, this.#preformatted - 1);
  }

  finish(): string {
    this.#closeLink();
    if (this.#line !== "") this.#break();
    return this.#lines
      .join("\n")
      .replace(/\n{3,}/g, "\n\n")
      .trim();
  }

  #add(text: string): void {
    if (text === "") return;
    // The empty line between what is quoted and what is not is not quoted.
    if (this.#wantsGap && this.#lines.length > 0) this.#push("", Math.min(this.#quotes, this.#lastQuotes));
    this.#wantsGap = false;
    this.#line += text;
    this.#hasWords ||= /\S/.test(text);
    this.#length += text.length;
    this.#endsInSpace = /[ \t]$/.test(text.slice(-1));
    if (this.#link && this.#link.words.length < 2_000) this.#link.words += text;
  }

  #break(): void {
    if (this.#line === "" && this.#wantsGap) return;
    this.#push(this.#line);
    this.#line = "";
    this.#hasWords = false;
    this.#endsInSpace = true;
  }

  #push(line: string, quotes = this.#quotes): void {
    const written = `${"> ".repeat(Math.min(quotes, DEEPEST))}${line}`.trimEnd();
    this.#lines.push(written);
    this.#lastQuotes = quotes;
    this.#length += written.length - line.length + 1;
  }

  /** Where a block begins or ends, a line does. */
  #border(tag: string): void {
    const isParagraph = PARAGRAPHS.has(tag);
    if (!isParagraph && !LINES.has(tag)) return;
    if (this.#hasWords) this.#break();
    if (isParagraph) this.#wantsGap = true;
  }

  #rule(): void {
    if (this.#line !== "") this.#break();
    this.#add("* * *");
    this.#break();
  }

  #cell(): void {
    if (this.#line !== "" && !this.#line.endsWith("\t")) this.#add("\t");
  }

  #bullet(): string {
    const number = this.#lists.at(-1) ?? null;
    if (number === null) return "- ";
    this.#lists[this.#lists.length - 1] = number + 1;
    return `${number}. `;
  }

  #picture(words: string): void {
    if (words !== "") this.say(`[${words}]`);
  }

  #openLink(href: string): void {
    this.#closeLink();
    const address = href.trim();
    if (ADDRESS.test(address)) this.#link = { address, words: "" };
  }

  #closeLink(): void {
    const link = this.#link;
    this.#link = null;
    if (!link) return;
    const words = link.words.trim();
    if (words !== "" && bare(words) !== bare(link.address)) this.#add(` (${link.address})`);
  }
}

/** An address as people write it: "example.nl" is "https://example.nl/". */
const bare = (address: string): string => address.replace(/^https?:\/\//i, "").replace(/\/$/, "");
