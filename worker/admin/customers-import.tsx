import type { Hono } from "hono";
import {
  cancelImport,
  faultsFile,
  importOf,
  pauseImport,
  readBeginning,
  receivedOf,
  startImport,
} from "../customers/import.ts";
import { importPlanShape } from "../customers/import-shapes.ts";
import { type Import, listFaults } from "../customers/import-store.ts";
import { csvStream } from "../platform/csv.ts";
import { Refusal } from "../platform/errors.ts";
import type { House } from "../platform/http.ts";
import { faultInWords, IMPORTS } from "./customers-import-words.ts";
import { replyPreview, wishIn } from "./customers-preview.tsx";
import { action, goTo, type StaffDesk, screen } from "./desk.ts";
import { Form, replyConfirm, typedAgain, UNTOUCHED } from "./form.tsx";
import { numberInWords } from "./format.ts";
import { doneSaid, replyScreen } from "./shell.tsx";
import { type Column, Facts, Table, When } from "./table.tsx";
import { FileForm } from "./upload.tsx";

const LIST = "/admin/customers/imports";
const PATH = `${LIST}/:id`;
/** Refused rows that the result shows; the file has all. */
const SHOWN = 20;

/** Adds the pages about one import: what it will do, how far it is, and what came of it. */
export function addImport(routes: Hono<House>): void {
  routes.get(
    PATH,
    screen("customers:write", async (desk) => {
      const found = await foundIn(desk);
      if (found.state === "uploading") return replyUpload(desk, found);
      if (["checking", "running", "paused"].includes(found.state)) return replyProgress(desk, found);
      if (found.state !== "ready") return replyResult(desk, found);
      const wish = importPlanShape.parse({});
      return replyPreview(desk, found, await readBeginning(desk.rt, found, wish), UNTOUCHED);
    }),
  );

  routes.post(
    `${PATH}/start`,
    action("customers:write", async (desk, form) => {
      const found = await foundIn(desk);
      const wished = wishIn(form);
      const look = async (typed = { values: form, errors: wished.errors }, status = 200) => {
        const again = await readBeginning(desk.rt, found, wished.wish);
        // Read otherwise, the columns may have other names.
        const isOther =
          "plan" in again && Object.values(again.plan.columns).some((name) => !again.plan.headings.includes(name));
        const { columns: _, ...rest } = wished.wish;
        const reading = isOther ? await readBeginning(desk.rt, found, rest) : again;
        return replyPreview(desk, found, reading, typed, status);
      };
      if (form["look"] !== undefined) return look();
      if (wished.errors.length > 0) return look(undefined, 422);
      try {
        await startImport(desk.rt, found.id, wished.wish, `staff:${desk.member.id}`);
        return goTo(desk, `${LIST}/${found.id}`);
      } catch (error) {
        return look(typedAgain(error, form), 422);
      }
    }),
  );

  for (const [order, isPaused] of [
    ["pause", true],
    ["resume", false],
  ] as const) {
    routes.post(
      `${PATH}/${order}`,
      action("customers:write", async (desk) => {
        await pauseImport(desk.rt, idIn(desk), isPaused);
        return goTo(desk, `${LIST}/${idIn(desk)}`, isPaused ? "paused" : "resumed");
      }),
    );
  }

  routes.get(
    `${PATH}/cancel`,
    screen("customers:write", async (desk) => {
      const { id } = await foundIn(desk);
      const words = IMPORTS[desk.lang];
      const [action, back] = [`${LIST}/${id}/cancel`, `${LIST}/${id}`];
      return replyConfirm(desk, {
        title: words.cancelTitle,
        text: words.cancelText,
        label: words.cancel,
        action,
        back,
      });
    }),
  );

  routes.post(
    `${PATH}/cancel`,
    action("customers:write", async (desk) => {
      await cancelImport(desk.rt, idIn(desk), `staff:${desk.member.id}`);
      return goTo(desk, `${LIST}/${idIn(desk)}`);
    }),
  );

  routes.get(
    `${PATH}/faults.csv`,
    screen("customers:write", async (desk) => {
      const { c, rt, lang } = desk;
      const found = await foundIn(desk);
      const file = faultsFile(rt, found, IMPORTS[lang].heads, (faults) =>
        faults.map((fault) => faultInWords(lang, fault)).join(" "),
      );
      return c.body(csvStream(file), 200, {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": `attachment; filename="${lang === "nl" ? "geweigerd" : "refused"}.csv"`,
      });
    }),
  );
}

const idIn = ({ c }: StaffDesk): string => c.req.param("id") ?? "";
const foundIn = (desk: StaffDesk): Promise<Import> => importOf(desk.rt, idIn(desk));

