import type { LedgerBodies } from "../ledger/entry.ts";
import { type Proof, proofIn } from "../ledger/proof.ts";
import type { Entry, Seal } from "../ledger/store.ts";
import type { Language } from "../platform/languages.ts";
import type { Runtime } from "../platform/runtime.ts";
import { keyed } from "../platform/tokens.ts";
import { newsletterTables } from "./personal-data.ts";
import type { Subscriber } from "./preferences-store.ts";
import type { Receipt, ReceiptEvent } from "./receipt-shapes.ts";
import { type CONSENT_KINDS, findEvidence } from "./receipt-store.ts";
import { RECEIPT_WORDS } from "./receipt-words.ts";
import { subscribers } from "./tables.ts";
import { topicInWords } from "./topics.ts";

/** Events on one receipt, the newest: nobody changes their mind so often. */
const MOST_EVENTS = 100;
const LAWFUL_BASIS = "GDPR Article 6(1)(a): consent";

const isoOf = (at: number): string => new Date(at).toISOString();

/** What a receipt calls the fields of a subscriber that a person gives, and which of them they need not give. */
const PII = { email: false, name: true, lang: false, topics: false } as const;

/**
 * The receipt of all that somebody consented to, changed and withdrew, with the evidence of each: a copy for themself. It
 * holds no token, as it may be handed on. The same until something new is entered. Throws when an entry is not the one
 * that was sealed.
 */
export async function receiptOf(rt: Runtime, subscriber: Subscriber, lang: Language): Promise<Receipt> {
  const { settings } = rt;
  const { given, entries, seals, imports, wordings } = await findEvidence(rt.db, subscriber.id, MOST_EVENTS);
  const kept: Kept = {
    stated: new Map(imports.map(({ id, plan }) => [id, plan?.consent ?? null])),
    words: new Map(wordings.map(({ sha256, text }) => [sha256, text])),
  };
  const events = entries.map((entry) => {
    const seal = seals.find(({ firstSeq, lastSeq }) => firstSeq <= entry.seq && entry.seq <= lastSeq);
    return eventOf(rt, entry, seal, kept);
  });
  const newest = entries[0]?.id ?? "";
  const words = RECEIPT_WORDS[lang];
  const inventory = newsletterTables.find(({ table }) => table === subscribers)?.facts;
  return {
    schema_version: "urn:fineprint:consent-receipt:1",
    modelled_on: "ISO/IEC TS 27560:2023",
    receipt_id: await keyed(rt, "receipt", `${subscriber.id}:${newest}`),
    record_id: subscriber.id,
    pii_principal_id: subscriber.email,
    issued_at: isoOf(rt.now()),
    pii_processing: {
      privacy_notice: `${settings.ORIGIN}/policy`,
      language: subscriber.lang,
      purposes: given.map(({ topic, givenAt, withdrawnAt, withdrawnBy }) => ({
        purpose: topicInWords(topic, lang),
        topic,
        purpose_type: "newsletter",
        lawful_basis: LAWFUL_BASIS,
        state: withdrawnAt === null ? "given" : "withdrawn",
        given_at: isoOf(givenAt),
        withdrawn_at: withdrawnAt === null ? null : isoOf(withdrawnAt),
        withdrawn_by: withdrawnBy,
      })),
      pii_information: Object.entries(PII).map(([field, isOptional]) => ({
        pii_type: words.pii[field as keyof typeof PII],
        pii_optional: isOptional,
      })),
      pii_controllers: ["controller"],
      collection_method: collectionOf(events, words.collection),
      processing_method: [...words.processing],
      storage_locations: words.storage,
      retention_period: words.retention,
      jurisdiction: "EU 2016/679 (GDPR)",
      recipient_third_parties: (inventory?.recipients ?? []).map((recipient) => words.recipients[recipient]),
      // Where no mail is read, a reply would reach nobody.
      withdrawal_method: [...words.withdrawal, ...(settings.INBOUND_ADDRESS === "" ? [] : [words.withdrawalByReply])],
      privacy_rights: [...words.rights],
    },
    party_identification: [
      {
        party_id: "controller",
        party_type: "organisation",
        party_role: "pii-controller",
        party_name: settings.COMPANY,
        party_address: settings.COMPANY_ADDRESS || null,
        party_email: /<([^>]+)>/.exec(settings.MAIL_FROM)?.[1] ?? "",
        party_url: settings.ORIGIN,
        party_contact: settings.SECURITY_CONTACT,
      },
    ],
    events,
  };
}

