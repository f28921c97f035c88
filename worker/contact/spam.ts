import { ledgerEntry } from "../ledger/entry.ts";
import { base64url } from "../platform/bytes.ts";
import { commit } from "../platform/db.ts";
import { Refusal } from "../platform/errors.ts";
import { streamFile } from "../platform/files.ts";
import type { Runtime } from "../platform/runtime.ts";
import { release } from "./care.ts";
import { findOriginal, type Original } from "./inbound-store.ts";
import { appendOriginalRead, appendSpamErased, deleteQuarantined, deleteUnreadable } from "./spam-store.ts";
import { findMatter } from "./store.ts";

/** How many of many something was done to; the others were not in quarantine any more, or somebody changed them meanwhile. */
export interface DoneToMany {
  done: number;
  left: number;
}

/** Takes conversations out of quarantine, each with its own entry. What is not there any more is left as it is. */
export async function releaseAll(rt: Runtime, actor: string, ids: readonly string[]): Promise<DoneToMany> {
  let done = 0;
  for (const id of ids) {
    const matter = await findMatter(rt.db, id);
    if (matter && (await release(rt, matter, actor))) done++;
  }
  return { done, left: ids.length - done };
}

/** Erases conversations that are in quarantine, each by itself and with its own entry. What somebody released meanwhile stays. */
export async function eraseAll(rt: Runtime, actor: string, ids: readonly string[]): Promise<DoneToMany> {
  let done = 0;
  for (const conversation of ids) {
    const entry = await ledgerEntry(rt, "conversation.erased", {
      ...{ event: base64url(rt.random(12)), subject: null, actor, body: { conversation, by: "staff" as const } },
    });
    const [entered = 0] = await commit(rt, [
      appendSpamErased({ ...entry, conversation }),
      deleteQuarantined({ conversation }),
    ]);
    if (entered > 0) done++;
  }
  return { done, left: ids.length - done };
}

/** A mail that nobody could read. Refuses not_found. */
export async function unreadableOf(rt: Runtime, id: string): Promise<Original> {
  const original = await findOriginal(rt.db, id);
  if (original?.state !== "unreadable") throw new Refusal("not_found");
  return original;
}

/** The bytes of a mail that nobody could read, once it is entered who fetched them. Refuses not_found. */
export async function readOriginal(rt: Runtime, actor: string, id: string): Promise<ReadableStream> {
  const { id: original } = await unreadableOf(rt, id);
  const bytes = await streamFile(rt, "originals", original);
  if (!bytes) throw new Refusal("not_found");
  const entry = await ledgerEntry(rt, "contact.original-read", {
    ...{ event: base64url(rt.random(12)), subject: null, actor, body: { original } },
  });
  const [entered = 0] = await commit(rt, [appendOriginalRead({ ...entry, original })]);
  if (entered === 0) throw new Refusal("not_found");
  return bytes;
}

/** Drops a mail that nobody could read, with its bytes. Gives false when it is gone already. */
export async function dropOriginal(rt: Runtime, original: string): Promise<boolean> {
  const [dropped = 0] = await commit(rt, [deleteUnreadable({ original })]);
  return dropped > 0;
}
