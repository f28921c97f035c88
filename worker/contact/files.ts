import { base64url, sha256 } from "../platform/bytes.ts";
import { commitOnce } from "../platform/challenge.ts";
import { commit, conflictOn, type Statement } from "../platform/db.ts";
import { type FieldError, Refusal } from "../platform/errors.ts";
import { fileKind } from "../platform/file-kind.ts";
import { dropFiles, keepFile } from "../platform/files.ts";
import type { Runtime } from "../platform/runtime.ts";
import { keyed } from "../platform/tokens.ts";
import {
  addFiles,
  type ContactFile,
  droppedKeys,
  findFileByKey,
  forgetKeys,
  insertFile,
  UPLOADED,
  waitingFiles,
} from "./files-store.ts";
import { FILE_BYTES } from "./shapes.ts";

/** Keys that R2 takes in one call. */
const KEYS_AT_ONCE = 1_000;

/** A file as it comes. */
export interface Upload {
  name: string;
  bytes: Uint8Array;
}

/**
 * Keeps a file until the message comes that it belongs to, a day at most, and commits `challenge` with it. The same key with the same
 * file by the same name gives the same row: callers put who sends it into the key, so that no stranger's comes back. Refuses
 * file_refused, idempotency_key_reused and challenge_used.
 */
export async function keepUpload(
  rt: Runtime,
  upload: Upload,
  idempotencyKey: string | null,
  challenge: readonly Statement[] = [],
): Promise<ContactFile> {
  const keyHash =
    idempotencyKey === null ? null : await keyed(rt, "file", JSON.stringify([idempotencyKey, upload.name]));
  const row = await rowOf(rt, upload, keyHash, FILE_BYTES);
  if (row.refused !== null) throw fileRefusal(row.refused);
  try {
    await commitOnce(rt, [insertFile(row), ...challenge]);
  } catch (error) {
    if (keyHash === null || !conflictOn(error, UPLOADED)) throw error;
    const before = await findFileByKey(rt.db, keyHash);
    if (before?.sha256 !== row.sha256) throw new Refusal("idempotency_key_reused");
    // The first try may have died before its bytes were kept.
    await keepFile(rt, "files", before.id, upload.bytes);
    return before;
  }
  await keepFile(rt, "files", row.id, upload.bytes);
  return row;
}

/** A file that is not kept, and what is said of it beside the field. */
interface Refused {
  name: string;
  errors: readonly FieldError[];
}

/**
 * Keeps files that came with one form, at most `most` of them, in one round trip; the same files with the same key of the form are the
 * same rows. Gives those that were kept, and those that were refused.
 */
export async function keepUploads(
  rt: Runtime,
  uploads: readonly Upload[],
  most: number,
  formKey: string | null,
): Promise<{ kept: ContactFile[]; refused: Refused[] }> {
  const rows = new Map<string, { row: ContactFile; bytes: Uint8Array }>();
  const refused: Refused[] = [];
  for (const upload of uploads) {
    const named = JSON.stringify([formKey, upload.name, await sha256(upload.bytes)]);
    const row = await rowOf(rt, upload, formKey === null ? null : await keyed(rt, "file", named), FILE_BYTES);
    const why = row.refused ?? (rows.size < most ? null : "too-many");
    if (why === null) rows.set(row.keyHash ?? row.id, { row, bytes: upload.bytes });
    else refused.push({ name: upload.name, errors: fileRefusal(why).errors ?? [] });
  }
  const files = [...rows.values()];
  const kept = await addFiles(
    rt.db,
    files.map(({ row }) => row),
  );
  for (const [at, { bytes }] of files.entries()) {
    const file = kept[at];
    // Also when it was there: the first try may have died before its bytes were kept.
    if (file) await keepFile(rt, "files", file.id, bytes);
  }
  return { kept, refused };
}

/** The row of a file, which says why it is not kept when it is not; `most` is in bytes. */
export async function rowOf(
  rt: Runtime,
  { name, bytes }: Upload,
  keyHash: string | null,
  most: number,
): Promise<ContactFile> {
  const kind = fileKind(name, bytes);
  return {
    id: base64url(rt.random(16)),
    messageId: null,
    name,
    type: "type" in kind ? kind.type : "application/octet-stream",
    size: bytes.length,
    sha256: await sha256(bytes),
    refused: "refused" in kind ? kind.refused : bytes.length > most ? "too-large" : null,
    keyHash,
    createdAt: rt.now(),
  };
}

/** The refusal of a file, with its reason beside the field. */
function fileRefusal(reason: NonNullable<ContactFile["refused"]>): Refusal {
  const codes = {
    "too-large": "too_large",
    "too-many": "too_many",
    dangerous: "dangerous",
    empty: "required",
  } as const;
  return new Refusal("file_refused", { errors: [{ path: "files", code: codes[reason] }] });
}

/** Refuses ids of which not every one is a file that waits: who sent one with a message should not think that it came along. */
export async function checkWaiting(rt: Runtime, ids: readonly string[]): Promise<void> {
  checkAllWait(ids, await waitingFiles(rt.db, ids));
}

/** As checkWaiting, of files that have been looked up. */
export function checkAllWait(ids: readonly string[], waiting: readonly ContactFile[]): void {
  if (waiting.length < new Set(ids).size) {
    throw new Refusal("file_refused", { errors: [{ path: "files", code: "gone" }] });
  }
}

/** Whether files were refused: of a message that comes again they are with the first try, so whoever knows its key looks for it once more. */
export const isFileRefusal = (error: unknown): boolean => error instanceof Refusal && error.code === "file_refused";

/** The minute's part: takes from R2 what nothing names any more. */
export async function dropForgotten(rt: Runtime): Promise<void> {
  const keys = await droppedKeys(rt.db, KEYS_AT_ONCE);
  await dropFiles(rt, keys);
  if (keys.length > 0) await commit(rt, [forgetKeys({ keys: JSON.stringify(keys) })]);
}
