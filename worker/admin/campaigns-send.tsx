import type { Hono } from "hono";
import {
  campaignOf,
  cancelCampaign,
  isArchived,
  pauseCampaign,
  resumeCampaign,
  scheduleCampaign,
  startCampaign,
  unscheduleCampaign,
  withdrawCampaign,
} from "../newsletter/campaign.ts";
import { type Checks, checkCampaign, type Warning } from "../newsletter/campaign-checks.ts";
import type { Campaign } from "../newsletter/campaign-store.ts";
import { listSegments } from "../newsletter/segment-store.ts";
import { momentIn } from "../platform/calendar.ts";
import { Refusal } from "../platform/errors.ts";
import type { House } from "../platform/http.ts";
import { LANGUAGE_NAMES, type Language } from "../platform/languages.ts";
import { FIELD_WORDS, REFUSAL_WORDS } from "../platform/words.ts";
import { idIn, pathOf, versionIn, writerOf } from "./campaigns-draft.tsx";
import { faultsIn, named } from "./campaigns-editor.tsx";
import { factsOf } from "./campaigns-facts.tsx";
import { CAMPAIGNS } from "./campaigns-words.ts";
import { action, goTo, type StaffDesk, screen, type Form as Values } from "./desk.ts";
import { Form, replyConfirm, Select, type Typed, typedAgain, UNTOUCHED } from "./form.tsx";
import { numberInWords } from "./format.ts";
import { replyScreen } from "./shell.tsx";
import { Facts } from "./table.tsx";

const PATH = "/admin/newsletters/:id";

/** Adds the steps by which a newsletter goes out. */
export function addSending(routes: Hono<House>): void {
  routes.get(
    `${PATH}/send`,
    screen("newsletter:send", async (desk) => replySend(desk, await campaignOf(desk.rt, idIn(desk)))),
  );

  routes.post(
    `${PATH}/send`,
    action("newsletter:send", (desk, form) =>
      take(desk, "sending", () => startCampaign(desk.rt, idIn(desk), versionIn(form), writerOf(desk))),
    ),
  );

  routes.post(`${PATH}/schedule`, action("newsletter:send", schedule));

  routes.post(
    `${PATH}/unschedule`,
    action("newsletter:send", (desk, form) =>
      take(desk, "unscheduled", () => unscheduleCampaign(desk.rt, idIn(desk), versionIn(form), writerOf(desk))),
    ),
  );

  const orders = [
    ["pause", "paused", pauseCampaign],
    ["resume", "resumed", resumeCampaign],
    ["cancel", "cancelled", cancelCampaign],
    ["withdraw", "withdrawn", withdrawCampaign],
  ] as const;
  for (const [name, done, order] of orders) {
    routes.post(
      `${PATH}/${name}`,
      action("newsletter:send", (desk) => take(desk, done, () => order(desk.rt, idIn(desk), writerOf(desk)))),
    );
  }

  const confirmed = [
    ["cancel", ({ state }: Campaign) => ["freezing", "sending", "paused"].includes(state)],
    ["withdraw", isArchived],
  ] as const;
  for (const [name, isReady] of confirmed) {
    routes.get(
      `${PATH}/${name}`,
      screen("newsletter:send", async (desk) => {
        const campaign = await campaignOf(desk.rt, idIn(desk));
        if (!isReady(campaign)) throw new Refusal("campaign_not_ready");
        const words = CAMPAIGNS[desk.lang];
        const path = pathOf(campaign);
        return replyConfirm(desk, {
          ...{ title: words[`${name}Title`], text: words[`${name}Text`], label: words[name] },
          ...{ action: `${path}/${name}`, back: path },
        });
      }),
    );
  }
}

/** Takes a step. Who comes too late, or presses twice, is shown how it stands; what stops it is said where it can be mended. */
async function take(desk: StaffDesk, done: string, step: () => Promise<void>): Promise<Response> {
  const path = pathOf({ id: idIn(desk) });
  try {
    await step();
    return goTo(desk, path, done);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.code === "campaign_not_ready") return goTo(desk, path);
    const campaign = await campaignOf(desk.rt, idIn(desk));
    if (error.code === "edited_meanwhile") return replySend(desk, campaign, { isBehind: true }, error.status);
    if (["invalid_input", "segment_gone", "no_recipients", "smtp_needed"].includes(error.code))
      return replySend(desk, campaign, {}, error.status);
    throw error;
  }
}

