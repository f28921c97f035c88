import type { Runtime } from "../platform/runtime.ts";
import { listApiKeys } from "../platform/store.ts";
import { memberNames } from "../staff/store.ts";
import type { StaffDesk } from "./desk.ts";

/** The names of members of staff and API keys, by what the ledger calls them. */
export async function actorNames(rt: Runtime): Promise<ReadonlyMap<string, string>> {
  const [members, keys] = await Promise.all([memberNames(rt.db), listApiKeys(rt.db)]);
  return new Map([
    ...[...members].map(([id, name]) => [`staff:${id}`, name] as const),
    ...keys.map(({ id, name }) => [`key:${id}`, `API ${name}`] as const),
  ]);
}

/** What the ledger calls the member of staff at a desk. */
export const actorOf = ({ member }: StaffDesk): string => `staff:${member.id}`;
