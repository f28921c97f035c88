/** The words that somebody begins with who answers a newsletter to be rid of it. */
const LEAVE = /^[^\p{L}\p{N}]*(unsubscribe|afmelden|uitschrijven|stop)(?![\p{L}\p{N}])/iu;
/** What mail programs put before the subject of what is answered: then it is our subject, and "Stop!" may be a headline. */
const ANSWER = /^\s*(re|aw|antw|sv|fw|fwd|doorst)\s*(\[\d+\])?\s*:/i;
/** Where the mail that is answered begins. */
const QUOTE = /^\s*(>|-{2,}\s*\w|_{5,}|(van|from|von):\s|(op|on|am|le)\s.*\d.*)/i;
/** Who says more than this may say something that people should read. */
const SHORT = 60;

/** What a reply asks: to leave, and whether it says more than that; else it is for people to read. */
export interface Wish {
  leaves: boolean;
  saysMore: boolean;
}

/** Reads the wish in a reply: its subject if it is their own, or the first line above what they quote. */
export function wishIn(subject: string, text: string): Wish {
  const own = ownLines(text);
  const leaves = LEAVE.test(own[0] ?? "") || (!ANSWER.test(subject) && LEAVE.test(subject));
  return { leaves, saysMore: own.join(" ").length > SHORT };
}

function ownLines(text: string): string[] {
  const lines = text.split(/\r?\n/, 200);
  const quote = lines.findIndex((line) => QUOTE.test(line));
  return (quote < 0 ? lines : lines.slice(0, quote)).map((line) => line.trim()).filter((line) => line !== "");
}