async function schedule(desk: StaffDesk, form: Values): Promise<Response> {
  const { at: local = "", zone = "" } = form;
  const campaign = await campaignOf(desk.rt, idIn(desk));
  const at = momentIn(zone, local);
  if (at === null) {
    const code = local === "" ? ("required" as const) : ("invalid" as const);
    return replySend(desk, campaign, { typed: { values: form, errors: [{ path: "at", code }] } }, 422);
  }
  try {
    await scheduleCampaign(desk.rt, campaign.id, versionIn(form), at, zone, writerOf(desk));
    return goTo(desk, pathOf(campaign), "scheduled");
  } catch (error) {
    const isTime = error instanceof Refusal && error.errors?.some(({ path }) => path === "at" || path === "zone");
    if (isTime) return replySend(desk, campaign, { typed: typedAgain(error, form) }, 422);
    return take(desk, "scheduled", () => Promise.reject(error));
  }
}

interface State {
  /** What was typed in the form that schedules. */
  typed?: Typed;
  /** Somebody else changed it since the page was drawn. */
  isBehind?: boolean;
}

async function replySend(desk: StaffDesk, campaign: Campaign, state: State = {}, status = 200): Promise<Response> {
  const { rt, lang } = desk;
  const path = pathOf(campaign);
  if (campaign.state !== "draft" && campaign.state !== "scheduled") return goTo(desk, path);
  const words = CAMPAIGNS[lang];
  const [checks, segments] = await Promise.all([checkCampaign(rt, campaign), listSegments(rt.db)]);
  const canGo = checks.refused === null && checks.faults.length === 0;
  const { typed = UNTOUCHED, isBehind = false } = state;
  const labels: Readonly<Record<string, string>> = { at: words.at, zone: words.zone };
  const children = (
    <>
      {isBehind ? (
        <p class="fault" role="alert">
          {words.stepBehind}
        </p>
      ) : null}
      <Facts facts={factsOf(desk, campaign, segments)} />
      <section aria-labelledby="checks">
        <h2 id="checks">{words.checks}</h2>
        <Findings {...{ lang, checks, canGo }} />
      </section>
      {canGo ? <Now {...{ desk, campaign, checks }} /> : null}
      {canGo && campaign.state === "draft" ? <Later {...{ desk, campaign, typed }} /> : null}
      <p>
        <a href={path}>{words.back}</a>
      </p>
    </>
  );
  const faults = typed.errors.map(({ path: field, code }) => ({
    field,
    text: `${labels[field] ?? field}: ${FIELD_WORDS[lang][code]}`,
  }));
  const title = words.sendTitle(campaign.name);
  return replyScreen(desk, { title, section: "newsletters", faults, children }, status);
}

/** What stops a newsletter, and what its writer should know. */
function Findings({ lang, checks, canGo }: { lang: Language; checks: Checks; canGo: boolean }) {
  const words = CAMPAIGNS[lang];
  const { faults, refused, warnings } = checks;
  const texts = named({ values: {}, errors: faults });
  const stops = [
    ...faultsIn(lang, texts).map(({ text }) => text),
    ...(refused === null ? [] : [refusedInWords(lang, refused)]),
  ];
  return (
    <>
      {canGo ? null : (
        <>
          <p>{words.cannot}</p>
          <ul class="items attention">
            {stops.map((text) => (
              <li>{text}</li>
            ))}
          </ul>
        </>
      )}
      {warnings.length === 0 ? null : (
        <>
          <p>{words.warnings}</p>
          <ul class="items">
            {warnings.map((warning) => (
              <li>{warningInWords(lang, warning)}</li>
            ))}
          </ul>
        </>
      )}
      {canGo && warnings.length === 0 ? (
        <ul class="items fine">
          <li>{words.fine}</li>
        </ul>
      ) : null}
    </>
  );
}