/** Where what is kept of somebody came from: themself, a list of earlier sign-ups, or both. */
function collectionOf(
  events: readonly ReceiptEvent[],
  { byYou, imported }: { byYou: string; imported: string },
): string {
  const given = events.filter(({ event_type }) => event_type === "expressed-consent");
  const isImported = given.some(({ method }) => method === "import");
  const isByYou = !isImported || given.some(({ method }) => method !== "import");
  return [...(isByYou ? [byYou] : []), ...(isImported ? [imported] : [])].join("; ");
}

type Kind = (typeof CONSENT_KINDS)[number];
type Facts = Omit<ReceiptEvent, "event_time" | "entity_id" | "ledger">;

/** What entries refer to: what imports stated, by their ids, and words of consent, by their hash. */
interface Kept {
  stated: ReadonlyMap<string, ReceiptEvent["stated"]>;
  words: ReadonlyMap<string, string>;
}

const NOTHING: Facts = {
  event_type: "none",
  event_state: "changed",
  validity_duration: "none",
  topics_added: [],
  topics_removed: [],
  method: null,
  requested_at: null,
  surface: null,
  page: null,
  privacy_notice: null,
  wording: null,
  doubts: null,
  stated: null,
};

function eventOf(rt: Runtime, entry: Entry, seal: Seal | undefined, kept: Kept): ReceiptEvent {
  const { id, kind, at, subject, actor, body, salt, commitment } = entry;
  return {
    event_time: isoOf(at),
    entity_id: actor === null ? "pii-principal" : "controller",
    ...factsOf(rt, kind as Kind, { said: JSON.parse(body ?? "{}"), isByHouse: actor !== null }, kept),
    ledger: {
      id,
      kind,
      at: isoOf(at),
      subject,
      actor,
      body: body ?? "",
      salt: salt ?? "",
      commitment,
      sealed: seal ? sealedOf(proofIn(entry, seal)) : null,
    },
  };
}

/** What an entry's body says, in the receipt's terms. Entries of earlier versions say less. */
function factsOf(
  { settings }: Runtime,
  kind: Kind,
  { said, isByHouse }: { said: unknown; isByHouse: boolean },
  kept: Kept,
): Facts {
  const noticeOf = (date: string | null) => (date === null ? null : `${settings.ORIGIN}/policy/versions/${date}`);
  // The ledger writes each kind with its own body (LedgerBodies), and the database lets nobody change one.
  const as = <K extends Kind>(_: K) => said as Partial<LedgerBodies[K]>;
  switch (kind) {
    case "consent.given": {
      const body = as(kind);
      return {
        ...NOTHING,
        event_type: "expressed-consent",
        event_state: "given",
        validity_duration: "until-withdrawn",
        topics_added: [...(body.topics ?? [])],
        method: body.method ?? "form",
        requested_at: body.requestedAt ?? null,
        surface: body.surface ?? null,
        page: body.pageOrigin ?? null,
        privacy_notice: noticeOf(body.policyDate ?? null),
        wording: body.wording ? { text: kept.words.get(body.wording.sha256) ?? "", ...body.wording } : null,
        doubts: isByHouse || body.flags === undefined ? null : [...body.flags],
        stated: body.import ? (kept.stated.get(body.import) ?? null) : null,
      };
    }
    case "consent.changed": {
      const body = as(kind);
      const added = [...(body.added ?? [])];
      return {
        ...NOTHING,
        event_type: added.length > 0 ? "expressed-consent" : "none",
        validity_duration: added.length > 0 ? "until-withdrawn" : "none",
        topics_added: added,
        topics_removed: [...(body.removed ?? [])],
        method: body.by ?? null,
        privacy_notice: noticeOf(body.policyDate ?? null),
        wording: body.wording ?? null,
        doubts: body.by !== "preferences" || body.flags === undefined ? null : [...body.flags],
      };
    }
    case "consent.withdrawn":
      return { ...NOTHING, event_state: "withdrawn", method: as(kind).by ?? null };
    case "subscriber.stopped":
      return { ...NOTHING, event_state: "stopped", method: as(kind).reason ?? null };
    case "subscriber.moved":
      return { ...NOTHING, event_state: "moved" };
  }
}

const sealedOf = ({ entry, seal, index, size, path }: Proof): ReceiptEvent["ledger"]["sealed"] => ({
  place: entry.seq,
  seal: {
    number: seal.number,
    at: isoOf(seal.at),
    firstEntry: seal.firstSeq,
    lastEntry: seal.lastSeq,
    root: seal.root,
    previous: seal.previous,
    head: seal.head,
  },
  index,
  size,
  path,
});
