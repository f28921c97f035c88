import type { Hono } from "hono";
import { campaignOf, createCampaign, dropCampaign, saveCampaign, testCampaign } from "../newsletter/campaign.ts";
import { type CampaignChanges, campaignChangesShape, dropQuery as seenShape } from "../newsletter/campaign-shapes.ts";
import { type Campaign, findCampaign } from "../newsletter/campaign-store.ts";
import { listSegments } from "../newsletter/segment-store.ts";
import { Refusal } from "../platform/errors.ts";
import { type House, parse } from "../platform/http.ts";
import { isLanguage, LANGUAGES, type Language } from "../platform/languages.ts";
import { countInWords } from "./campaigns-audience.tsx";
import { Behind, replyGone } from "./campaigns-conflict.tsx";
import { contentIn, Editor, faultsIn, named, textIn, valuesOf } from "./campaigns-editor.tsx";
import { faultInWords } from "./campaigns-facts.tsx";
import { replyPreview } from "./campaigns-preview.tsx";
import { CAMPAIGNS } from "./campaigns-words.ts";
import { action, goTo, type StaffDesk, screen, type Form as Values } from "./desk.ts";
import { check, Form, replyConfirm, type Typed, unnamedVersion } from "./form.tsx";
import { writerNames } from "./policy.tsx";
import { doneSaid, replyScreen } from "./shell.tsx";

const LIST = "/admin/newsletters";
const PATH = `${LIST}/:id`;

/** Where a newsletter has its page. */
export const pathOf = ({ id }: Pick<Campaign, "id">): string => `${LIST}/${id}`;

export const idIn = ({ c }: StaffDesk): string => c.req.param("id") ?? "";
export const writerOf = ({ member }: StaffDesk): string => `staff:${member.id}`;

/** Adds what is done with a newsletter while it is written. */
export function addDraft(routes: Hono<House>): void {
  routes.post(PATH, action("newsletter:write", write));

  routes.post(
    `${PATH}/count`,
    action("newsletter:write", async (desk, form) => {
      const campaign = await findCampaign(desk.rt.db, idIn(desk));
      if (campaign?.state !== "draft") return replyLost(desk, form, campaign, 409);
      return replyEditor(desk, campaign, { typed: { values: form, errors: [] } });
    }),
  );

  routes.get(
    `${PATH}/preview`,
    screen("newsletter:read", async (desk) => {
      const { texts, isPublic, slug } = await campaignOf(desk.rt, idIn(desk));
      const lang = textLanguage(desk);
      const text = texts[lang] ?? { subject: "", preheader: "", markdown: "" };
      return replyPreview(desk, { text, isPublic, slug }, lang, desk.c.req.query("look"));
    }),
  );

  routes.post(
    `${PATH}/preview`,
    action("newsletter:write", (desk, form) => {
      const lang = textLanguage(desk);
      const { isPublic, slug } = contentIn(form);
      return replyPreview(desk, { text: textIn(form, lang), isPublic, slug }, lang, form[`${lang}-look`]);
    }),
  );

  routes.post(
    `${PATH}/copy`,
    action("newsletter:write", async (desk) => {
      const { name, texts, audience, isPublic, rate } = await campaignOf(desk.rt, idIn(desk));
      const { TOPICS } = desk.rt.settings;
      const segments = await listSegments(desk.rt.db);
      const copy = {
        name: CAMPAIGNS[desk.lang].copyOf(name).slice(0, 120),
        texts,
        // What is no longer offered, or there, cannot be chosen any more.
        audience: {
          topics: audience.topics.filter((topic) => TOPICS.includes(topic)),
          segment: segments.some(({ id }) => id === audience.segment) ? audience.segment : null,
        },
        ...{ isPublic, rate },
      };
      return goTo(desk, pathOf({ id: await createCampaign(desk.rt, copy, writerOf(desk)) }), "copied");
    }),
  );

  routes.get(
    `${PATH}/drop`,
    screen("newsletter:write", async (desk) => {
      const campaign = await campaignOf(desk.rt, idIn(desk));
      const isOver = campaign.state === "sent" || campaign.state === "cancelled";
      if (campaign.state !== "draft" && !isOver) throw new Refusal("campaign_not_ready");
      const words = CAMPAIGNS[desk.lang];
      return replyConfirm(desk, {
        title: words.dropTitle,
        text: isOver ? words.dropOverText : words.dropText,
        label: words.drop,
        action: `${pathOf(campaign)}/drop`,
        back: pathOf(campaign),
        hidden: { version: String(campaign.version) },
      });
    }),
  );

  routes.post(
    `${PATH}/drop`,
    action("newsletter:write", async (desk, form) => {
      await dropCampaign(desk.rt, idIn(desk), versionIn(form), writerOf(desk));
      return goTo(desk, LIST, "dropped");
    }),
  );
}

