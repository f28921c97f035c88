import type { Runtime } from "../platform/runtime.ts";
import type { Settings } from "../platform/settings.ts";
import { takeNumbers, usedNumbers } from "./store.ts";

/** Digits before the check digit; a longer series goes on with more of them. */
const DIGITS = 7;
/** A customer number of the host's own: what a panel token can carry. */
const SHAPE = /^[A-Za-z0-9-]{1,40}$/;

/**
 * The check digit of ISO/IEC 7064, hybrid system MOD 11,10: it finds every single wrong digit, and 98 of 100 swaps of two
 * neighbours. (To find them all, the standard asks for two digits.)
 */
export function checkDigit(digits: string): string {
  let product = 10;
  for (const digit of digits) {
    const sum = (product + Number(digit)) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return String((11 - product) % 10);
}

/** A number of our own series: prefix, digits, check digit. */
export function numberOf(prefix: string, place: number): string {
  const digits = String(place).padStart(DIGITS, "0");
  return `${prefix}${digits}${checkDigit(digits)}`;
}

/** The place in our own series of a number that is of it; null for the host's own numbers. */
export function placeOf(prefix: string, number: string): number | null {
  const digits = number.startsWith(prefix) ? number.slice(prefix.length) : "";
  return /^\d{8,}$/.test(digits) ? Number(digits.slice(0, -1)) : null;
}

/** What is wrong with a number as it was written down; null when nothing is. */
export function numberFault({ CUSTOMER_PREFIX }: Settings, number: string): "invalid" | "check_digit" | null {
  if (!SHAPE.test(number)) return "invalid";
  const place = placeOf(CUSTOMER_PREFIX, number);
  return place === null || numberOf(CUSTOMER_PREFIX, place) === number ? null : "check_digit";
}

/** Gives out `count` numbers that were never given out before, and never will be again; one that is then not used, PUT may name. */
export async function reserveNumbers(rt: Runtime, count: number): Promise<string[]> {
  const { CUSTOMER_PREFIX } = rt.settings;
  const free: string[] = [];
  while (free.length < count) {
    const missing = count - free.length;
    const last = await takeNumbers(rt.db, CUSTOMER_PREFIX, missing);
    const numbers = Array.from({ length: missing }, (_, index) =>
      numberOf(CUSTOMER_PREFIX, last - missing + 1 + index),
    );
    // After a change of the prefix, numbers of the host's own may look like ours.
    const used = await usedNumbers(rt.db, numbers);
    free.push(...numbers.filter((number) => !used.has(number)));
  }
  return free;
}
