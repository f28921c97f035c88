import type { Hono } from "hono";
import { campaignOf, createCampaign } from "../newsletter/campaign.ts";
import {
  type CampaignHead,
  type CampaignState,
  listCampaigns,
  type Tallies,
  talliesOf,
} from "../newsletter/campaign-store.ts";
import { listSegments, type Segment } from "../newsletter/segment-store.ts";
import { dayIn, dayInWords } from "../platform/calendar.ts";
import type { House } from "../platform/http.ts";
import { audienceInWords } from "./campaigns-audience.tsx";
import { addDraft, idIn, pathOf, replyEditor, writerOf } from "./campaigns-draft.tsx";
import { faultInWords } from "./campaigns-facts.tsx";
import { replyCampaign } from "./campaigns-progress.tsx";
import { addSending } from "./campaigns-send.tsx";
import { CAMPAIGNS } from "./campaigns-words.ts";
import { action, goTo, type StaffDesk, screen } from "./desk.ts";
import { Form, Select } from "./form.tsx";
import { numberInWords } from "./format.ts";
import { doneSaid, replyScreen } from "./shell.tsx";
import { type Column, Filters, Pager, Table, When } from "./table.tsx";
import { SHELL } from "./words.ts";

const PATH = "/admin/newsletters";
const PAGE = 50;

/** Adds the pages about newsletters that are sent: writing, sending, and what came of it. */
export function addCampaigns(routes: Hono<House>): void {
  routes.get(PATH, screen("newsletter:read", replyList));

  routes.post(
    `${PATH}/new`,
    action("newsletter:write", async (desk) => {
      const { rt, lang } = desk;
      const name = CAMPAIGNS[lang].newName(dayInWords(dayIn(rt.settings.TIME_ZONE, rt.now()), lang));
      return goTo(desk, pathOf({ id: await createCampaign(rt, { name }, writerOf(desk)) }), "started");
    }),
  );

  addSending(routes);
  addDraft(routes);

  routes.get(
    `${PATH}/:id`,
    screen("newsletter:read", async (desk) => {
      const campaign = await campaignOf(desk.rt, idIn(desk));
      const isOpen = campaign.state === "draft" && desk.may("newsletter:write");
      return isOpen ? replyEditor(desk, campaign) : replyCampaign(desk, campaign);
    }),
  );
}

async function replyList(desk: StaffDesk): Promise<Response> {
  const { c, rt, lang } = desk;
  const words = CAMPAIGNS[lang];
  const wish = c.req.query("state") ?? "";
  const state = (Object.keys(words.states) as CampaignState[]).find(
    (known) => known === wish,
  ) /* The words have each state. */;
  const [{ campaigns, next }, segments] = await Promise.all([
    listCampaigns(rt.db, { state, after: c.req.query("after") }, PAGE),
    listSegments(rt.db),
  ]);
  const tallies = await talliesOf(
    rt.db,
    campaigns.map(({ id }) => id),
  );
  const typed = { values: { state: state ?? "" }, errors: [] };
  const children = (
    <>
      <p>{words.intro}</p>
      <div class="row">
        {desk.may("newsletter:write") ? (
          <Form desk={desk} action={`${PATH}/new`}>
            <button type="submit">{words.start}</button>
          </Form>
        ) : null}
        <a href={`${PATH}/figures`}>{words.figures}</a>
      </div>
      <Filters desk={desk}>
        <Select {...{ lang, typed }} name="state" label={words.state} options={{ "": words.all, ...words.states }} />
      </Filters>
      <Table
        desk={desk}
        caption={words.list}
        columns={columns(desk, segments, tallies)}
        rows={campaigns}
        empty={state === undefined ? words.none : words.noneOf}
      />
      <Pager desk={desk} next={next} />
    </>
  );
  const done = doneSaid(desk, words.done);
  return replyScreen(desk, { title: SHELL[lang].page.newsletters, section: "newsletters", done, children });
}

function columns(
  desk: StaffDesk,
  segments: readonly Segment[],
  tallies: ReadonlyMap<string, Tallies>,
): Column<CampaignHead>[] {
  const { lang } = desk;
  const words = CAMPAIGNS[lang];
  const sent = (id: string) => numberInWords(tallies.get(id)?.sent ?? 0, lang);
  return [
    { name: "name", label: words.name, cell: (campaign) => <a href={pathOf(campaign)}>{campaign.name}</a> },
    {
      name: "state",
      label: words.state,
      cell: ({ state, scheduledAt, fault }) => (
        <>
          {words.states[state]}
          {fault === null ? null : <span class="error"> {faultInWords(lang, fault)}</span>}
          {state === "scheduled" && scheduledAt !== null ? (
            <>
              {" "}
              <When desk={desk} at={scheduledAt} />
            </>
          ) : null}
        </>
      ),
    },
    { name: "audience", label: words.audience, cell: ({ audience }) => audienceInWords(lang, audience, segments) },
    {
      name: "sent",
      label: words.tally.sent,
      numeric: true,
      cell: ({ id, startedAt }) => (startedAt === null ? SHELL[lang].none : sent(id)),
    },
    { name: "changed", label: words.changed, cell: ({ changedAt }) => <When desk={desk} at={changedAt} /> },
  ];
}
