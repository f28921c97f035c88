const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
/** What is written without a name in our part of the world, when it is not UTF-8. */
const western = new TextDecoder("windows-1252");
/** Names under which UTF-8 is sent as well. */
const VAGUE = /^(us-)?ascii$|^$/i;

/**
 * Bytes as text in the encoding they are said to be in. When none is named, or none that exists, they are UTF-8 if they can
 * be, else Windows-1252. Never throws: what makes no sense becomes U+FFFD.
 */
export function decoded(bytes: Uint8Array, charset: string): string {
  const named = VAGUE.test(charset.trim()) ? null : decoderOf(charset.trim());
  return named ? named.decode(bytes) : guessed(bytes);
}

function decoderOf(charset: string): TextDecoder | null {
  try {
    return new TextDecoder(charset);
  } catch {
    return null;
  }
}

function guessed(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return western.decode(bytes);
  }
}

/** Text whose lines go on below where they end in a space (RFC 3676), as whole lines; `isTight` when that space is not part of it. */
export function unflowed(text: string, isTight: boolean): string {
  const lines: string[] = [];
  let [open, openDepth] = ["", -1];
  for (const line of text.split(/\r?\n/)) {
    const rest = line.replace(/^>+/, "");
    const depth = line.length - rest.length;
    const words = rest.startsWith(" ") ? rest.slice(1) : rest;
    const goesOn = words.endsWith(" ") && words !== "-- ";
    if (openDepth !== depth || words === "-- ") {
      if (openDepth >= 0) lines.push(open);
      open = depth > 0 ? `${">".repeat(depth)} ` : "";
    }
    open += goesOn && isTight ? words.slice(0, -1) : words;
    openDepth = depth;
    if (!goesOn) {
      lines.push(open);
      [open, openDepth] = ["", -1];
    }
  }
  return openDepth >= 0 ? [...lines, open].join("\n") : lines.join("\n");
}
