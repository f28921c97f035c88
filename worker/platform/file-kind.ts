/** What a file is, by what stands in it; or why it is not taken. */
export type FileKind = { type: string } | { refused: "dangerous" | "empty" };

/** Endings that a computer runs, or a browser as a page, when somebody opens the file. */
const DANGEROUS = new Set(
  `exe com scr pif bat cmd msi msp mst msix appx dll sys cpl drv ocx js jse mjs cjs vb vbs vbe ws wsf wsc wsh ps1 ps1xml psm1 psd1 ps2 hta
  jar jnlp class lnk url scf inf reg chm hlp gadget application appref-ms msc iso img vhd vhdx dmg pkg app apk deb rpm sh bash zsh csh ksh
  command run bin elf so py pyc rb pl php phtml asp aspx jsp cgi swf xll xlam xlsm xlsb xltm docm dotm pptm potm ppam ppsm sldm one
  html htm xhtml xht shtml mht mhtml svg svgz xsl xslt rdp settingcontent-ms library-ms search-ms website diagcab`.split(
    /\s+/,
  ),
);

const ascii = (text: string): readonly number[] => [...text].map((char) => char.charCodeAt(0));

/** Bytes that files begin with that a computer runs: Windows, Linux, macOS (also Java's), shortcuts, Compiled HTML Help, Flash. */
const RUNNING: readonly (readonly number[])[] = [
  ascii("MZ"),
  [0x7f, ...ascii("ELF")],
  [0xfe, 0xed, 0xfa, 0xce],
  [0xfe, 0xed, 0xfa, 0xcf],
  [0xce, 0xfa, 0xed, 0xfe],
  [0xcf, 0xfa, 0xed, 0xfe],
  [0xca, 0xfe, 0xba, 0xbe],
  [0x4c, 0, 0, 0, 0x01, 0x14, 0x02, 0],
  ascii("ITSF"),
  ascii("FWS"),
  ascii("CWS"),
  ascii("MSCF"),
];

/** Bytes that files begin with, from `at` on, by their type. */
const KINDS: readonly { type: string; starts: readonly number[]; at?: number }[] = [
  { type: "application/pdf", starts: ascii("%PDF-") },
  { type: "image/png", starts: [0x89, ...ascii("PNG"), 0x0d, 0x0a, 0x1a, 0x0a] },
  { type: "image/jpeg", starts: [0xff, 0xd8, 0xff] },
  { type: "image/gif", starts: ascii("GIF8") },
  { type: "image/webp", starts: ascii("WEBP"), at: 8 },
  { type: "audio/wav", starts: ascii("WAVE"), at: 8 },
  { type: "image/tiff", starts: [0x49, 0x49, 0x2a, 0] },
  { type: "image/tiff", starts: [0x4d, 0x4d, 0, 0x2a] },
  { type: "image/heic", starts: ascii("ftyphei"), at: 4 },
  { type: "image/heic", starts: ascii("ftyphevc"), at: 4 },
  { type: "image/heic", starts: ascii("ftypmif1"), at: 4 },
  { type: "image/avif", starts: ascii("ftypavif"), at: 4 },
  { type: "video/quicktime", starts: ascii("ftypqt"), at: 4 },
  { type: "audio/mp4", starts: ascii("ftypM4A"), at: 4 },
  { type: "video/mp4", starts: ascii("ftyp"), at: 4 },
  { type: "audio/mpeg", starts: ascii("ID3") },
  { type: "audio/mpeg", starts: [0xff, 0xfb] },
  { type: "audio/ogg", starts: ascii("OggS") },
  { type: "application/zip", starts: [...ascii("PK"), 3, 4] },
  { type: "application/zip", starts: [...ascii("PK"), 5, 6] },
  { type: "application/gzip", starts: [0x1f, 0x8b] },
  { type: "application/x-7z-compressed", starts: [...ascii("7z"), 0xbc, 0xaf, 0x27, 0x1c] },
  { type: "application/vnd.rar", starts: [...ascii("Rar!"), 0x1a, 7] },
  { type: "application/rtf", starts: ascii("{\\rtf") },
  { type: "application/x-ole-storage", starts: [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1] },
  { type: "application/ms-tnef", starts: [0x78, 0x9f, 0x3e, 0x22] },
];

/** What a container holds is told by the name: it is opened by it as well. */
const WITHIN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "application/zip": {
    docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    odt: "application/vnd.oasis.opendocument.text",
    ods: "application/vnd.oasis.opendocument.spreadsheet",
    odp: "application/vnd.oasis.opendocument.presentation",
  },
  "application/x-ole-storage": {
    doc: "application/msword",
    xls: "application/vnd.ms-excel",
    ppt: "application/vnd.ms-powerpoint",
    msg: "application/vnd.ms-outlook",
  },
  "text/plain": { csv: "text/csv", ics: "text/calendar", eml: "message/rfc822" },
};

/** Text that a browser would take for a page, or for a picture with scripts in it. */
const PAGE = /^\s*(?:<\?[^>]{0,200}>\s*)?(?:<!--.{0,1000}?-->\s*)?<(!doctype|html|head|body|script|svg|iframe)\b/is;
const LOOKED_AT = 4_096;

/**
 * What a file is, by its bytes and never by its name alone: its media type, text/plain for any text, application/octet-stream for
 * what is not known. Refuses what is empty, and what a computer runs by its bytes or by its name.
 */
export function fileKind(name: string, bytes: Uint8Array): FileKind {
  if (bytes.length === 0) return { refused: "empty" };
  const ending = endingOf(name);
  const text = textOf(bytes);
  const isRunning =
    text === null ? RUNNING.some((starts) => startsWith(bytes, starts, 0)) : /^#!|^\s*<\?php\b/i.test(text);
  const known = KINDS.find(({ starts, at = 0 }) => startsWith(bytes, starts, at))?.type;
  const isPage = known === undefined && text !== null && PAGE.test(text);
  if (DANGEROUS.has(ending) || isRunning || isPage) return { refused: "dangerous" };
  const type = known ?? (text === null ? "application/octet-stream" : "text/plain");
  return { type: WITHIN[type]?.[ending] ?? type };
}

/** Windows leaves out dots and spaces at the end of a name. */
const endingOf = (name: string): string =>
  /\.([^.]{1,20})$/.exec(name.trim().replace(/[. ]+$/, ""))?.[1]?.toLowerCase() ?? "";

const startsWith = (bytes: Uint8Array, starts: readonly number[], at: number): boolean =>
  starts.every((byte, index) => bytes[at + index] === byte);

/** The beginning of a file as text; null when it has characters that no text has. */
function textOf(bytes: Uint8Array): string | null {
  const head = bytes.subarray(0, LOOKED_AT);
  const isWide = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  const charset = isWide ? (head[0] === 0xff ? "utf-16le" : "utf-16be") : "windows-1252";
  const text = new TextDecoder(charset).decode(head).replace(/^(?:\ufeff|ï»¿)/, "");
  // In Windows-1252 a part of a character of UTF-8 may look like a control character of the upper half.
  return /[^\P{Cc}\t\n\v\f\r\u0080-\u009f]/u.test(text) ? null : text;
}