/** The version of a newsletter that a form was drawn from. Refuses invalid_input. */
export const versionIn = (form: Values): number => parse(seenShape, form).version;

/** The language of the text that is asked for. */
function textLanguage({ c, rt }: StaffDesk): Language {
  const wish = c.req.query("text");
  return isLanguage(wish) ? wish : rt.settings.LANGUAGE;
}

/** Saves what was typed, and does what was asked for then. Whatever is refused, it is shown again as it was typed. */
async function write(desk: StaffDesk, form: Values): Promise<Response> {
  const { rt } = desk;
  const campaign = await findCampaign(rt.db, idIn(desk));
  if (campaign?.state !== "draft") return replyLost(desk, form, campaign, campaign ? 409 : 404);
  const { next } = form;
  if (next !== undefined && !desk.may("newsletter:send")) throw new Refusal("forbidden");
  const checked = check(campaignChangesShape, form, contentIn(form));
  if ("typed" in checked) return replyEditor(desk, campaign, { typed: named(checked.typed) }, 422);
  const writer = writerOf(desk);
  try {
    const version = form["version"] === undefined ? unnamedVersion(campaign, writer) : versionIn(form);
    await saveCampaign(rt, campaign.id, version, checked.value, writer);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code, errors = [], status } = error;
    const typed = named({ values: form, errors });
    if (code === "invalid_input") return replyEditor(desk, campaign, { typed }, status);
    if (code !== "edited_meanwhile" && code !== "campaign_not_ready") throw error;
    // Read again: the other's change may have come after our first look.
    const now = await findCampaign(rt.db, campaign.id);
    if (now?.state !== "draft") return replyLost(desk, form, now, 409);
    return replyEditor(desk, now, { typed, isBehind: true }, status);
  }
  return goOn(desk, campaign, checked.value, next);
}

async function goOn(
  desk: StaffDesk,
  campaign: Campaign,
  { texts = {} }: CampaignChanges,
  next: string | undefined,
): Promise<Response> {
  if (next === "send") return goTo(desk, `${pathOf(campaign)}/send`);
  if (next !== "test") return goTo(desk, pathOf(campaign), "saved");
  for (const lang of LANGUAGES) {
    if (texts[lang]) await testCampaign(desk.rt, campaign.id, lang, desk.member.email);
  }
  return goTo(desk, pathOf(campaign), "tested");
}

function replyLost(desk: StaffDesk, form: Values, campaign: Campaign | undefined, status: number): Response {
  const words = CAMPAIGNS[desk.lang];
  const next = campaign ? { path: pathOf(campaign), label: words.toCampaign } : { path: LIST, label: words.toList };
  return replyGone(desk, form, next, status);
}

interface State {
  typed?: Typed;
  /** Somebody else changed it since this page was drawn. */
  isBehind?: boolean;
}

/** Replies with a draft in its editor. */
export async function replyEditor(
  desk: StaffDesk,
  campaign: Campaign,
  { typed, isBehind = false }: State = {},
  status = 200,
): Promise<Response> {
  const { rt, lang } = desk;
  const words = CAMPAIGNS[lang];
  const shown = typed ?? { values: valuesOf(campaign), errors: [] };
  const [segments, count, nameOf] = await Promise.all([
    listSegments(rt.db),
    countInWords(desk, contentIn(shown.values).audience),
    writerNames(desk),
  ]);
  const path = pathOf(campaign);
  const children = (
    <>
      {isBehind ? <Behind {...{ desk, campaign, segments, nameOf }} typed={shown} /> : null}
      {campaign.fault === null ? null : <p class="fault">{faultInWords(lang, campaign.fault)}</p>}
      <Editor {...{ desk, campaign, segments, count, path }} typed={shown} isTyped={typed !== undefined} />
      <Form desk={desk} action={`${path}/copy`} class="row">
        <button type="submit" class="second">
          {words.copy}
        </button>
        <a href={`${path}/drop`}>{words.drop}</a>
      </Form>
    </>
  );
  const done = doneSaid(desk, words.done);
  const faults = faultsIn(lang, shown);
  return replyScreen(
    desk,
    { title: campaign.name, section: "newsletters", done, faults, hasFrames: true, children },
    status,
  );
}
