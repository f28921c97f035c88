import { Hono } from "hono";
import { Refusal } from "../platform/errors.ts";
import type { House } from "../platform/http.ts";
import { addAccount } from "./account.tsx";
import { addCampaigns } from "./campaigns.tsx";
import { addContact } from "./contact.tsx";
import { addContactArchive } from "./contact-archive.tsx";
import { addContactFigures } from "./contact-figures.tsx";
import { addContactSettings } from "./contact-settings.tsx";
import { addContactSpam } from "./contact-spam.tsx";
import { addCustomers } from "./customers.tsx";
import { screen } from "./desk.ts";
import { addFigures } from "./figures.tsx";
import { addHelp } from "./help.tsx";
import { addHome } from "./home.tsx";
import { addKeys } from "./keys.tsx";
import { addLedger } from "./ledger.tsx";
import { addNotices } from "./notices.tsx";
import { addCustomerMail } from "./notices-customer.tsx";
import { addOutbox } from "./outbox.tsx";
import { addPolicy } from "./policy.tsx";
import { addSignIn } from "./sign-in.tsx";
import { addStaff } from "./staff.tsx";
import { addSubscribers } from "./subscribers.tsx";
import { addListImports } from "./subscribers-imports.tsx";
import { addSubscriber } from "./subscribers-person.tsx";

/** Everything under /admin. */
export const adminRoutes = new Hono<House>();

/** What is not there is said in the admin's own dress, and to members only. */
function addLost(routes: Hono<House>): void {
  routes.get(
    "/admin/*",
    screen("any", () => {
      throw new Refusal("not_found");
    }),
  );
}

for (const add of [
  addSignIn,
  addHome,
  addContactSpam,
  addContactArchive,
  addContactSettings,
  addContactFigures,
  // After all that has a name where this has an id.
  addContact,
  addCustomers,
  addCustomerMail,
  addListImports,
  addSubscribers,
  // After all that has a name where this has an id.
  addSubscriber,
  addNotices,
  addPolicy,
  addFigures,
  addCampaigns,
  addOutbox,
  addLedger,
  addStaff,
  addKeys,
  addAccount,
  addHelp,
  addLost,
]) {
  add(adminRoutes);
}
