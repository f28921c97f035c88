import type { Import } from "../customers/import-store.ts";
import { PART } from "../platform/csv-file.ts";
import { IMPORTS } from "./customers-import-words.ts";
import type { StaffDesk } from "./desk.ts";

const PATH = "/admin/customers/imports";

interface FileFormProps {
  desk: StaffDesk;
  error?: string | undefined;
  /** The import that the file is for, and how many of its parts are there, when it has begun. */
  begun?: { found: Import; received: number };
}

/** The form that a file is sent by: in parts by the script (widget/admin/upload.ts), else at once. */
export function FileForm({ desk, error, begun }: FileFormProps) {
  const words = IMPORTS[desk.lang];
  const data = {
    "data-upload": begun ? `${PATH}/${begun.found.id}` : "",
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
    <form method="post" action={`${PATH}/file`} enctype="multipart/form-data" class="narrow" {...data}>
      <input type="hidden" name="form-token" value={desk.formToken} />
      {begun ? <p>{words.goOnText}</p> : null}
      <div class="field">
        <label for="file">{words.file}</label>
        <p class="muted" id="file-hint">
          {words.fileHint}
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
