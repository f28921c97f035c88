import { dayInWords } from "../platform/calendar.ts";
import type { FieldError, Refusal } from "../platform/errors.ts";
import { LANGUAGE_NAMES, LANGUAGES } from "../platform/languages.ts";
import { FIELD_WORDS } from "../platform/words.ts";
import { effectInstead, isOwn } from "../policy/draft.ts";
import type { Draft } from "../policy/draft-store.ts";
import { today } from "../policy/version.ts";
import type { StaffDesk } from "./desk.ts";
import { Form, type Typed } from "./form.tsx";
import { fieldOf, labelsOf, Reading } from "./policy-editor.tsx";
import { POLICY } from "./policy-words.ts";
import { Facts } from "./table.tsx";
import { SHELL } from "./words.ts";

/** Where a version in the making has its page. */
export const pathOf = ({ id }: Pick<Draft, "id">): string => `/admin/policy/drafts/${id}`;

/** What a page about a version has to say beside the version itself. */
export interface Said {
  typed?: Typed;
  /** Somebody else changed it since this page was drawn. */
  isBehind?: boolean;
  /** Its dates are not after those of the others. */
  overlaps?: boolean;
  /** Why it could not be published. */
  refused?: readonly FieldError[] | Refusal["code"];
}

/** A version that is not to be written any more: what would be published. */
export function Read({ desk, draft }: { desk: StaffDesk; draft: Draft }) {
  const { lang } = desk;
  const words = POLICY[lang];
  const { effective, significance, texts } = draft;
  return (
    <>
      <Facts
        facts={[
          [words.effective, effective === null ? SHELL[lang].none : dayInWords(effective, lang)],
          [words.significance, words.significances[significance]],
        ]}
      />
      {LANGUAGES.map((text) => {
        const { title = "", summary = "", markdown = "" } = texts[text] ?? {};
        return (
          <section aria-label={words.text(LANGUAGE_NAMES[text])}>
            <h2 lang={text}>{title}</h2>
            {summary === "" ? null : (
              <p class="note" lang={text}>
                {summary}
              </p>
            )}
            <Reading desk={desk} text={text} markdown={markdown} />
          </section>
        );
      })}
    </>
  );
}

export interface StepsProps {
  desk: StaffDesk;
  draft: Draft;
  state: Said;
}

/** What can be done with a version in review, or with one that is scheduled. */
export function Steps({ desk, draft, state }: StepsProps) {
  const { lang, rt } = desk;
  const words = POLICY[lang];
  const day = draft.date ?? today(rt);
  const path = pathOf(draft);
  const seen = <input type="hidden" name="version" value={String(draft.version)} />;
  if (draft.state === "draft") return null;
  if (draft.state === "scheduled") {
    return (
      <>
        <p class="note">{words.scheduledFor(dayInWords(day, lang))}</p>
        <Form desk={desk} action={`${path}/take-back`} class="row">
          {seen}
          <button type="submit" class="second">
            {words.takeBack}
          </button>
          <button type="submit" formaction={`${path}/publish`}>
            {words.publishNow}
          </button>
        </Form>
      </>
    );
  }
  const instead = effectInstead(rt, draft);
  return (
    <Form desk={desk} action={`${path}/approve`}>
      {seen}
      <p>{day > today(rt) ? words.approveHint.later(dayInWords(day, lang)) : words.approveHint.now}</p>
      {instead === null ? null : <p class="note">{words.tooNear(dayInWords(instead, lang))}</p>}
      {isOwn(draft, `staff:${desk.member.id}`) ? <Own desk={desk} state={state} /> : null}
      <div class="row">
        {instead === null ? (
          <button type="submit">{words.approve}</button>
        ) : (
          <button type="submit" name="effective" value={instead}>
            {words.approveFrom(dayInWords(instead, lang))}
          </button>
        )}
        <button type="submit" class="second" formaction={`${path}/send-back`}>
          {words.sendBack}
        </button>
      </div>
    </Form>
  );
}

/** One person may do both; they know it, and the ledger says it. */
function Own({ desk, state: { refused } }: Omit<StepsProps, "draft">) {
  const words = POLICY[desk.lang];
  const isMissed = Array.isArray(refused) && refused.some(({ path }) => path === "own");
  return (
    <div class="note">
      <p>{words.own}</p>
      {isMissed ? (
        <p class="error" id="own-error">
          {words.ownFault}
        </p>
      ) : null}
      <label class="check">
        <input type="checkbox" name="own" id="own" {...(isMissed ? { "aria-describedby": "own-error" } : {})} />
        <span>{words.ownBox}</span>
      </label>
    </div>
  );
}

/** Why a version could not be published, and what to change. */
export function Refused({ desk, refused }: { desk: StaffDesk; refused: NonNullable<Said["refused"]> }) {
  const { lang } = desk;
  const words = POLICY[lang];
  const labels = labelsOf(lang);
  const said =
    typeof refused === "string"
      ? [refused === "version_published" ? words.publishedSame : words.overlaps]
      : refused.map(({ path, code }) =>
          path === "own"
            ? words.ownFault
            : `${labels[fieldOf(path)] ?? SHELL[lang].page.policy}: ${FIELD_WORDS[lang][code]}`,
        );
  const isOwnOnly = typeof refused !== "string" && refused.every(({ path }) => path === "own");
  return (
    <div class="fault" role="alert" tabindex={-1} autofocus>
      <p>{isOwnOnly ? SHELL[lang].notRight : words.cannotApprove}</p>
      <ul>
        {said.map((text) => (
          <li>{text}</li>
        ))}
      </ul>
    </div>
  );
}
