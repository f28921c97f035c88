import { ledgerEntry } from "../ledger/entry.ts";
import type { Returned } from "../mail/returns.ts";
import type { Statement } from "../platform/db.ts";
import type { Runtime } from "../platform/runtime.ts";
import { appendNoticeReturned, failNotice, findNoticeMail } from "./returned-store.ts";

/**
 * What evidence says of a notice that came back: it did not reach its customer by mail, whether the fault is for good or not.
 * A complaint shows that it did. For a batch that `mailStatements` ends.
 */
export async function noticeStatements(rt: Runtime, returned: Returned): Promise<Statement[]> {
  const { mailId, what, status } = returned;
  const notice = what === "complaint" ? undefined : await findNoticeMail(rt.db, mailId);
  if (!notice) return [];
  const { date, number } = notice;
  const why = `bounced ${status}`;
  const entry = await ledgerEntry(rt, "notice.failed", {
    // The mail may have failed before, when it was sent, and have been sent again by staff.
    event: `${date}:${number}:${what}`,
    subject: `customer:${number}`,
    body: { customerNumber: number, policyDate: date, channel: "mail", mail: mailId, reason: why },
  });
  return [appendNoticeReturned({ ...returned, ...entry }), failNotice({ ...returned, why })];
}
