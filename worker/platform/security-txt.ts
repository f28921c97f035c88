import { LANGUAGES } from "./languages.ts";
import type { Runtime } from "./runtime.ts";

const DAY = 86_400_000;
/** How long the file holds, in days; less than a year is advised (RFC 9116 section 2.5.5). */
const HOLDS = 180;

/** The text of /.well-known/security.txt (RFC 9116): where to report a problem, until when that holds. */
export function securityTxt({ settings, now }: Runtime): string {
  // To the day, so that the file stays the same from one look to the next.
  const expires = new Date((Math.floor(now() / DAY) + HOLDS) * DAY).toISOString();
  return [
    `Contact: ${settings.SECURITY_CONTACT}`,
    `Expires: ${expires}`,
    `Preferred-Languages: ${LANGUAGES.join(", ")}`,
    `Canonical: ${settings.ORIGIN}/.well-known/security.txt`,
    "",
  ].join("\n");
}
