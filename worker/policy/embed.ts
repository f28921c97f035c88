import { sha256 } from "../platform/bytes.ts";
import { LANGUAGES } from "../platform/languages.ts";
import { createMemo } from "../platform/memo.ts";
import type { Runtime } from "../platform/runtime.ts";
import type { Surface } from "../platform/settings.ts";
import { embeddedNotice, noticesToday } from "./notice.ts";
import type { EmbedConfig } from "./shapes.ts";

const LOADER = "/w/loader.js";
const loaders = createMemo<string>(60_000);

/** The loader with a surface's settings and active notices in front, and its ETag. Throws when the widget was not built. */
export async function embedScript(rt: Runtime, surface: Surface): Promise<{ script: string; etag: string }> {
  // A developer's next build must show at once (npm run dev); a deployment starts new isolates.
  const isFixed = rt.settings.ENVIRONMENT !== "development";
  const read = () => readLoader(rt);
  const loader = isFixed ? await loaders.get(rt.bindings.ASSETS, rt.now(), read) : await read();
  const config: EmbedConfig = {
    surface: surface.name,
    kind: surface.kind,
    lang: rt.settings.LANGUAGE,
    languages: LANGUAGES,
    notices: (await noticesToday(rt)).map(embeddedNotice),
  };
  const script = `const __FINEPRINT__=${JSON.stringify(config)};\n${loader}`;
  return { script, etag: `"${(await sha256(script)).slice(0, 32)}"` };
}

async function readLoader(rt: Runtime): Promise<string> {
  const response = await rt.bindings.ASSETS.fetch(`${rt.settings.ORIGIN}${LOADER}`);
  if (!response.ok) throw new Error(`${LOADER} is missing: run the build`);
  return response.text();
}

/** The current build's file of a view, by language and name; undefined when there is none. */
export async function viewFile(rt: Runtime, file: string): Promise<string | undefined> {
  const response = await rt.bindings.ASSETS.fetch(`${rt.settings.ORIGIN}/w/latest/${encodeURI(file)}`);
  return response.ok ? response.text() : undefined;
}