async function replyUpload(desk: StaffDesk, found: Import): Promise<Response> {
  const received = await receivedOf(desk.rt, found);
  const children = (
    <>
      <FileForm desk={desk} path={LIST} hint={IMPORTS[desk.lang].fileHint} begun={{ found, received }} />
      <p>
        <a href={`${LIST}/${found.id}/cancel`}>{IMPORTS[desk.lang].cancel}</a>
      </p>
    </>
  );
  return replyScreen(desk, { title: found.fileName, section: "customers", children });
}

/** How many rows came to what. */
function countsOf({ lang }: StaffDesk, found: Import) {
  const words = IMPORTS[lang];
  return (["added", "changed", "unchanged", "refused"] as const).map(
    (name) => [words[name], numberInWords(found[name], lang)] as const,
  );
}

/** Why an import cannot go on, and where in its file that is. */
function FaultOf({ desk: { lang }, found }: { desk: StaffDesk; found: Import }) {
  const { fault, row, startedAt } = found;
  if (fault === null) return null;
  const words = IMPORTS[lang];
  const codes: Readonly<Record<string, string>> = words.fileFaults;
  const place = startedAt === null ? "" : ` ${words.atRow(numberInWords(row, lang))}`;
  return (
    <p class="fault">
      {codes[fault] ?? fault}
      {place}
    </p>
  );
}

function replyProgress(desk: StaffDesk, found: Import): Response {
  const { lang } = desk;
  const words = IMPORTS[lang];
  const { id, state, offset, size } = found;
  const isAtWork = state !== "paused";
  // In steps of ten, so that a screen reader is not told of every row.
  const percent = Math.floor((offset / size) * 10) * 10;
  const said = state === "checking" ? words.checkingText : words.progressText;
  const order = isAtWork ? "pause" : "resume";
  const children = (
    <>
      {/* Not in what the script fetches: put there, it would load the whole page. */}
      {isAtWork ? (
        <noscript>
          <meta http-equiv="refresh" content="3" />
        </noscript>
      ) : null}
      <section aria-labelledby="progress" {...(isAtWork ? { "data-refresh": "2" } : {})}>
        <h2 id="progress">{words.progress}</h2>
        <progress max={String(size)} value={String(offset)} aria-labelledby="progress" />
        <p role="status">{isAtWork ? said(String(percent)) : words.states[state]}</p>
        <FaultOf desk={desk} found={found} />
        <Facts facts={countsOf(desk, found)} />
        <div class="row">
          <Form desk={desk} action={`${LIST}/${id}/${order}`}>
            <button type="submit">{words[order]}</button>
          </Form>
          <a href={`${LIST}/${id}/cancel`}>{words.cancel}</a>
        </div>
      </section>
    </>
  );
  const done = doneSaid(desk, words.done);
  return replyScreen(desk, { title: found.fileName, section: "customers", done, children });
}

async function replyResult(desk: StaffDesk, found: Import): Promise<Response> {
  const { rt, lang } = desk;
  const words = IMPORTS[lang];
  const { id, state, startedAt, finishedAt } = found;
  if (state !== "done" && state !== "failed" && state !== "cancelled") throw new Refusal("import_not_ready");
  const faults = await listFaults(rt.db, id, 0, SHOWN);
  const columns: Column<(typeof faults)[number]>[] = [
    { name: "row", label: words.row, numeric: true, cell: ({ row }) => numberInWords(row, lang) },
    {
      name: "wrong",
      label: words.wrong,
      cell: ({ errors }) => errors.map((one) => faultInWords(lang, one)).join(" "),
    },
  ];
  const moments = [
    [words.startedAt, startedAt],
    [words.finishedAt, finishedAt],
  ] as const;
  const children = (
    <>
      <p role="status">{words.result[state]}</p>
      <FaultOf desk={desk} found={found} />
      <Facts
        facts={[
          [words.state, words.states[state]] as const,
          ...countsOf(desk, found),
          ...moments.flatMap(([name, at]) => (at === null ? [] : [[name, <When desk={desk} at={at} />] as const])),
        ]}
      />
      {faults.length === 0 ? null : (
        <section aria-labelledby="faults">
          <h2 id="faults">{words.faults}</h2>
          <p>{words.faultsText}</p>
          <p>
            <a class="button" href={`${LIST}/${id}/faults.csv`} download>
              {words.download}
            </a>
          </p>
          <Table desk={desk} caption={words.firstFaults} columns={columns} rows={faults} empty="" />
        </section>
      )}
      <p>
        <a href={LIST}>{words.more}</a>
      </p>
    </>
  );
  return replyScreen(desk, { title: found.fileName, section: "customers", children });
}
