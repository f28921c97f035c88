import { contactTables } from "../worker/contact/personal-data.ts";
import { ledgerTables } from "../worker/ledger/personal-data.ts";
import { mailTables } from "../worker/mail/personal-data.ts";
import { newsletterTables } from "../worker/newsletter/personal-data.ts";
import { platformTables } from "../worker/platform/personal-data.ts";
import { policyTables } from "../worker/policy/personal-data.ts";
import { staffTables } from "../worker/staff/personal-data.ts";

/** Every table that the rooms describe. */
export const described = [
  ...platformTables,
  ...ledgerTables,
  ...mailTables,
  ...policyTables,
  ...newsletterTables,
  ...contactTables,
  ...staffTables,
];
