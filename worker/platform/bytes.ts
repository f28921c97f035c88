import { Buffer } from "node:buffer";

const encoder = new TextEncoder();

export const utf8 = (text: string) => encoder.encode(text) as Uint8Array<ArrayBuffer>;

export function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64url");
}

export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(text, "base64url"));
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

/** SHA-256 of text (UTF-8) or bytes, as lowercase hex. */
export async function sha256(data: string | Uint8Array): Promise<string> {
  // Nothing here shares memory with another thread, which is all that the narrower type says.
  const bytes = typeof data === "string" ? utf8(data) : (data as Uint8Array<ArrayBuffer>);
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

/** Compares two texts without telling by time where they differ. */
export function sameInConstantTime(a: string, b: string): boolean {
  const [left, right] = [utf8(a), utf8(b)];
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let i = 0; i < left.length; i++) difference |= (left[i] ?? 0) ^ (right[i] ?? 0);
  return difference === 0;
}
