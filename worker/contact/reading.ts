import { ledgerEntry } from "../ledger/entry.ts";
import { appendEntry } from "../ledger/store.ts";
import { base64url } from "../platform/bytes.ts";
import { commit } from "../platform/db.ts";
import { Refusal } from "../platform/errors.ts";
import type { Runtime } from "../platform/runtime.ts";
import { keyed } from "../platform/tokens.ts";
import { change } from "./change.ts";
import type { ArchiveSearch } from "./reading-shapes.ts";
import { archivedBy } from "./reading-store.ts";
import { type FoundConversations, searchConversations } from "./search-store.ts";
import { findMatter, type Matter } from "./store.ts";

/** Conversations on one page of a search. */
const AT_ONCE = 50;

/**
 * Searches the archive, and enters who did: what was searched for as a keyed hash, as it may be an address. Each page is a search of its
 * own.
 */
export async function searchArchive(
  rt: Runtime,
  actor: string,
  { by, text, after }: ArchiveSearch,
): Promise<FoundConversations> {
  const found =
    by === "words"
      ? await searchConversations(rt.db, { text, statuses: ["archived"] }, after, AT_ONCE)
      : { ...(await archivedBy(rt.db, by, text, after, AT_ONCE)), lookedTo: null };
  const entry = await ledgerEntry(rt, "conversations.archive-searched", {
    event: base64url(rt.random(12)),
    subject: null,
    actor,
    body: { search: await keyed(rt, "search", `${by}:${text}`), found: found.found.length },
  });
  await commit(rt, [appendEntry(entry)]);
  return found;
}

/** A conversation in the archive. Refuses not_found for any other. */
export async function archivedOf(rt: Runtime, id: string): Promise<Matter> {
  const matter = await findMatter(rt.db, id);
  if (matter?.conversation.status !== "archived") throw new Refusal("not_found");
  return matter;
}

/** Enters that somebody reads a conversation in the archive; they get its words after that. */
export const recordReading = (rt: Runtime, actor: string, { conversation }: Matter): Promise<void> =>
  record(rt, "conversation.archive-read", actor, conversation.id);

/** Enters that a conversation was exported; it is given away after that. */
export const recordExport = (rt: Runtime, actor: string, { conversation }: Matter): Promise<void> =>
  record(rt, "conversation.exported", actor, conversation.id);

async function record(
  rt: Runtime,
  kind: "conversation.archive-read" | "conversation.exported",
  actor: string,
  conversation: string,
): Promise<void> {
  const entry = await ledgerEntry(rt, kind, {
    event: base64url(rt.random(12)),
    subject: `conversation:${conversation}`,
    actor,
    body: { conversation },
  });
  await commit(rt, [appendEntry(entry)]);
}

/** Takes a conversation out of the archive: it is our turn again. Refuses edited_meanwhile when somebody else did before. */
export async function reopenArchived(rt: Runtime, matter: Matter, actor: string): Promise<void> {
  const isMade =
    matter.conversation.status === "archived" &&
    (await change(rt, matter, (handler, now) => handler.reopened(now, rt.now()), {
      entries: [{ kind: "conversation.reopened", body: {}, actor }],
    }));
  if (!isMade) throw new Refusal("edited_meanwhile");
}
