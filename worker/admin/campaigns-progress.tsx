import { isArchived } from "../newsletter/campaign.ts";
import { type Campaign, hasRecipients, type Tallies, talliesOf } from "../newsletter/campaign-store.ts";
import { findOutcome } from "../newsletter/figures-store.ts";
import { listSegments } from "../newsletter/segment-store.ts";
import { momentInWords } from "../platform/calendar.ts";
import { LANGUAGE_NAMES, LANGUAGES } from "../platform/languages.ts";
import { CampaignFigures } from "./campaign-figures.tsx";
import { pathOf } from "./campaigns-draft.tsx";
import { factsOf, tallyFacts } from "./campaigns-facts.tsx";
import { Preview } from "./campaigns-preview.tsx";
import { Unschedule } from "./campaigns-send.tsx";
import { CAMPAIGNS } from "./campaigns-words.ts";
import type { StaffDesk } from "./desk.ts";
import { Form } from "./form.tsx";
import { doneSaid, replyScreen } from "./shell.tsx";
import { Facts } from "./table.tsx";

/** Replies with a newsletter that is not to be written any more: how far it is, what came of it, and what it says. */
export async function replyCampaign(desk: StaffDesk, campaign: Campaign): Promise<Response> {
  const { rt, lang } = desk;
  const words = CAMPAIGNS[lang];
  const { id, state } = campaign;
  const isOver = state === "sent" || state === "cancelled";
  const path = pathOf(campaign);
  const [segments, tallies, outcome, isKept] = await Promise.all([
    listSegments(rt.db),
    talliesOf(rt.db, [id]),
    isOver ? findOutcome(rt.db, id) : undefined,
    hasRecipients(rt.db, id),
  ]);
  const tally = tallies.get(id);
  const isAtWork = state === "freezing" || state === "sending";
  const children = (
    <>
      {/* Not in what the script fetches: put there, it would load the whole page. */}
      {isAtWork ? (
        <noscript>
          <meta http-equiv="refresh" content="5" />
        </noscript>
      ) : null}
      <Scheduled {...{ desk, campaign }} />
      {tally && (isAtWork || state === "paused") ? <Progress {...{ desk, campaign, tally, isAtWork }} /> : null}
      {isOver ? <p role="status">{words.result[state]}</p> : null}
      <Facts facts={factsOf(desk, campaign, segments)} />
      {outcome ? <CampaignFigures desk={desk} outcome={outcome} /> : null}
      <Texts {...{ desk, campaign }} />
      {desk.may("newsletter:write") ? (
        <Form desk={desk} action={`${path}/copy`} class="row">
          <button type="submit" class="second">
            {words.copy}
          </button>
          {isArchived(campaign) && desk.may("newsletter:send") ? (
            <a href={`${path}/withdraw`}>{words.withdraw}</a>
          ) : null}
          {isOver && !isKept ? <a href={`${path}/drop`}>{words.drop}</a> : null}
        </Form>
      ) : null}
      {isOver && isKept && desk.may("newsletter:write") ? <p class="muted">{words.dropLater}</p> : null}
    </>
  );
  const done = doneSaid(desk, words.done);
  return replyScreen(desk, { title: campaign.name, section: "newsletters", done, hasFrames: true, children });
}

interface Props {
  desk: StaffDesk;
  campaign: Campaign;
}

function Scheduled({ desk, campaign }: Props) {
  const { lang, rt } = desk;
  const { state, scheduledAt, zone } = campaign;
  if (state !== "scheduled" || scheduledAt === null) return null;
  const chosen = zone ?? rt.settings.TIME_ZONE;
  return (
    <>
      <p class="note">{CAMPAIGNS[lang].scheduledText(momentInWords(scheduledAt, lang, chosen), chosen)}</p>
      {desk.may("newsletter:send") ? <Unschedule {...{ desk, campaign }} /> : null}
    </>
  );
}

/** How far it is. In what the script fetches anew while it goes. */
function Progress({ desk, campaign, tally, isAtWork }: Props & { tally: Tallies; isAtWork: boolean }) {
  const { lang } = desk;
  const words = CAMPAIGNS[lang];
  const { state, recipients } = campaign;
  const over = tally.sent + tally.failed + tally.dropped;
  // In steps of ten, so that a screen reader is not told of every mail.
  const percent = recipients === 0 ? 0 : Math.floor((over / recipients) * 10) * 10;
  const said = state === "freezing" ? words.freezingText : words.progressText(String(percent));
  const order = isAtWork ? "pause" : "resume";
  const path = pathOf(campaign);
  return (
    <section aria-labelledby="progress" {...(isAtWork ? { "data-refresh": "3" } : {})}>
      <h2 id="progress">{words.progress}</h2>
      <progress max={String(Math.max(recipients, 1))} value={String(over)} aria-labelledby="progress" />
      <p role="status">{isAtWork ? said : words.pausedText}</p>
      <Facts facts={tallyFacts(desk, tally)} />
      {desk.may("newsletter:send") ? (
        <div class="row">
          <Form desk={desk} action={`${path}/${order}`}>
            <button type="submit">{words[order]}</button>
          </Form>
          <a href={`${path}/cancel`}>{words.cancel}</a>
        </div>
      ) : null}
    </section>
  );
}

/** What it says, in each language that it is written in. */
function Texts({ desk, campaign }: Props) {
  const words = CAMPAIGNS[desk.lang];
  return (
    <>
      {LANGUAGES.map((text) => {
        const written = campaign.texts[text];
        if (!written) return null;
        return (
          <section aria-label={words.text(LANGUAGE_NAMES[text])}>
            <h2>{words.text(LANGUAGE_NAMES[text])}</h2>
            <Facts
              facts={[
                [words.subject, <span lang={text}>{written.subject}</span>],
                ...(written.preheader === ""
                  ? []
                  : [[words.preheader, <span lang={text}>{written.preheader}</span>] as const]),
              ]}
            />
            <Preview desk={desk} text={text} path={pathOf(campaign)} />
          </section>
        );
      })}
    </>
  );
}
