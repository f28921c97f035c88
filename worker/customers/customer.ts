import { ledgerEntry } from "../ledger/entry.ts";
import { appendEntry } from "../ledger/store.ts";
import { commit, conflictOn } from "../platform/db.ts";
import { Refusal } from "../platform/errors.ts";
import type { Runtime } from "../platform/runtime.ts";
import { keyed } from "../platform/tokens.ts";
import { numberFault, placeOf, reserveNumbers } from "./number.ts";
import type { CustomerInput } from "./shapes.ts";
import {
  appendChange,
  appendClosing,
  type Customer,
  closeRow,
  findByKey,
  findByNumber,
  insertCustomer,
  lastPlaceOf,
  RETIRED,
  RETRIED,
  TAKEN,
  updateCustomer,
} from "./store.ts";

/** How often a change is tried again that somebody else came before. */
const TRIES = 5;

/** A customer, and whether this call made them one. */
export interface Registered {
  customer: Customer;
  isNew: boolean;
}

/** Who does it, "staff:" or "key:" and an id; null for the customer themself. */
export type By = string | null;

const actorOf = (by: By) => (by === null ? {} : { actor: by });

/** The fields of a customer as they are kept: what is left out is empty, but language, IP address and source stay as they were. */
export function fieldsOf(rt: Runtime, input: CustomerInput, before?: Customer) {
  const { lang, ip, source, ...given } = input;
  return {
    ...given,
    lang: lang ?? before?.lang ?? rt.settings.LANGUAGE,
    ip: ip ?? before?.ip ?? null,
    source: source ?? before?.source ?? "api",
  };
}

type Fields = ReturnType<typeof fieldsOf>;

/** The names of the fields that differ. */
export function changedFields(before: Fields, after: Fields): string[] {
  const names = Object.keys(after) as (keyof Fields)[];
  return names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
}

/** A customer as they begin. */
export function newCustomer(rt: Runtime, number: string, input: CustomerInput): Customer {
  const now = rt.now();
  return { number, ...fieldsOf(rt, input), registeredAt: now, changedAt: now, closedAt: null };
}

/** The ledger's entry of a customer who is new; a number has one in all time. */
export function registeredEntry(rt: Runtime, customer: Customer, by: By, policyDate: string | null) {
  const { number, kind, source } = customer;
  return ledgerEntry(rt, "customer.registered", {
    event: number,
    subject: `customer:${number}`,
    ...actorOf(by),
    body: { customerNumber: number, kind, source, policyDate },
  });
}

/**
 * Registers a customer under a new number of our series, with the ledger's entry. The same key with the same input gives
 * the same customer and no second one. Refuses idempotency_key_reused.
 */
export async function registerCustomer(
  rt: Runtime,
  input: CustomerInput,
  by: By,
  idempotencyKey: string | null,
): Promise<Registered> {
  const keyHash = idempotencyKey === null ? null : await keyed(rt, "idempotency", `customer:${idempotencyKey}`);
  const requestHash = keyHash === null ? null : await keyed(rt, "fingerprint", JSON.stringify(input));
  const before = keyHash === null ? undefined : await givenBefore(rt, keyHash, requestHash);
  if (before) return before;
  for (let attempt = 1; ; attempt++) {
    const [number = ""] = await reserveNumbers(rt, 1);
    const customer = newCustomer(rt, number, input);
    const entry = await registeredEntry(rt, customer, by, null);
    try {
      await commit(rt, [insertCustomer({ ...customer, keyHash, requestHash }), appendEntry(entry)]);
      return { customer, isNew: true };
    } catch (error) {
      const meanwhile =
        keyHash !== null && conflictOn(error, RETRIED) ? await givenBefore(rt, keyHash, requestHash) : undefined;
      if (meanwhile) return meanwhile;
      // The prefix was changed to one that numbers of the host's own begin with.
      if (!conflictOn(error, TAKEN, RETIRED) || attempt === TRIES) throw error;
    }
  }
}

