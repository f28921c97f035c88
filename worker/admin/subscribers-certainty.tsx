import type { Step } from "../newsletter/timeline.ts";
import { dayInWords } from "../platform/calendar.ts";
import type { StaffDesk } from "./desk.ts";
import { PERSON } from "./subscribers-person-words.ts";
import { TIMELINE } from "./subscribers-timeline-words.ts";
import { Facts } from "./table.tsx";

interface CertaintyProps {
  desk: StaffDesk;
  steps: readonly Step[];
  /** Of staff and keys. */
  names: ReadonlyMap<string, string>;
}

/** What is to be known of the newest consent: doubts about who confirmed it, and what an import says of it. */
export function Certainty({ desk, steps, names }: CertaintyProps) {
  const { lang } = desk;
  const words = PERSON[lang];
  const newest = steps.find((step) => step.kind === "confirmed") ?? steps.find((step) => step.kind === "asked");
  // Nothing else has a sign-up.
  if (newest === undefined || !("signup" in newest)) return null;
  const { flags, plan, importedBy } = newest.signup;
  return (
    <>
      {flags === null || flags.length === 0 ? null : (
        <section aria-labelledby="sure">
          <h2 id="sure">{words.sure}</h2>
          <div class="note">
            <p>{words.flagged}</p>
            <ul>
              {flags.map((flag) => (
                <li>{TIMELINE[lang].flags[flag]}</li>
              ))}
            </ul>
          </div>
        </section>
      )}
      {plan === null ? null : (
        <section aria-labelledby="imported">
          <h2 id="imported">{words.imported}</h2>
          <p>{words.importedText}</p>
          <Facts
            facts={[
              [words.statement, plan.consent.text],
              [words.statementDay, dayInWords(plan.consent.date, lang)],
              [words.doubleOptIn, plan.consent.isDoubleOptIn ? words.yes : words.no],
              [words.evidence, plan.consent.evidence?.name ?? words.noEvidence],
              ...(plan.consent.evidence ? [[words.hash, <code>{plan.consent.evidence.sha256}</code>] as const] : []),
              [words.importedBy, names.get(importedBy ?? "") ?? importedBy ?? ""],
            ]}
          />
        </section>
      )}
    </>
  );
}
