import type { Purpose, Recipient } from "../platform/inventory.ts";
import type { Language } from "../platform/languages.ts";

interface InventoryWords {
  purposes: Readonly<Record<Purpose, string>>;
  recipients: Readonly<Record<Recipient, string>>;
  /** By the name that a snapshot has for them. */
  stores: Readonly<Record<string, string>>;
  /** What the inventory says of an event → the words for it; the inventory is written in English. */
  events: Readonly<Record<string, string>>;
  days(days: string, event: string): string;
  until(event: string): string;
}

/** What people read of the inventory. A store or event without words shows as the inventory has it. */
export const INVENTORY: Readonly<Record<Language, InventoryWords>> = {
  nl: {
    purposes: {
      newsletter: "nieuwsbrief",
      contact: "berichten beantwoorden",
      "contact-archive": "archief van contact",
      "policy-notice": "melden van wijzigingen in het beleid",
      contract: "uitvoeren van de overeenkomst",
      billing: "facturen",
      support: "ondersteuning",
      evidence: "bewijs",
      security: "beveiliging",
      operation: "werking van het systeem",
    },
    recipients: { "mail-provider": "mailprovider", "hosting-provider": "hostingprovider" },
    stores: {
      tokens: "links in mails",
      "api_keys.createdBy": "wie een API-sleutel maakte",
      ledger_entries: "logboek",
      "ledger_checks.askedBy": "wie om controle van het logboek vroeg",
      outbox: "uitgaande mail",
      mail_suppressions: "adressen die geen mail krijgen",
      customers: "klanten",
      registrations: "registraties die nog niet bevestigd zijn",
      "customer_imports.createdBy": "wie klanten importeerde",
      customer_import_parts: "bestanden van imports",
      customer_import_numbers: "klantnummers in imports",
      customer_import_faults: "fouten in imports",
      "policy_drafts.createdBy": "wie een versie begon",
      "policy_drafts.changedBy": "wie een versie schreef",
      "policy_drafts.approvedBy": "wie een versie goedkeurde",
      notice_mails: "mails over wijzigingen",
      notice_showings: "meldingen in klantpanelen",
      acknowledgements: "bevestigde meldingen",
      subscribers: "abonnees van de nieuwsbrief",
      signups: "aanmeldingen voor de nieuwsbrief",
      conversations: "gesprekken",
      messages: "berichten",
      staff_members: "medewerkers",
      staff_sessions: "aanmeldingen van medewerkers",
      staff_passkeys: "passkeys van medewerkers",
      "staff_roles.changedBy": "wie een rol wijzigde",
      "kv:mailbox": "postvak voor ontwikkelaars",
      "queue:mail": "wachtrij voor mail",
    },
    events: {
      "expiry of the link": "het verlopen van de link",
      "the key is removed": "de sleutel is verwijderd",
      "the person is erased; the commitment stays and says nothing by itself":
        "de persoon is gewist; de verzegeling blijft en zegt op zichzelf niets",
      "the end of the run": "het einde van de controle",
      "sending, or giving up; a mail that asks to confirm something: 7 days":
        "verzenden of opgeven; een mail die om bevestiging vraagt: 7 dagen",
      "mail to the address is allowed again": "mail aan het adres mag weer",
      "the end of the contract": "het einde van de overeenkomst",
      "the registration": "de registratie",
      "its end": "het einde ervan",
      "the import's end": "het einde van de import",
      "the import's end: at most 2 days for a file that is not started, 30 for one that is paused":
        "het einde van de import: hoogstens 2 dagen voor een bestand dat niet gestart is, 30 voor een import die stilstaat",
      "it is published or thrown away": "publiceren of weggooien",
      "the customer is erased": "de klant is gewist",
      "the subscriber leaves and asks to be erased; never confirmed: 7 days":
        "de abonnee vertrekt en vraagt om wissen; nooit bevestigd: 7 dagen",
      "the request when never confirmed; else as long as the subscriber":
        "de aanvraag als die nooit is bevestigd; anders zolang als de abonnee",
      "the end of handling; never confirmed: 7 days after it was written":
        "het einde van de behandeling; nooit bevestigd: 7 dagen na het schrijven",
      "removal: until then the ledger's entries need a name":
        "de verwijdering; tot dan heeft het logboek de naam nodig",
      "signing out, or the session's end (STAFF_SESSION_HOURS)": "afmelden, of het einde van de aanmelding",
      "its or the member's removal": "verwijdering van de passkey of de medewerker",
      "the next change": "de volgende wijziging",
      sending: "verzenden",
      "the wake-up": "het seintje",
    },
    days: (days, event) => `${days} dagen na: ${event}`,
    until: (event) => `tot: ${event}`,
  },
  en: {
    purposes: {
      newsletter: "newsletter",
      contact: "answering messages",
      "contact-archive": "archive of contact",
      "policy-notice": "telling of changes to the policy",
      contract: "carrying out the contract",
      billing: "invoices",
      support: "support",
      evidence: "evidence",
      security: "security",
      operation: "running the system",
    },
    recipients: { "mail-provider": "mail provider", "hosting-provider": "hosting provider" },
    stores: {
      tokens: "links in mails",
      "api_keys.createdBy": "who made an API key",
      ledger_entries: "ledger",
      "ledger_checks.askedBy": "who asked to verify the ledger",
      outbox: "outgoing mail",
      mail_suppressions: "addresses that get no mail",
      customers: "customers",
      registrations: "registrations not confirmed yet",
      "customer_imports.createdBy": "who imported customers",
      customer_import_parts: "files of imports",
      customer_import_numbers: "customer numbers in imports",
      customer_import_faults: "faults in imports",
      "policy_drafts.createdBy": "who began a version",
      "policy_drafts.changedBy": "who wrote a version",
      "policy_drafts.approvedBy": "who approved a version",
      notice_mails: "mails about changes",
      notice_showings: "notices in customer panels",
      acknowledgements: "acknowledged notices",
      subscribers: "newsletter subscribers",
      signups: "newsletter sign-ups",
      conversations: "conversations",
      messages: "messages",
      staff_members: "members of staff",
      staff_sessions: "staff sessions",
      staff_passkeys: "staff passkeys",
      "staff_roles.changedBy": "who changed a role",
      "kv:mailbox": "mailbox for developers",
      "queue:mail": "queue for mail",
    },
    events: {},
    days: (days, event) => `${days} days from: ${event}`,
    until: (event) => `until: ${event}`,
  },
};
