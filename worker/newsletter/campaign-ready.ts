import { type FieldError, Refusal } from "../platform/errors.ts";
import type { Runtime } from "../platform/runtime.ts";
import { countReaders, frozen } from "./campaign-audience.ts";
import type { CampaignChanges, ChosenAudience } from "./campaign-shapes.ts";
import type { Campaign } from "./campaign-store.ts";
import { checkText } from "./campaign-text.ts";
import { findSegment } from "./segment-store.ts";
import type { Audience, CampaignText } from "./tables.ts";

/** Texts that may be saved. Refuses invalid_input for what can never be sent, by the names of the fields ("texts.nl.subject"). */
export function checkedTexts(texts: NonNullable<CampaignChanges["texts"]>): Record<string, CampaignText> {
  const entries = Object.entries(texts);
  refuse(entries.flatMap(([lang, text]) => checkText(text).map(({ path, code }) => at(lang, path, code))));
  return Object.fromEntries(entries);
}

const at = (lang: string, path: string, code: FieldError["code"]): FieldError => ({
  path: `texts.${lang}.${path}`,
  code,
});

function refuse(errors: FieldError[]): void {
  if (errors.length > 0) throw new Refusal("invalid_input", { errors });
}

/** An audience that may be saved, its topics in our order. Refuses topics and segments that there are not. */
export async function checkedAudience(rt: Runtime, { topics, segment }: ChosenAudience): Promise<Audience> {
  const { TOPICS } = rt.settings;
  const unknown = topics.findIndex((topic) => !TOPICS.includes(topic));
  const isGone = segment !== null && !(await findSegment(rt.db, segment));
  refuse([
    ...(unknown < 0 ? [] : [{ path: `audience.topics.${unknown}`, code: "unknown_value" as const }]),
    ...(isGone ? [{ path: "audience.segment", code: "unknown_value" as const }] : []),
  ]);
  return { topics: TOPICS.filter((topic) => topics.includes(topic)), segment };
}

/**
 * The audience of a newsletter that can be sent, as it is now. Refuses invalid_input for what its texts lack, segment_gone
 * and no_recipients, and smtp_needed where mail goes out by what is not meant for so much of it.
 */
export async function checkReady(rt: Runtime, campaign: Campaign): Promise<Audience> {
  const whole = await checkWhole(rt, campaign);
  if ((await countReaders(rt, whole)) === 0) throw new Refusal("no_recipients");
  return whole;
}

/** The same but for the count: refuses all but no_recipients. */
export async function checkWhole(rt: Runtime, { texts, audience }: Campaign): Promise<Audience> {
  const entries = Object.entries(texts);
  refuse([
    ...entries.flatMap(([lang, text]) =>
      (["subject", "markdown"] as const)
        .filter((part) => text[part].trim() === "")
        .map((part) => at(lang, part, "required")),
    ),
    ...(entries.length === 0 ? [{ path: "texts", code: "required" as const }] : []),
    ...(audience.topics.length === 0 ? [{ path: "audience.topics", code: "required" as const }] : []),
  ]);
  checkedTexts(texts);
  // Cloudflare's terms leave bulk out.
  if (rt.settings.MAIL_TRANSPORT === "cloudflare") throw new Refusal("smtp_needed");
  return frozen(rt, audience);
}
