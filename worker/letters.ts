import { contactMails } from "./contact/mails.ts";
import { customersMails } from "./customers/mails.ts";
import type { LetterWriters } from "./mail/letter.ts";
import { askingMails } from "./newsletter/asking-mails.ts";
import { campaignMails } from "./newsletter/campaign-mails.ts";
import { newsletterMails } from "./newsletter/mails.ts";
import { policyMails } from "./policy/mails.ts";
import { staffMails } from "./staff/mails.ts";

/** Every template that an outbox row may name. */
export const letters: LetterWriters = {
  ...policyMails,
  ...customersMails,
  ...newsletterMails,
  ...campaignMails,
  ...askingMails,
  ...contactMails,
  ...staffMails,
};