function refusedInWords(lang: Language, code: NonNullable<Checks["refused"]>): string {
  const words = CAMPAIGNS[lang];
  if (code === "segment_gone") return words.segmentGone;
  if (code === "no_recipients") return words.noRecipients;
  const { title, advice } = REFUSAL_WORDS[lang][code];
  return `${title}. ${advice}`;
}

function warningInWords(lang: Language, warning: Warning): string {
  const { warning: words, images } = CAMPAIGNS[lang];
  switch (warning.kind) {
    case "no-address":
      return words.noAddress;
    case "no-alt":
      return words.noAlt(LANGUAGE_NAMES[warning.lang], warning.url);
    case "image": {
      const { fault } = warning;
      const why = typeof fault === "number" ? images.gave(String(fault)) : images[fault];
      return words.image(LANGUAGE_NAMES[warning.lang], warning.url, why);
    }
    case "language":
      return words.language(
        numberInWords(warning.readers, lang),
        LANGUAGE_NAMES[warning.lang],
        LANGUAGE_NAMES[warning.instead],
      );
  }
}

function Now({ desk, campaign, checks }: { desk: StaffDesk; campaign: Campaign; checks: Checks }) {
  const { lang } = desk;
  const words = CAMPAIGNS[lang];
  const count = numberInWords(checks.recipients, lang);
  const isOne = checks.recipients === 1;
  return (
    <section aria-labelledby="now">
      <h2 id="now">{words.sendNow}</h2>
      <p>{isOne ? words.sendOne : words.sendText(count)}</p>
      <Form desk={desk} action={`${pathOf(campaign)}/send`}>
        <input type="hidden" name="version" value={String(campaign.version)} />
        <button type="submit">{isOne ? words.sendToOne : words.send(count)}</button>
      </Form>
    </section>
  );
}

/** What is offered without a script, beside the house's own: places by which people elsewhere know their time. */
const ZONES = [
  ...["Europe/London", "Europe/Amsterdam", "Europe/Helsinki", "UTC", "America/New_York", "America/Los_Angeles"],
  ...["America/Paramaribo", "America/Curacao", "Asia/Kolkata", "Asia/Singapore", "Asia/Tokyo", "Australia/Sydney"],
];

/** The zone is the house's unless another is chosen; the script offers the reader's. */
function Later({ desk, campaign, typed }: { desk: StaffDesk; campaign: Campaign; typed: Typed }) {
  const { lang, rt } = desk;
  const words = CAMPAIGNS[lang];
  const { TIME_ZONE } = rt.settings;
  const chosen = typed.values["zone"] ?? TIME_ZONE;
  const options = Object.fromEntries([TIME_ZONE, chosen, ...ZONES].map((zone) => [zone, zone.replaceAll("_", " ")]));
  const isWrong = typed.errors.some(({ path }) => path === "at");
  return (
    <section aria-labelledby="later">
      <h2 id="later">{words.schedule}</h2>
      <Form desk={desk} action={`${pathOf(campaign)}/schedule`} class="narrow">
        <input type="hidden" name="version" value={String(campaign.version)} />
        <div class="field">
          <label for="at">{words.at}</label>
          <input
            id="at"
            name="at"
            type="datetime-local"
            required
            value={typed.values["at"] ?? ""}
            {...(isWrong ? { "aria-invalid": "true" } : {})}
          />
        </div>
        <div data-zone={typed.values["zone"] === undefined ? "offer" : "keep"}>
          <Select {...{ lang, typed, options }} name="zone" label={words.zone} value={TIME_ZONE} />
        </div>
        <button type="submit" class="second">
          {words.plan}
        </button>
      </Form>
    </section>
  );
}

/** A scheduled newsletter can be taken back by who may send it. */
export function Unschedule({ desk, campaign }: { desk: StaffDesk; campaign: Campaign }) {
  const words = CAMPAIGNS[desk.lang];
  const path = pathOf(campaign);
  return (
    <Form desk={desk} action={`${path}/unschedule`} class="row">
      <input type="hidden" name="version" value={String(campaign.version)} />
      <button type="submit">{words.unschedule}</button>
      <a href={`${path}/send`}>{words.sendNow}</a>
    </Form>
  );
}
