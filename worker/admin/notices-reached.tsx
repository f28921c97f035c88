import type { Language } from "../platform/languages.ts";
import { type Progress, reachedBy } from "../policy/evidence.ts";
import type { EvidenceCounts } from "../policy/evidence-store.ts";
import type { Desk } from "./desk.ts";
import { numberInWords } from "./format.ts";
import { NOTICES } from "./notices-words.ts";
import { failureInWords } from "./outbox-words.ts";
import { Table } from "./table.tsx";

/** Why a mail did not reach a customer, in words. */
export function reasonInWords(state: string, reason: string | null, lang: Language): string {
  const words = NOTICES[lang];
  if (state === "due") return words.due;
  if (state === "suppressed") return words.suppressedFor[reason ?? ""] ?? words.mails.suppressed;
  return failureInWords(reason ?? "", lang);
}

/** How many customers a version reached by which channel, how many by none, and why. */
export function Reached({ desk, progress }: { desk: Desk; progress: Progress }) {
  const { lang } = desk;
  const words = NOTICES[lang];
  const { mails, shown, acknowledged, unreached, panelOnly, run } = progress;
  const inWords = (count: number) => numberInWords(count, lang);
  const without = unreached.reduce((sum, { count }) => sum + count, 0);
  const channels = [
    ["mail", mails.sent],
    ["shown", shown],
    ["acknowledged", acknowledged],
    ...(run
      ? ([
          ["reached", reachedBy(progress)],
          ["unreached", without],
        ] as const)
      : []),
  ] as const;
  return (
    <section aria-labelledby="reached">
      <h2 id="reached">{words.reached}</h2>
      <Table
        desk={desk}
        caption={words.reached}
        columns={[
          { name: "channel", label: words.channel, cell: ([channel]) => words.channels[channel] },
          { name: "customers", label: words.customers, numeric: true, cell: ([, count]) => inWords(count) },
        ]}
        rows={channels}
        empty={words.none}
      />
      <p class="muted">{words.site}</p>
      {mails.failed + mails.suppressed > 0 ? <p class="note">{words.fallback(inWords(panelOnly))}</p> : null}
      {without > 0 ? <Why desk={desk} unreached={unreached} /> : null}
    </section>
  );
}

function Why({ desk, unreached }: { desk: Desk; unreached: EvidenceCounts["unreached"] }) {
  const { lang } = desk;
  const words = NOTICES[lang];
  return (
    <>
      <h3>{words.why}</h3>
      <Table
        desk={desk}
        caption={words.why}
        columns={[
          {
            name: "reason",
            label: words.reason,
            cell: ({ state, reason }) => (
              <span>
                {reasonInWords(state, reason, lang)} {state === "failed" ? <code class="muted">{reason}</code> : null}
              </span>
            ),
          },
          {
            name: "customers",
            label: words.customers,
            numeric: true,
            cell: ({ count }) => numberInWords(count, lang),
          },
        ]}
        rows={unreached}
        empty={words.none}
      />
    </>
  );
}
