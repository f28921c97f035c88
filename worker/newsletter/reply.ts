const words = (text: string): string[] => text.split(/\s+/);
const small = (list: readonly string[]): string => `(?:(?:${list.join("|")}) )*`;

/** Words that may stand before a wish to leave, or in it, and do not change it: "ik wil me graag", "could you please". */
const AROUND_WORDS = words(
  `hallo hoi hey hi hello dag beste graag gaarne aub svp alsjeblieft alstublieft please pls thanks kindly just now nu direct meteen hierbij
  ik i wil wilt wens wou zou willen want wish would d like to kun kunt kan kunnen can could you je jij u jullie
  me mij mijn my myself ons us the de deze this hier from van voor te worden be`,
);
/** Words that a stop may stand among: it may as well be what somebody thinks of our article. */
const STOPPING_WORDS = words(
  `hiermee ermee daarmee met hier maar mailen mails mail e emails email emailing mailing sturen sending nieuwsbrief nieuwsbrieven
  newsletter newsletters it that aub svp alsjeblieft alstublieft please graag nu now de deze die the this these me mij to aan`,
);
const AROUND = small(AROUND_WORDS);
const STOPPING = small(STOPPING_WORDS);
/** The words that somebody begins with who answers a newsletter to be rid of it. */
const LEAVE = new RegExp(
  `^${AROUND}(?:(?:unsubscribed?|afmelden|afmelding|afgemeld|uitschrijven|uitschrijving|uitgeschreven|remove me|opt out) ` +
    `|(?:meld|schrijf) ${AROUND}(?:af|uit) |stop ${STOPPING}$)`,
);
const GREETING =
  /^(hallo|hoi|hey|hi|hello|dag|beste|geachte|dear|l\.?s\b|goede|goeden?(morgen|middag|avond|dag)|good (morning|afternoon|evening))(?!\p{L})[^,.!]{0,40}(?:[,.!]+|$)/iu;
/** What mail programs put before the subject of what is answered: then it is our subject, and "Stop!" may be a headline. */
const ANSWER = /^\s*(re|aw|antw|sv|fw|fwd|doorst)\s*(\[\d+\])?\s*:/i;
/** Where a mail that is answered begins whose lines bear no mark: all below is taken for it. */
const UNMARKED = /^\s*(-{2,}\s*\w|_{5,}|(van|from|von):\s)/i;
/** A line of the mail that is answered, or the one before it: "Op 22 november schreef …". */
const MARKED = /^\s*(>|(op|on|am|le)\s.*\d.*)/i;
/** No more is read: what is quoted may be long, and an answer may stand below it. */
const MOST_LINES = 2_000;
/** All that a wish alone is made of, with its greeting, its thanks and its closing: any other word is for people to read. */
const ALONE = new Set([
  ...AROUND_WORDS,
  ...STOPPING_WORDS,
  ...words(
    `unsubscribe unsubscribed afmelden afmelding afgemeld uitschrijven uitschrijving uitgeschreven remove opt out meld schrijf af uit stop
    geachte dear ls goedemorgen goedemiddag goedenavond goedendag goede goeden morgen middag avond good morning afternoon evening
    heer mevrouw meneer sir madam redactie team mensen allemaal all there lijst list bedankt dank thank alvast
    met vriendelijke hartelijke groet groeten groetjes mvg kind best regards cheers`,
  ),
]);
/** Names: words with a capital, after a greeting, or at the end below a closing, after a comma or on a line of their own. */
const NAME = String.raw`(?:\p{Lu}(?:\p{Ll}[\p{L}'’-]*|\.)?|van|de|der|den|ten|ter)`;
const NAMES = `${NAME}(?: ${NAME}){0,3}`;
const GREETED = new RegExp(
  String.raw`^((?i:hallo|hoi|hey|hi|hello|dag|beste|geachte|dear)(?: (?i:heer|mevrouw|meneer))?) ${NAMES}(?=[,.!\n]|$)`,
  "mu",
);
const SIGNED = new RegExp(String.raw`((?i:groet|groeten|groetjes|mvg|regards|cheers)[ ,.!\n]+|[,\n] *)${NAMES}$`, "u");
/** What telephones put below a mail. */
const DEVICE =
  /^(?:verstuurd|verzonden|sent|get|download) (?:(?:vanaf|van|met|from|via|with) )?(?:(?:mijn|my|een|a) )?(?:iphone|ipad|samsung|galaxy|android|outlook|gmail|yahoo|proton)(?![\p{L}\p{N}])[^.!?,]{0,40}$/iu;

/** What a reply asks: to leave, and whether it says more than that; else it is for people to read. */
export interface Wish {
  leaves: boolean;
  saysMore: boolean;
}

/** Reads the wish in a reply: its subject if it is their own, or the first line, but for a greeting, above or below what they quote. */
export function wishIn(subject: string, text: string): Wish {
  const own = ownLines(text);
  const headed = ANSWER.test(subject) ? [] : [subject];
  return { leaves: asksToLeave(own) || asksToLeave(headed), saysMore: saysMore([...headed, ...own]) };
}

/** Whether any word is left beside a wish, a greeting, a closing and names. How long a text is says nothing: "bel me" is short. */
function saysMore(lines: readonly string[]): boolean {
  const text = lines.filter((line) => !DEVICE.test(line)).join("\n");
  const bare = text.replace(GREETED, "$1").replace(SIGNED, "$1");
  return allWordsOf(bare).some((word) => !ALONE.has(word));
}

function asksToLeave(lines: readonly string[]): boolean {
  for (const line of lines) {
    const rest = line.replace(GREETING, "").trim();
    if (LEAVE.test(wordsOf(line)) || LEAVE.test(wordsOf(rest))) return true;
    if (rest !== "") return false;
  }
  return false;
}

/** The words of a line in lower case, with a space after each, of its beginning. */
const wordsOf = (line: string): string =>
  allWordsOf(line.slice(0, 200))
    .map((word) => `${word} `)
    .join("");

/** The words of a text in lower case; "a.u.b." is one. */
const allWordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .replace(/(?<!\p{L})(\p{L})\./gu, "$1")
    .match(/[\p{L}\p{N}]+/gu) ?? [];

/** The lines that are not quoted and not empty. */
function ownLines(text: string): string[] {
  const all = text.split(/\r?\n/, MOST_LINES);
  const end = all.findIndex((line) => UNMARKED.test(line));
  const lines = end < 0 ? all : all.slice(0, end);
  const quote = lines.findIndex((line) => MARKED.test(line));
  const below = lines.findLastIndex((line) => line.trimStart().startsWith(">")) + 1 || lines.length;
  const own = quote < 0 ? lines : [...lines.slice(0, quote), ...lines.slice(below)];
  return own.map((line) => line.trim()).filter((line) => line !== "");
}
