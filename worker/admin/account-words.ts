import type { Language } from "../platform/languages.ts";

export const LANGUAGE_CHOICES: Readonly<Record<Language, string>> = { nl: "Nederlands", en: "English" };

const nl = {
  name: "Naam",
  lang: "Taal",
  behind: (name: string) =>
    `Intussen is dit gegeven veranderd; je naam is nu "${name}". Wat je typte staat er nog. Sla nog eens op om het te vervangen.`,
  passkeys: "Passkeys",
  passkeysText: "Met een passkey meld je je aan met je vingerafdruk, gezicht of pincode, zonder mail.",
  noPasskeys: "Je hebt nog geen passkey.",
  passkeyName: "Naam van de passkey",
  addPasskey: "Passkey toevoegen",
  added: "Toegevoegd",
  used: "Laatst gebruikt",
  remove: "Verwijderen",
  failed: "Het toevoegen is niet gelukt. Probeer het nog een keer.",
  unable: "Deze browser kan hier geen passkey maken.",
  needsScript: "Voor een passkey is JavaScript nodig.",
  addPasskeyFirst: "Voor jouw rol is een passkey nodig. Voeg er hieronder een toe; daarna kun je verder.",
  usePasskey:
    "Voor jouw rol is een passkey nodig. Meld je af, en meld je aan met je passkey. Ben je hem kwijt? Vraag een eigenaar om je passkeys te wissen.",
  sessions: "Waar je bent aangemeld",
  sessionsText: (hours: number) => `Een aanmelding stopt vanzelf na ${hours} uur.`,
  device: "Apparaat",
  thisOne: "dit apparaat",
  method: "Aangemeld met",
  methods: { link: "link per mail", passkey: "passkey" },
  since: "Sinds",
  until: "Tot",
  action: "Actie",
  end: "Beëindigen",
  endOthers: "Alle andere beëindigen",
  access: "Aanmelden en afmelden gaat via Cloudflare Access.",
  done: {
    saved: "Opgeslagen.",
    "passkey-added": "De passkey is toegevoegd. Je kunt je er voortaan mee aanmelden.",
    "passkey-removed": "De passkey is verwijderd.",
    "session-ended": "De aanmelding is beëindigd.",
  } as Readonly<Record<string, string>>,
};

/** What the account page says. */
export const ACCOUNT: Readonly<Record<Language, typeof nl>> = {
  nl,
  en: {
    name: "Name",
    lang: "Language",
    behind: (name) =>
      `This was changed meanwhile; your name is "${name}" now. What you typed is still here. Save again to replace it.`,
    passkeys: "Passkeys",
    passkeysText: "With a passkey you sign in by your fingerprint, face or PIN, without a mail.",
    noPasskeys: "You have no passkey yet.",
    passkeyName: "Name of the passkey",
    addPasskey: "Add a passkey",
    added: "Added",
    used: "Last used",
    remove: "Remove",
    failed: "Adding it did not work. Please try again.",
    unable: "This browser cannot make a passkey here.",
    needsScript: "A passkey needs JavaScript.",
    addPasskeyFirst: "Your role needs a passkey. Add one below; after that you can go on.",
    usePasskey:
      "Your role needs a passkey. Sign out, and sign in with your passkey. Have you lost it? Ask an owner to clear your passkeys.",
    sessions: "Where you are signed in",
    sessionsText: (hours) => `A session ends by itself after ${hours} hours.`,
    device: "Device",
    thisOne: "this device",
    method: "Signed in by",
    methods: { link: "link by mail", passkey: "passkey" },
    since: "Since",
    until: "Until",
    action: "Action",
    end: "End",
    endOthers: "End all others",
    access: "Signing in and out goes through Cloudflare Access.",
    done: {
      saved: "Saved.",
      "passkey-added": "The passkey is added. From now on you can sign in with it.",
      "passkey-removed": "The passkey is removed.",
      "session-ended": "The session is ended.",
    },
  },
};
