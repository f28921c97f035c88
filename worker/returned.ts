import type { Consequences } from "./mail/letter.ts";
import { mailStatements, type Returned, returnedMail, type Said, stoppedEntry } from "./mail/returns.ts";
import { mirrorSoon } from "./mail/suppression.ts";
import { newsletterStatements, readerOf } from "./newsletter/returned.ts";
import { commit, type Statement } from "./platform/db.ts";
import type { Runtime } from "./platform/runtime.ts";
import { noticeStatements } from "./policy/returned.ts";

/** Writes down what was said of a mail to an address, with all that follows from it, in one batch; the same again changes nothing. */
export async function writeReturn(rt: Runtime, mailId: string, email: string, said: Said): Promise<void> {
  const returned = await returnedMail(rt, mailId, email, said);
  await commit(rt, [...(await noticeStatements(rt, returned)), ...(await stopStatements(rt, returned))]);
  mirrorSoon(rt, [returned.hash]);
}

/**
 * A mail server that says while we send that an address is wrong or closed stops mail to it as a bounce does. The mail itself
 * fails anyway: of a notice its run takes that down.
 */
export const refusedAddress: Consequences = async (rt, { id, recipient }, status) =>
  stopStatements(rt, await returnedMail(rt, id, recipient, { kind: "hard", status }));

async function stopStatements(rt: Runtime, said: Returned): Promise<Statement[]> {
  const { mailId, email } = said;
  const reader = await readerOf(rt, mailId, email);
  const holder = reader?.email === email ? reader : undefined;
  // Who confirmed anew begins anew: what came back for a while before counts no more.
  const returned = { ...said, since: Math.max(said.since, holder?.confirmedAt ?? 0) };
  // A reader who has another address by now is not stopped for what befell the old one. But to complain was their own act.
  const stopped = said.what === "complaint" ? reader : holder;
  return [
    ...(await newsletterStatements(rt, returned, stopped)),
    ...(holder ? [] : [await stoppedEntry(rt, returned)]),
    ...mailStatements(returned),
  ];
}
