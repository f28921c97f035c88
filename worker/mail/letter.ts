import type { Statement } from "../platform/db.ts";
import type { Language } from "../platform/languages.ts";
import type { Bindings, Runtime } from "../platform/runtime.ts";
import type { Settings } from "../platform/settings.ts";
import type { TokenPurpose } from "../platform/tokens.ts";
import type { OutboxRow } from "./store.ts";

/** What a mail says, before it becomes text and HTML. Holds no markup, and never a stranger's words. */
export interface Letter {
  subject: string;
  /** The line a mail program shows beside the subject. */
  preheader: string;
  blocks: readonly Block[];
  /** Why the reader gets this mail. */
  reason: string;
  /** One-click unsubscribe address (RFC 8058); only on mail that one can leave. */
  unsubscribe?: string;
  /** Whether it is of a mailing list, which then has a name in its headers (RFC 2919). */
  list?: true;
  /** Of what belongs to a conversation: its id, and the Message-ID that it answers, when that came by mail. */
  conversation?: { id: string; answers: string | null };
  /** Whether a person wrote it to one other, or a program answered; else a program sent it by itself (RFC 3834 section 5). */
  author?: "person" | "responder";
  /** What stands below the reason: who sends this from where, and the ways on. */
  footer?: { address: string; links: readonly Way[] };
}

/** A link by its words. */
export interface Way {
  label: string;
  url: string;
}

/** Words of a block, with our own marks alone: no HTML from outside has a way in. */
export type Span =
  | { kind: "words"; text: string }
  | { kind: "strong" | "emphasis"; spans: readonly Span[] }
  | { kind: "anchor"; url: string; spans: readonly Span[] }
  | { kind: "break" };

export type Block =
  | { kind: "text"; text: string }
  | ({ kind: "button" } & Way)
  | ({ kind: "link" } & Way)
  | { kind: "heading"; level: 2 | 3; spans: readonly Span[] }
  | { kind: "paragraph"; spans: readonly Span[] }
  /** `first` is the number of the first item; null for bullets. */
  | { kind: "list"; first: number | null; items: readonly (readonly Block[])[] }
  | { kind: "quote"; blocks: readonly Block[] }
  /** An image by its https: address; what a reader sees who has images off is `alt`. */
  | { kind: "image"; url: string; alt: string; link: string | null }
  | { kind: "divider" };

/** What a writer may reach. It holds no secret: only `link` can make a token, so what `link` masks is shown nowhere. */
interface WriterRuntime extends Pick<Runtime, "db" | "now"> {
  readonly bindings: Pick<Bindings, "DB">;
  readonly settings: Omit<Settings, "TOKEN_SECRET" | "PANEL_SECRETS" | "SMTP_PASSWORD">;
}

/** What a writer gets to know of the mail it writes. */
export interface LetterJob {
  rt: WriterRuntime;
  lang: Language;
  params: Readonly<Record<string, string>>;
  /** The address of a page whose token belongs to the row `id`. */
  link(path: string, purpose: TokenPurpose, id: string): Promise<string>;
}

export type LetterWriter = (job: LetterJob) => Promise<Letter>;

/** Every template a room offers, by the name that outbox rows use. */
export type LetterWriters = Readonly<Record<string, LetterWriter>>;

/** A mail ready to go out. */
export interface OutgoingMail {
  /** Id of its outbox row; equal on every try. */
  id: string;
  from: string;
  /** The envelope's sender, to whom it comes back: of this mail alone when mail is read (INBOUND_ADDRESS). */
  returnPath: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  headers: Readonly<Record<string, string>>;
  messageId: string;
  /** Milliseconds since 1970. */
  date: number;
}

/** A way out for mail. `send` settles once the other side has taken the mail or refused it. */
export interface Transport {
  send(mail: OutgoingMail): Promise<void>;
  close(): void;
}

/** A mail that is not to be sent any more: its reader left, or its sender stopped it. The message is ours and names nobody. */
export class Unwanted extends Error {}

/** A mail that waits for people, such as one of a newsletter that is paused. It counts as no try. */
export class OnHold extends Error {}

/**
 * Asked of mails, a batch at a time and just before they go: which of them are not to be sent after all, by their ids, and
 * why. A writer can still throw Unwanted when its mail's turn comes.
 */
export type Gate = (rt: Runtime, rows: readonly OutboxRow[]) => Promise<ReadonlyMap<string, string>>;

/** A refusal that no later try will turn (SMTP 5xx). Its message is ours and names nobody. */
export class PermanentFailure extends Error {}

/** The refusal of a mail because its address is wrong or closed: nothing sent there will arrive. */
export class AddressRefused extends PermanentFailure {
  /** What the server says is wrong with the address, such as 5.1.1 (RFC 3463). */
  readonly status: string;

  constructor(message: string, status: string) {
    super(message);
    this.status = status;
  }
}

/**
 * Asked of a mail whose address was refused, with the status: what else follows from that. Its statements are committed together with
 * the mail's failure, and go after it.
 */
export type Consequences = (rt: Runtime, row: OutboxRow, status: string) => Promise<Statement[]>;
