import type { ConversationExport } from "./export-shapes.ts";
import type { Matter } from "./store.ts";
import type { Note, ThreadMessage } from "./thread-store.ts";

/** Messages of a conversation that one export holds, the newest. */
export const EXPORTED_AT_MOST = 5_000;

const instant = (at: number): string => new Date(at).toISOString();
const instantOr = (at: number | null): string | null => (at === null ? null : instant(at));

/**
 * A conversation as it is given away. Who wrote is "them" or "us", never a member. With `notes` null, as of what is meant for the person,
 * what staff noted is left out.
 */
export function exportOf(
  { conversation, topic }: Matter,
  thread: readonly ThreadMessage[],
  notes: readonly Note[] | null,
): ConversationExport {
  const { reference, status, channel, email, name, customerNumber, subject, lang, closeReason } = conversation;
  return {
    ...{ reference, status, channel, email, name, customerNumber, subject, lang },
    topic: topic?.names ?? null,
    createdAt: instant(conversation.createdAt),
    closedAt: instantOr(conversation.closedAt),
    closeReason,
    archivedAt: instantOr(conversation.archivedAt),
    deleteAt: instantOr(conversation.deleteAt),
    messages: thread.map(({ author, channel: by, createdAt, body, files }) => ({
      author: author === null ? ("them" as const) : ("us" as const),
      channel: by,
      createdAt: instant(createdAt),
      body,
      files: files.map(({ name: file, type, size, sha256, refused }) => ({ name: file, type, size, sha256, refused })),
    })),
    ...(notes ? { notes: notes.map(({ createdAt, body }) => ({ createdAt: instant(createdAt), body })) } : {}),
  };
}
