import type { Scope } from "../platform/access.ts";
import type { Language } from "../platform/languages.ts";

const nl = {
  intro: "Programma's gebruiken een sleutel om de API aan te roepen. Een sleutel mag alleen wat hier staat.",
  empty: "Er zijn nog geen sleutels.",
  name: "Naam",
  nameHint: "Waar de sleutel voor is, bijvoorbeeld: bestelsysteem.",
  scopes: "Mag",
  chooseOne: "Kies minstens één recht.",
  created: "Gemaakt",
  used: "Laatst gebruikt",
  never: "nog nooit",
  state: "Toestand",
  inUse: "in gebruik",
  revoked: "ingetrokken op",
  revoke: "Intrekken",
  revokeTitle: (name: string) => `Sleutel "${name}" intrekken?`,
  revokeText: "Elk programma dat deze sleutel gebruikt, werkt meteen niet meer. Dit is niet terug te draaien.",
  make: "Sleutel maken",
  made: "De sleutel is gemaakt",
  madeBefore:
    "Deze sleutel was al gemaakt, en is één keer getoond. Heb je hem niet bewaard, trek hem dan in en maak een nieuwe.",
  madeText: "Bewaar hem nu: dit is de enige keer dat je hem ziet.",
  copy: "Kopiëren",
  copied: "Gekopieerd",
  back: "Naar de lijst",
  scopeWords: {
    "policy:write": "Beleidsversies publiceren",
    "mail:read": "Uitgaande mail bekijken",
    "mail:write": "Mislukte mail opnieuw versturen",
  } as Readonly<Record<Scope, string>>,
  done: { revoked: "De sleutel is ingetrokken." } as Readonly<Record<string, string>>,
};

/** What the pages about API keys say. */
export const KEYS: Readonly<Record<Language, typeof nl>> = {
  nl,
  en: {
    intro: "Programs use a key to call the API. A key may do only what it says here.",
    empty: "There are no keys yet.",
    name: "Name",
    nameHint: "What the key is for, for example: order system.",
    scopes: "May",
    chooseOne: "Choose at least one.",
    created: "Made",
    used: "Last used",
    never: "never",
    state: "State",
    inUse: "in use",
    revoked: "revoked on",
    revoke: "Revoke",
    revokeTitle: (name) => `Revoke the key "${name}"?`,
    revokeText: "Every program that uses this key stops working at once. This cannot be undone.",
    make: "Make a key",
    made: "The key is made",
    madeBefore: "This key was made already, and shown once. If you did not keep it, revoke it and make another.",
    madeText: "Keep it now: this is the only time you see it.",
    copy: "Copy",
    copied: "Copied",
    back: "To the list",
    scopeWords: {
      "policy:write": "Publish policy versions",
      "mail:read": "See outgoing mail",
      "mail:write": "Send failed mail again",
    },
    done: { revoked: "The key is revoked." },
  },
};
