import type { CONFIRMATION_FLAGS } from "./tables.ts";

/** Why a person may not have pressed a button. It counts all the same, and the doubt is shown wherever the consent is. */
export type Doubt = (typeof CONFIRMATION_FLAGS)[number];

/** What a request says of whoever pressed the button. Nothing of it is kept but the doubts. */
export interface Press {
  userAgent: string | null;
  /** Whether it says which page it came from, as every browser does with a form. */
  isFromPage: boolean;
}

/** What is known of the moment of a confirmation. */
interface Moment {
  now: number;
  /** When the mail that asked for it went out; null when that is not known. */
  sentAt: number | null;
  /** Confirmations by mail in the last BURST_WINDOW, counted up to BURST - 1, and how many of those of the same mail domain. */
  others: number;
  sameDomain: number;
}

/** Nobody has read a mail and pressed twice so soon; who scans mail does it before it is delivered. */
const FAST = 5_000;
export const BURST_WINDOW = 5_000;
/** So many confirmations within the window are more than a list has from people, and so many of one domain more than an office has. */
export const BURST = 10;
const BURST_OF_DOMAIN = 3;

/**
 * Programs that open links: filters of mail by their own names, services that show a preview of a link, and what scripts
 * are written with. Names after the public list crawler-user-agents (MIT) and what mail filters are known to send. Many filters call
 * themselves a browser: the other doubts are for those. (A Cubot is a telephone.)
 */
const PROGRAMS =
  /(?<!cu)bot\b|crawl|spider|slurp|preview|scanner|linkcheck|urlcheck|proofpoint|urldefense|mimecast|barracuda|ironport|cisco|tmes|trend ?micro|fortinet|fortimail|sophos|symantec|messagelabs|forcepoint|zscaler|checkpoint|vade ?secure|safelinks|msoffice|ms-office|microsoft office|microsoft exchange|googleimageproxy|yahoomailproxy|facebookexternal|facebookcatalog|whatsapp|headlesschrome|phantomjs|puppeteer|playwright|selenium|curl|wget|python|aiohttp|go-http|java\/|okhttp|httpclient|axios|node-fetch|undici|libwww|guzzle|dalvik\/|cfnetwork|restsharp|powershell/i;

/** What makes it doubtful that a person pressed a button, by the request alone. */
export function doubtsOfPress({ userAgent, isFromPage }: Press): Doubt[] {
  const agent = userAgent ?? "";
  const isProgram = agent === "" || PROGRAMS.test(agent);
  // Browsers have named the page with every form since 2020: what says it is one and does not is none.
  const isNoForm = agent.startsWith("Mozilla/") && !isFromPage;
  return isProgram || isNoForm ? ["scanner"] : [];
}

/** What makes it doubtful that a person confirmed, in the order of CONFIRMATION_FLAGS. */
export function doubtsOf({ now, sentAt, others, sameDomain }: Moment, press: Press): Doubt[] {
  const isFast = sentAt !== null && now - sentAt < FAST;
  const isBurst = others + 1 >= BURST || sameDomain + 1 >= BURST_OF_DOMAIN;
  return [...(isFast ? ["fast" as const] : []), ...(isBurst ? ["burst" as const] : []), ...doubtsOfPress(press)];
}
