import { z } from "zod";

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const moment = z.iso.datetime();

const sealed = z.object({
  place: z.number(),
  seal: z.object({
    number: z.number(),
    at: moment,
    firstEntry: z.number(),
    lastEntry: z.number(),
    root: hash,
    previous: hash,
    head: hash,
  }),
  index: z.number(),
  size: z.number(),
  path: z.array(hash),
});

const ledger = z.object({
  id: z.string(),
  kind: z.string(),
  at: moment,
  subject: z.string().nullable(),
  actor: z.string().nullable(),
  /** Canonical JSON, as the commitment was made of it; with the salt whoever holds the receipt can make that again. */
  body: z.string(),
  salt: z.string(),
  commitment: hash,
  /** The proof that it is sealed; null while it waits for the next seal. */
  sealed: sealed.nullable(),
});

const event = z.object({
  event_time: moment,
  event_type: z.enum(["expressed-consent", "none"]),
  event_state: z.enum(["given", "changed", "withdrawn", "stopped", "moved"]),
  /** Who did it: the person, or the controller in their place. */
  entity_id: z.enum(["pii-principal", "controller"]),
  validity_duration: z.string(),
  topics_added: z.array(z.string()),
  topics_removed: z.array(z.string()),
  /** How it was asked, withdrawn or stopped: a form, a panel, an import; a link, a reply. */
  method: z.string().nullable(),
  requested_at: moment.nullable(),
  surface: z.string().nullable(),
  page: z.string().nullable(),
  privacy_notice: z.string().nullable(),
  wording: z.object({ sha256: hash, text: z.string() }).nullable(),
  /**
   * Why a person may not have confirmed it: "fast", "burst", "scanner"; empty when there is no such doubt. Null when nobody
   * confirmed anything here: what an import states to be proven rests on what is stated, a panel vouches for its customer.
   */
  doubts: z.array(z.string()).nullable(),
  /** Of an import: where the consent comes from, as whoever imported it stated. */
  stated: z
    .object({
      text: z.string(),
      date: z.string(),
      evidence: z.object({ sha256: z.string(), name: z.string() }).nullable(),
      isDoubleOptIn: z.boolean(),
    })
    .nullable(),
  ledger,
});

/** A receipt of consent, its fields named as in ISO/IEC TS 27560:2023 where that has them (docs/decisions/0024). */
export const receiptShape = z.object({
  schema_version: z.string(),
  modelled_on: z.string(),
  receipt_id: z.string(),
  record_id: z.string(),
  pii_principal_id: z.string(),
  issued_at: moment,
  pii_processing: z.object({
    privacy_notice: z.string(),
    language: z.string(),
    purposes: z.array(
      z.object({
        purpose: z.string(),
        topic: z.string(),
        purpose_type: z.literal("newsletter"),
        lawful_basis: z.string(),
        state: z.enum(["given", "withdrawn"]),
        given_at: moment,
        withdrawn_at: moment.nullable(),
        withdrawn_by: z.string().nullable(),
      }),
    ),
    pii_information: z.array(z.object({ pii_type: z.string(), pii_optional: z.boolean() })),
    pii_controllers: z.array(z.string()),
    collection_method: z.string(),
    processing_method: z.array(z.string()),
    storage_locations: z.string(),
    retention_period: z.string(),
    jurisdiction: z.string(),
    recipient_third_parties: z.array(z.string()),
    withdrawal_method: z.array(z.string()),
    privacy_rights: z.array(z.string()),
  }),
  party_identification: z.array(
    z.object({
      party_id: z.string(),
      party_type: z.string(),
      party_role: z.string(),
      party_name: z.string(),
      party_address: z.string().nullable(),
      party_email: z.string(),
      party_url: z.string(),
      party_contact: z.string(),
    }),
  ),
  events: z.array(event),
});

export type Receipt = z.infer<typeof receiptShape>;
export type ReceiptEvent = z.infer<typeof event>;