async function givenBefore(rt: Runtime, keyHash: string, requestHash: string | null): Promise<Registered | undefined> {
  const found = await findByKey(rt.db, keyHash);
  if (found && found.requestHash !== requestHash) throw new Refusal("idempotency_key_reused");
  return found && { customer: found.customer, isNew: false };
}

/**
 * Makes a customer what `input` says, and a new one when the number has none, with the ledger's entry. The same again
 * changes nothing. With `seen`, the `changedAt` that an editor saw, nobody else's change is overwritten. Refuses
 * invalid_input (a number that is none, or has a wrong check digit), number_not_issued (one of our series that nobody
 * was given), customer_closed (also for a number that was in use long ago) and edited_meanwhile.
 */
export async function putCustomer(
  rt: Runtime,
  number: string,
  input: CustomerInput,
  by: By,
  seen?: number,
): Promise<Registered> {
  const code = numberFault(rt.settings, number);
  if (code !== null) throw new Refusal("invalid_input", { errors: [{ path: "number", code }] });
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const before = await findByNumber(rt.db, number);
    if (seen !== undefined && before?.changedAt !== seen) break;
    const customer = before ? await change(rt, before, input, by) : await add(rt, number, input, by);
    if (customer) return { customer, isNew: before === undefined };
  }
  throw new Refusal("edited_meanwhile");
}

/** The customer as changed; undefined when somebody else came first. Refuses customer_closed. */
async function change(rt: Runtime, before: Customer, input: CustomerInput, by: By): Promise<Customer | undefined> {
  const { number, changedAt: seen } = before;
  if (before.closedAt !== null) throw new Refusal("customer_closed");
  const fields = fieldsOf(rt, input, before);
  const changed = changedFields(before, fields);
  if (changed.length === 0) return before;
  // It only grows, so that it names the state that an editor saw.
  const after = { ...before, ...fields, changedAt: Math.max(rt.now(), seen + 1) };
  const entry = await ledgerEntry(rt, "customer.changed", {
    event: `${number}:${after.changedAt}`,
    subject: `customer:${number}`,
    ...actorOf(by),
    body: { customerNumber: number, fields: changed },
  });
  const [entries] = await commit(rt, [appendChange({ ...entry, number, seen }), updateCustomer(rt.db, after, seen)]);
  return entries === 0 ? undefined : after;
}

/** The customer as added; undefined when somebody else came first. Refuses number_not_issued and customer_closed. */
async function add(rt: Runtime, number: string, input: CustomerInput, by: By): Promise<Customer | undefined> {
  const { CUSTOMER_PREFIX } = rt.settings;
  const place = placeOf(CUSTOMER_PREFIX, number);
  if (place !== null && (place < 1 || place > (await lastPlaceOf(rt.db, CUSTOMER_PREFIX)))) {
    throw new Refusal("number_not_issued");
  }
  const customer = newCustomer(rt, number, input);
  const entry = await registeredEntry(rt, customer, by, null);
  try {
    await commit(rt, [insertCustomer(customer), appendEntry(entry)]);
    return customer;
  } catch (error) {
    if (conflictOn(error, RETIRED)) throw new Refusal("customer_closed");
    if (!conflictOn(error, TAKEN)) throw error;
    return undefined;
  }
}

/** Closes a customer, with the ledger's entry; they stay readable. Closing again is fine. Refuses not_found. */
export async function closeCustomer(rt: Runtime, number: string, by: By): Promise<Customer> {
  const customer = await findCustomer(rt, number);
  if (customer.closedAt !== null) return customer;
  const at = rt.now();
  const entry = await ledgerEntry(rt, "customer.closed", {
    event: number,
    subject: `customer:${number}`,
    ...actorOf(by),
    body: { customerNumber: number },
  });
  await commit(rt, [appendClosing({ ...entry, number }), closeRow(rt.db, number, at)]);
  return { ...customer, closedAt: at };
}

/** The customer with a number. Refuses not_found. */
export async function findCustomer(rt: Runtime, number: string): Promise<Customer> {
  const customer = await findByNumber(rt.db, number);
  if (!customer) throw new Refusal("not_found");
  return customer;
}
