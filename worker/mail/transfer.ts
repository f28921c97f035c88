/** The value of each digit of base64 (RFC 2045 section 6.8) by its byte; 255 for what is none. */
const DIGITS = new Uint8Array(256).fill(255);
for (const [value, digit] of [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"].entries()) {
  DIGITS[digit.charCodeAt(0)] = value;
}
const [EQUALS, TAB, NEWLINE, RETURN, SPACE] = [0x3d, 9, 10, 13, 0x20];

/** A part's bytes as they were before they were packed for transfer; what is not packed right is taken as far as it goes. */
export function unpacked(body: Uint8Array, encoding: string): Uint8Array {
  if (encoding === "base64") return fromBase64(body);
  return encoding === "quoted-printable" ? fromQuotedPrintable(body) : body;
}

function fromBase64(body: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil(body.length / 4) * 3);
  let [length, held, bits] = [0, 0, 0];
  for (let at = 0; at < body.length; at++) {
    const byte = body[at] ?? 0;
    const digit = DIGITS[byte] ?? 255;
    // Some programs pack each line by itself: after padding the next group begins.
    if (byte === EQUALS) [held, bits] = [0, 0];
    if (digit === 255) continue;
    held = (held << 6) | digit;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out[length++] = held >> bits;
      held &= (1 << bits) - 1;
    }
  }
  return out.subarray(0, length);
}

function fromQuotedPrintable(body: Uint8Array): Uint8Array {
  const out = new Uint8Array(body.length);
  let length = 0;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at] ?? 0;
    const escaped = byte === EQUALS ? hexAt(body, at + 1) : -1;
    const lineEnd = byte === EQUALS && escaped < 0 ? lineEndAt(body, at + 1) : -1;
    if (lineEnd >= 0) at = lineEnd;
    else if (escaped >= 0) {
      out[length++] = escaped;
      at += 2;
    } else out[length++] = byte;
  }
  return out.subarray(0, length);
}

function hexAt(body: Uint8Array, at: number): number {
  const [high, low] = [nibble(body[at]), nibble(body[at + 1])];
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

function nibble(byte = 0): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** The place of the newline that only blanks stand before, from a place on; -1 when there is other text. At most 100 are looked at. */
function lineEndAt(body: Uint8Array, from: number): number {
  for (let at = from; at < from + 100; at++) {
    const byte = body[at];
    if (byte === NEWLINE || byte === undefined) return Math.min(at, body.length - 1);
    if (byte !== SPACE && byte !== TAB && byte !== RETURN) return -1;
  }
  return -1;
}
