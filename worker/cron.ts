import { sweepContact } from "./contact/store.ts";
import { requeueStrays } from "./mail/outbox.ts";
import { sweepMails } from "./mail/store.ts";
import { sweepNewsletter } from "./newsletter/store.ts";
import { commit } from "./platform/db.ts";
import type { Runtime } from "./platform/runtime.ts";
import { sweepPlatform } from "./platform/store.ts";

const DAY = 86_400_000;
/** Days that things are kept, as the rooms' personal-data.ts declares them. */
const UNCONFIRMED = 7;
const MAIL = 90;

/** The minute's round: wakes mails whose sender was lost, and drops what has lapsed. */
export async function round(rt: Runtime): Promise<void> {
  const now = rt.now();
  await requeueStrays(rt);
  await commit(rt, [
    ...sweepNewsletter(rt.db, now - UNCONFIRMED * DAY),
    ...sweepContact(rt.db, now - UNCONFIRMED * DAY),
    ...sweepPlatform(rt.db, now),
    ...sweepMails(rt.db, {
      before: now - MAIL * DAY,
      briefBefore: now - UNCONFIRMED * DAY,
      briefTemplates: ["newsletter.confirm", "contact.confirm"],
    }),
  ]);
}
