import type { Hono } from "hono";
import {
  cancelListImport,
  checkListImport,
  faultsFile,
  listImportOf,
  pauseListImport,
  readBeginning,
  receivedOf,
  startListImport,
} from "../newsletter/list-import.ts";
import { countConfirmed, type ListImport } from "../newsletter/list-import-store.ts";
import { dayInWords } from "../platform/calendar.ts";
import { csvStream } from "../platform/csv.ts";
import type { House } from "../platform/http.ts";
import { action, goTo, type StaffDesk, screen } from "./desk.ts";
import { Form, replyConfirm, typedAgain } from "./form.tsx";
import { numberInWords } from "./format.ts";
import { doneSaid, replyScreen } from "./shell.tsx";
import { countsOf, FaultOf, faultyRows } from "./subscribers-import-counts.tsx";
import { replyPreview } from "./subscribers-import-preview.tsx";
import { wishIn, wishOf } from "./subscribers-import-wish.ts";
import { LIST_IMPORTS, listFaultInWords } from "./subscribers-import-words.ts";
import { Facts, When } from "./table.tsx";
import { FileForm } from "./upload.tsx";

const LIST = "/admin/subscribers/imports";
const PATH = `${LIST}/:id`;

/** Adds the pages about one import of subscribers: what it will do, how far it is, and what came of it. */
export function addListImport(routes: Hono<House>): void {
  routes.get(
    PATH,
    screen("newsletter:read", async (desk) => {
      const found = await foundIn(desk);
      if (["checking", "running", "paused"].includes(found.state)) return replyProgress(desk, found);
      const isOpen = found.state === "uploading" || found.state === "ready";
      if (!isOpen || !desk.may("newsletter:write")) return replyResult(desk, found);
      if (found.state === "uploading") return replyUpload(desk, found);
      const wished = wishOf(found);
      return replyPreview(desk, found, await readBeginning(desk.rt, found, wished.reading), wished);
    }),
  );

  routes.post(
    `${PATH}/start`,
    action("newsletter:write", async (desk, form) => {
      const found = await foundIn(desk);
      const wished = wishIn(form);
      const look = async (errors = wished.typed.errors, status = 200) => {
        const again = await readBeginning(desk.rt, found, wished.reading);
        // Read otherwise, the columns may have other names.
        const isOther =
          "draft" in again && Object.values(again.draft.columns).some((name) => !again.draft.headings.includes(name));
        const { columns: _, ...rest } = wished.reading;
        const reading = isOther ? await readBeginning(desk.rt, found, rest) : again;
        return replyPreview(desk, found, reading, { ...wished, typed: { values: form, errors } }, status);
      };
      if (form["look"] !== undefined) return look([]);
      if (wished.plan === undefined) return look(undefined, 422);
      const begin = form["try"] === undefined ? startListImport : checkListImport;
      try {
        await begin(desk.rt, found.id, wished.plan, `staff:${desk.member.id}`);
        return goTo(desk, `${LIST}/${found.id}`);
      } catch (error) {
        return look(typedAgain(error, form).errors, 422);
      }
    }),
  );

  for (const [order, isPaused] of [
    ["pause", true],
    ["resume", false],
  ] as const) {
    routes.post(
      `${PATH}/${order}`,
      action("newsletter:write", async (desk) => {
        await pauseListImport(desk.rt, idIn(desk), isPaused);
        return goTo(desk, `${LIST}/${idIn(desk)}`, isPaused ? "paused" : "resumed");
      }),
    );
  }

  routes.get(
    `${PATH}/cancel`,
    screen("newsletter:write", async (desk) => {
      const { id, state } = await foundIn(desk);
      const words = LIST_IMPORTS[desk.lang];
      const [action, back] = [`${LIST}/${id}/cancel`, `${LIST}/${id}`];
      const said =
        state === "done"
          ? { title: words.stopAskingTitle, text: words.stopAskingText, label: words.stopAsking }
          : { title: words.cancelTitle, text: words.cancelText, label: words.cancel };
      return replyConfirm(desk, { ...said, action, back });
    }),
  );

  routes.post(
    `${PATH}/cancel`,
    action("newsletter:write", async (desk) => {
      await cancelListImport(desk.rt, idIn(desk), `staff:${desk.member.id}`);
      return goTo(desk, `${LIST}/${idIn(desk)}`);
    }),
  );

  routes.get(
    `${PATH}/faults.csv`,
    screen("newsletter:read", async (desk) => {
      const { c, rt, lang } = desk;
      const file = faultsFile(rt, await foundIn(desk), LIST_IMPORTS[lang].heads, (faults) =>
        faults.map((fault) => listFaultInWords(lang, fault)).join(" "),
      );
      return c.body(csvStream(file), 200, {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": `attachment; filename="${lang === "nl" ? "geweigerd" : "refused"}.csv"`,
      });
    }),
  );
}

