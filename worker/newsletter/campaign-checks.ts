import { type FieldError, Refusal, type RefusalCode } from "../platform/errors.ts";
import { LANGUAGES, type Language } from "../platform/languages.ts";
import type { Runtime } from "../platform/runtime.ts";
import { countReaders, frozen } from "./campaign-audience.ts";
import { brokenImages, type ImageFault, imagesIn } from "./campaign-images.ts";
import { checkWhole } from "./campaign-ready.ts";
import type { Campaign } from "./campaign-store.ts";
import { isWritten, readMarkdown } from "./campaign-text.ts";
import { languageFor } from "./campaign-wanted.ts";

/** Something to know before a newsletter is sent, though it can be sent. */
export type Warning =
  | { kind: "no-address" }
  | { kind: "no-alt"; lang: Language; url: string }
  | { kind: "image"; lang: Language; url: string; fault: ImageFault }
  /** So many readers of a language get the text of another. */
  | { kind: "language"; lang: Language; instead: Language; readers: number };

export interface Checks {
  /** How many would get it. */
  recipients: number;
  /** Why it cannot be sent: what is not right with its fields, or with its audience. */
  faults: readonly FieldError[];
  refused: RefusalCode | null;
  warnings: readonly Warning[];
}

/** Looks at a newsletter before it is sent: what stops it, and what its writer should know. Asks for its images. */
export async function checkCampaign(rt: Runtime, campaign: Campaign): Promise<Checks> {
  const [stopped, counted, warnings] = await Promise.all([
    whatStops(rt, campaign),
    readersOf(rt, campaign),
    warningsOf(rt, campaign),
  ]);
  const isEmpty = stopped.refused === null && stopped.faults.length === 0 && counted.recipients === 0;
  const refused = isEmpty ? "no_recipients" : stopped.refused;
  return { ...stopped, refused, recipients: counted.recipients, warnings: [...counted.warnings, ...warnings] };
}

async function whatStops(rt: Runtime, campaign: Campaign): Promise<Pick<Checks, "faults" | "refused">> {
  try {
    await checkWhole(rt, campaign);
    return { faults: [], refused: null };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.errors ? { faults: error.errors, refused: null } : { faults: [], refused: error.code };
  }
}

/** How many get it, and those of them who get it in a language that is not theirs. */
async function readersOf(
  rt: Runtime,
  { audience, texts }: Campaign,
): Promise<{ recipients: number; warnings: Warning[] }> {
  const whole = await frozen(rt, audience).catch((error: unknown) => {
    if (error instanceof Refusal) return undefined;
    throw error;
  });
  if (!whole) return { recipients: 0, warnings: [] };
  const { filter = {} } = whole;
  const written = Object.fromEntries(Object.entries(texts).filter(([, text]) => isWritten(text)));
  if (Object.keys(written).length === 0) return { recipients: await countReaders(rt, whole), warnings: [] };
  const missing = LANGUAGES.filter((lang) => !written[lang] && (filter.langs?.includes(lang) ?? true));
  const [recipients, warnings] = await Promise.all([
    countReaders(rt, whole),
    Promise.all(
      missing.map(async (lang): Promise<Warning[]> => {
        const instead = languageFor(written, lang, rt.settings);
        const readers = await countReaders(rt, { ...whole, filter: { ...filter, langs: [lang] } });
        return readers === 0 ? [] : [{ kind: "language", lang, instead, readers }];
      }),
    ),
  ]);
  return { recipients, warnings: warnings.flat() };
}

async function warningsOf(rt: Runtime, { texts }: Campaign): Promise<Warning[]> {
  const images = LANGUAGES.flatMap((lang) =>
    imagesIn(readMarkdown(texts[lang]?.markdown ?? "").blocks).map(({ url, alt }) => ({ lang, url, alt })),
  );
  const broken = await brokenImages(images.map(({ url }) => url));
  return [
    ...(rt.settings.COMPANY_ADDRESS === "" ? [{ kind: "no-address" as const }] : []),
    ...images.flatMap(({ lang, url, alt }): Warning[] => {
      const fault = broken.get(url);
      return [
        ...(alt.trim() === "" ? [{ kind: "no-alt" as const, lang, url }] : []),
        ...(fault === undefined ? [] : [{ kind: "image" as const, lang, url, fault }]),
      ];
    }),
  ];
}
