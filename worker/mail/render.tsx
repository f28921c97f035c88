import { raw } from "hono/html";
import type { Language } from "../platform/languages.ts";
import type { Settings } from "../platform/settings.ts";
import type { Block, Letter } from "./letter.ts";

const INK = "#1b1f24";
const MUTED = "#57606a";
const LINE = "#d0d7de";
const FONT = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

// Mail programs that know prefers-color-scheme get dark colours; others keep the inline ones.
const DARK = `
  :root { color-scheme: light dark; supported-color-schemes: light dark; }
  @media (prefers-color-scheme: dark) {
    .page { background: #15181c !important; }
    .sheet { background: #1d2126 !important; border-color: #3a4149 !important; }
    .ink, .ink a { color: #eceff3 !important; }
    .muted, .muted a { color: #a9b3bf !important; border-color: #3a4149 !important; }
    .button { background: #eceff3 !important; color: #15181c !important; }
  }`;

/** The HTML part of a letter: one column, readable without images or styles. */
export function renderHtml(letter: Letter, lang: Language, settings: Settings): string {
  const page = (
    <html lang={lang}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{letter.subject}</title>
        <style>{raw(DARK)}</style>
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
        </div>
      </body>
    </html>
  );
  return `<!doctype html>${page.toString()}`;
}

function BlockHtml({ block }: { block: Block }) {
  if (block.kind === "text") {
    return (
      <p class="ink" style={`margin:0 0 16px;font-size:16px;line-height:24px;color:${INK}`}>
        {block.text}
      </p>
    );
  }
  if (block.kind === "link") {
    return (
      <p class="ink" style={`margin:0 0 16px;font-size:16px;line-height:24px;color:${INK}`}>
        <a href={block.url} style={`color:${INK}`}>
          {block.label}
        </a>
      </p>
    );
  }
  return (
    <p style="margin:24px 0">
      <a
        class="button"
        href={block.url}
        style={`display:inline-block;padding:12px 20px;border-radius:8px;background:${INK};color:#ffffff;font-size:16px;line-height:20px;text-decoration:none`}
      >
        {block.label}
      </a>
    </p>
  );
}

/** The text part of a letter: the same words, links written out. */
export function renderText(letter: Letter, settings: Settings): string {
  const parts = letter.blocks.map((block) => (block.kind === "text" ? block.text : `${block.label}:\n${block.url}`));
  return [...parts, `-- \n${settings.COMPANY}\n${letter.reason}`].join("\n\n");
}
