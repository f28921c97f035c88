import { ANSWER_MAIL } from "./contact/receipt.ts";
import type { Gate } from "./mail/letter.ts";
import type { OutboxRow } from "./mail/store.ts";
import { suppressionsOf } from "./mail/suppression.ts";
import { TEST_MAIL } from "./newsletter/campaign-mails.ts";
import { isOfNewsletter, newsletterGate } from "./newsletter/gate.ts";

/** Mail to staff goes out whatever befell its address: nobody else has a key to let them in. */
const isToStaff = ({ template }: OutboxRow) => template.startsWith("staff.") || template === TEST_MAIL;

/** What people wrote to one who asked them. */
const isAnswer = ({ template }: OutboxRow) => template === ANSWER_MAIL;

/**
 * The gate of all mail. Who complained gets nothing but answers of people, not even what was asked for in their name; to whom mail bounced or
 * staff stopped it, nothing that goes to many, such as notices; and newsletters have a gate of their own.
 */
export const mailGate: Gate = async (rt, rows) => {
  const asked = rows.filter((row) => !isOfNewsletter(row) && !isToStaff(row) && !isAnswer(row));
  const emails = [...new Set(asked.map(({ recipient }) => recipient))];
  const [reasons, stops] = await Promise.all([
    newsletterGate(rt, rows),
    emails.length > 0 ? suppressionsOf(rt, emails, "notice") : undefined,
  ]);
  const stopped = asked.flatMap(({ id, lane, recipient }) => {
    const reason = stops?.get(recipient)?.reason;
    return reason === "complained" || (reason && lane === "bulk") ? [[id, reason] as const] : [];
  });
  return new Map([...reasons, ...stopped]);
};