const idIn = ({ c }: StaffDesk): string => c.req.param("id") ?? "";
const foundIn = (desk: StaffDesk): Promise<ListImport> => listImportOf(desk.rt, idIn(desk));

async function replyUpload(desk: StaffDesk, found: ListImport): Promise<Response> {
  const words = LIST_IMPORTS[desk.lang];
  const received = await receivedOf(desk.rt, found);
  const children = (
    <>
      <FileForm desk={desk} path={LIST} hint={words.fileHint} begun={{ found, received }} />
      <p>
        <a href={`${LIST}/${found.id}/cancel`}>{words.cancel}</a>
      </p>
    </>
  );
  return replyScreen(desk, { title: found.fileName, section: "subscribers", children });
}

function replyProgress(desk: StaffDesk, found: ListImport): Response {
  const { lang } = desk;
  const words = LIST_IMPORTS[lang];
  const { id, state, offset, size, startedAt } = found;
  const isAtWork = state !== "paused";
  const isTried = startedAt === null;
  // In steps of ten, so that a screen reader is not told of every row.
  const percent = String(Math.floor((offset / size) * 10) * 10);
  const checking = isTried ? words.tryingText(percent) : words.checkingText(percent);
  const said = state === "checking" ? checking : words.progressText(percent);
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
        <p role="status">{isAtWork ? said : words.states[state]}</p>
        <FaultOf desk={desk} found={found} />
        <Facts facts={countsOf(desk, found)} />
        {desk.may("newsletter:write") ? (
          <div class="row">
            <Form desk={desk} action={`${LIST}/${id}/${order}`}>
              <button type="submit">{isTried ? words.stopTrying : words[order]}</button>
            </Form>
            <a href={`${LIST}/${id}/cancel`}>{words.cancel}</a>
          </div>
        ) : null}
      </section>
    </>
  );
  const done = doneSaid(desk, words.done);
  return replyScreen(desk, { title: found.fileName, section: "subscribers", done, children });
}

/** What came of an import; of one that has not begun, to who may not begin it, how it stands. */
async function replyResult(desk: StaffDesk, found: ListImport): Promise<Response> {
  const { rt, lang } = desk;
  const words = LIST_IMPORTS[lang];
  const { id, state, plan, active, pending, asked, nextAskAt, startedAt, finishedAt } = found;
  const isOver = state === "done" || state === "failed" || state === "cancelled";
  const confirmed = pending > 0 ? Math.max(0, (await countConfirmed(rt.db, id)) - active) : 0;
  const number = (count: number) => numberInWords(count, lang);
  const asking = [
    [words.asked, words.askedOf(number(asked), number(pending))],
    [words.confirmed, number(confirmed)],
  ] as const;
  const moments = [
    [words.startedAt, startedAt],
    [words.finishedAt, finishedAt],
  ] as const;
  const children = (
    <>
      {isOver ? <p role="status">{words.result[state]}</p> : null}
      <FaultOf desk={desk} found={found} />
      <Facts
        facts={[
          [words.state, words.states[state]] as const,
          ...countsOf(desk, found),
          ...(pending > 0 ? asking : []),
          ...moments.flatMap(([name, at]) => (at === null ? [] : [[name, <When desk={desk} at={at} />] as const])),
        ]}
      />
      {nextAskAt === null ? null : (
        <p>
          {words.askingText(number(rt.settings.CONFIRM_RATE))}{" "}
          {desk.may("newsletter:write") ? <a href={`${LIST}/${id}/cancel`}>{words.stopAsking}</a> : null}
        </p>
      )}
      {await faultyRows(desk, found)}
      {startedAt === null || plan === null ? null : (
        <section aria-labelledby="consent">
          <h2 id="consent">{words.consent}</h2>
          <Facts
            facts={[
              [words.text, plan.consent.text],
              [words.date, dayInWords(plan.consent.date, lang)],
              ...(plan.consent.evidence
                ? ([
                    [words.evidenceName, plan.consent.evidence.name],
                    [words.evidenceHash, <code>{plan.consent.evidence.sha256}</code>],
                  ] as const)
                : []),
            ]}
          />
        </section>
      )}
      <p>
        <a href={LIST}>{words.more}</a>
      </p>
    </>
  );
  return replyScreen(desk, { title: found.fileName, section: "subscribers", children });
}
