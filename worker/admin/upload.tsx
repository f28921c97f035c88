import { PART } from "../platform/csv-file.ts";
import type { StaffDesk } from "./desk.ts";
import type { Typed } from "./form.tsx";
import { FILE_IMPORTS } from "./import-words.ts";

interface FileFormProps {
  desk: StaffDesk;
  /** Where the imports are to which this one belongs. */
  path: string;
  /** What the file is to hold. */
  hint: string;
  error?: string | undefined;
  /** The import that the file is for, and how many of its parts are there, when it has begun. */
  begun?: { found: { id: string; fileName: string; size: number }; received: number };
}

/** The form that a file is sent by: in parts by the script (widget/admin/upload.ts), else at once. */
export function FileForm({ desk, path, hint, error, begun }: FileFormProps) {
  const words = FILE_IMPORTS[desk.lang];
  const data = {
    "data-imports": path,
    "data-upload": begun ? `${path}/${begun.found.id}` : "",
    "data-part": String(PART),
    ...(begun
      ? {
          "data-name": begun.found.fileName,
          "data-size": String(begun.found.size),
          "data-received": String(begun.received),
        }
      : {}),
  };
  return (
    <form method="post" action={`${path}/file`} enctype="multipart/form-data" class="narrow" {...data}>
      <input type="hidden" name="form-token" value={desk.formToken} />
      {begun ? <p>{words.goOnText}</p> : null}
      <div class="field">
        <label for="file">{words.file}</label>
        <p class="muted" id="file-hint">
          {hint}
        </p>
        <noscript>
          <p class="muted">{words.noScript}</p>
        </noscript>
        {error === undefined ? null : (
          <p class="error" id="file-error">
            {error}
          </p>
        )}
        <input
          id="file"
          type="file"
          name="file"
          accept=".csv,.txt,text/csv"
          required
          aria-describedby={error === undefined ? "file-hint" : "file-hint file-error"}
          {...(error === undefined ? {} : { "aria-invalid": "true" as const })}
        />
      </div>
      <progress hidden max="100" value="0" aria-label={words.sending} />
      <p
        role="status"
        data-sending={words.sending}
        data-again={words.again}
        data-other={words.other}
        data-stopped={words.stopped}
      />
      <button type="submit">{begun ? words.goOn : words.send}</button>
    </form>
  );
}

/** The file of a form, of which `action` has read the rest. */
export async function fileOf({ c }: StaffDesk): Promise<File | undefined> {
  const { file } = await c.req.parseBody();
  return file instanceof File ? file : undefined;
}

/** The bytes of a file, or of a part of it. */
export const bytesOf = async (file: Blob): Promise<Uint8Array> => new Uint8Array(await file.arrayBuffer());

/** What a form without script can bring, in bytes. */
const AT_ONCE = 1_000_000;

/** The file that a form without script brings at once; or what is wrong with it. */
export async function wholeFileOf(desk: StaffDesk): Promise<File | Typed> {
  const file = await fileOf(desk);
  if (file && file.size > 0 && file.size <= AT_ONCE) return file;
  return { values: {}, errors: [{ path: "file", code: file && file.size > 0 ? "too_long" : "required" }] };
}

/** Gives a file away in parts, one after another, each with its number. */
export async function inParts(file: File, take: (part: number, bytes: Uint8Array) => Promise<unknown>): Promise<void> {
  for (let part = 0; part * PART < file.size; part++) {
    await take(part, await bytesOf(file.slice(part * PART, (part + 1) * PART)));
  }
}
