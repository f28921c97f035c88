/** What people write, as far as a search minds: Dutch and English words, some in nearly every message and most in hardly any. */

const DUTCH =
  "de het een ik en van in te dat is mijn niet op voor met er zijn maar die we kan om bij of dit naar ook als wat u nog wel geen website domein factuur mail hosting server graag bedankt groet vraag account betaling wachtwoord probleem werkt storing klant bestelling dns ssl certificaat opzeggen verhuizen database php back-up instellen foutmelding inloggen bericht rekening bedrag adres";
const ENGLISH =
  "the to and a i of in is it my you for on that with not have can this be we but are please thanks how when domain invoice website email hosting server question account payment password problem works error customer order certificate cancel transfer database backup settings login message address number";
const SYLLABLES =
  "ba be bo da de do ga go ka ke ko la le li lo ma mi mo na ni no pa pe ra ri ro sa se si ta te ti to va ve wa wi za zo";

/** How many words there are; of a place r in the list every r-th use is one. */
const VOCABULARY = 30_000;
const TABLE = 1 << 20;

function vocabulary(common: string): string[] {
  const syllables = SYLLABLES.split(" ");
  const words = common.split(" ");
  for (let i = 0; words.length < VOCABULARY; i++) {
    let [word, left] = ["", i + 41];
    for (; left > 0; left = Math.floor(left / syllables.length)) word += syllables[left % syllables.length];
    words.push(`${word}${i % 3 === 0 ? "en" : "t"}`);
  }
  return words;
}

/** Words in the shares of Zipf's law, to be drawn from by a number from 0 up to (not) TABLE. */
function drawn(common: string): string[] {
  const words = vocabulary(common);
  const weights = words.map((_, at) => 1 / (at + 3));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const table: string[] = [];
  let upTo = 0;
  words.forEach((word, at) => {
    upTo += ((weights[at] ?? 0) / total) * TABLE;
    while (table.length < upTo && table.length < TABLE) table.push(word);
  });
  return table;
}

const TABLES = { nl: drawn(DUTCH), en: drawn(ENGLISH) };

/** A random number below `below`; it is the same in each run. */
export function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** So many words in a language. */
export function textOf(lang: "nl" | "en", words: number, roll: (below: number) => number): string {
  const table = TABLES[lang];
  let text = "";
  for (let i = 0; i < words; i++) text += `${table[roll(table.length)] ?? ""} `;
  return text;
}
