import type { CampaignOutcome } from "../newsletter/figures-store.ts";
import { Bars } from "./chart.tsx";
import type { Desk } from "./desk.ts";
import { FIGURES } from "./figures-words.ts";
import { numberInWords, shareInWords } from "./format.ts";
import { Facts } from "./table.tsx";

/** What readers of a newsletter did, in the order of the charts: here and in growth the same thing has the same pattern. */
export const REACTIONS = ["left", "bounced", "complained", "replied"] as const;

/** What came of one newsletter: how many mails, what readers did with a chart, and the numbers as a file. */
export function CampaignFigures({ desk, outcome }: { desk: Desk; outcome: CampaignOutcome }) {
  const { lang, rt } = desk;
  const words = FIGURES[lang];
  const inWords = (count: number) => numberInWords(count, lang);
  const rows = REACTIONS.map((what) => ({
    label: words[what],
    text: `${inWords(outcome[what])} (${shareInWords(outcome[what], outcome.sent, lang)})`,
    values: [outcome[what]],
  }));
  return (
    <section aria-labelledby="outcome">
      <h2 id="outcome">{words.outcome}</h2>
      <Facts
        facts={(["sent", "waiting", "failed", "dropped"] as const).map((what) => [words[what], inWords(outcome[what])])}
      />
      {outcome.dropped > 0 ? <p class="muted">{words.droppedNote}</p> : null}
      {outcome.sent === 0 ? <p class="empty">{words.notSent}</p> : <Bars id="reactions" rows={rows} names={[""]} />}
      <p class="muted">{rt.settings.INBOUND_ADDRESS === "" ? words.notCounted : words.outcomeNote}</p>
      <p class="row">
        <a href={`/admin/newsletters/${outcome.id}/figures.csv`}>{words.csv}</a>
      </p>
    </section>
  );
}
