import { raw } from "hono/html";
import type { Language } from "../platform/languages.ts";
import type { Settings } from "../platform/settings.ts";
import { BlockHtml, INK, LINE, MUTED } from "./blocks.tsx";
import type { Letter } from "./letter.ts";
import { plainBlock } from "./plain.ts";

const FONT = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

// Mail programs that know prefers-color-scheme get dark colours; others keep the inline ones.
const MEDIA = "(prefers-color-scheme: dark)";
const DARK = `
  :root { color-scheme: light dark; supported-color-schemes: light dark; }
  @media ${MEDIA} {
    .page { background: #15181c !important; }
    .sheet { background: #1d2126 !important; border-color: #3a4149 !important; }
    .ink, .ink a { color: #eceff3 !important; }
    .muted, .muted a { color: #a9b3bf !important; border-color: #3a4149 !important; }
    .button { background: #eceff3 !important; color: #15181c !important; }
    .line { border-color: #3a4149 !important; }
  }`;

/** How a letter is shown to its writer: in colours that do not depend on the device, and no wider than so many pixels. */
export interface Look {
  scheme: "light" | "dark";
  width?: number;
}

/** The styles of a letter; a look has one scheme of colours always, and the other never. */
function stylesOf(look: Look | undefined): string {
  if (!look) return DARK;
  const { scheme, width } = look;
  const styles = DARK.replace("light dark;", `${scheme};`).replace(MEDIA, scheme === "dark" ? "all" : "not all");
  return width === undefined
    ? styles
    : `${styles}\n  html { background: #80868d; }\n  body { box-sizing: border-box; min-height: 100vh; max-width: ${width}px; margin: 0 auto !important; }`;
}

/** The HTML part of a letter: one column, readable without images or styles. */
export function renderHtml(letter: Letter, lang: Language, settings: Settings, look?: Look): string {
  const page = (
    <html lang={lang}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{letter.subject}</title>
        <style>{raw(stylesOf(look))}</style>
      </head>
      <body class="page" style={`margin:0;padding:24px 12px;background:#f4f5f7;font-family:${FONT}`}>
        <div style="display:none;max-height:0;overflow:hidden">{letter.preheader}</div>
        <div
          class="sheet"
          style={`max-width:520px;margin:0 auto;padding:28px 24px;background:#ffffff;border:1px solid ${LINE};border-radius:8px`}
        >
          <p class="muted" style={`margin:0 0 20px;font-size:14px;color:${MUTED}`}>
            {settings.COMPANY}
          </p>
          <h1 class="ink" style={`margin:0 0 16px;font-size:20px;line-height:28px;color:${INK}`}>
            {letter.subject}
          </h1>
          {letter.blocks.map((block) => (
            <BlockHtml block={block} />
          ))}
          <p
            class="muted"
            style={`margin:28px 0 0;padding-top:16px;border-top:1px solid ${LINE};font-size:14px;line-height:20px;color:${MUTED}`}
          >
            {letter.reason}
          </p>
          {letter.footer ? <Footer {...letter.footer} /> : null}
        </div>
      </body>
    </html>
  );
  return `<!doctype html>${page.toString()}`;
}

function Footer({ address, links }: NonNullable<Letter["footer"]>) {
  const style = `margin:12px 0 0;font-size:14px;line-height:20px;color:${MUTED}`;
  return (
    <>
      {address === "" ? null : (
        <p class="muted" style={style}>
          {address}
        </p>
      )}
      {links.map(({ label, url }) => (
        <p class="muted" style={style}>
          <a href={url} style={`color:${MUTED}`}>
            {label}
          </a>
        </p>
      ))}
    </>
  );
}

/** The text part of a letter: the same words, links written out. */
export function renderText(letter: Letter, settings: Settings): string {
  const { blocks, reason, footer } = letter;
  const ways = footer ? [footer.address, ...footer.links.map(({ label, url }) => `${label}: ${url}`)] : [];
  const foot = ["-- ", settings.COMPANY, reason, ...ways.filter((line) => line !== "")].join("\n");
  return [...blocks.map(plainBlock), foot].join("\n\n");
}
