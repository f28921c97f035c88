import { Hono } from "hono";
import type { House } from "../platform/http.ts";
import { addAccount } from "./account.tsx";
import { addHelp } from "./help.tsx";
import { addHome } from "./home.tsx";
import { addKeys } from "./keys.tsx";
import { addLedger } from "./ledger.tsx";
import { addOutbox } from "./outbox.tsx";
import { addSignIn } from "./sign-in.tsx";
import { addStaff } from "./staff.tsx";

/** Everything under /admin. */
export const adminRoutes = new Hono<House>();

for (const add of [addSignIn, addHome, addOutbox, addLedger, addStaff, addKeys, addAccount, addHelp]) {
  add(adminRoutes);
}
