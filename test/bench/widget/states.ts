/** What a page may show of the widget, and what that may cost (DESIGN.md 9). */
export interface State {
  name: string;
  /** What stands in the page's body. */
  elements: string;
  /** The elements that must have drawn themselves before the page counts as done. */
  draws: readonly string[];
  /** Whether the visitor has dismissed the notice; it is in embed.js all the same. */
  isDismissed: boolean;
  budget: { bytes: number; requests: number; script: number };
}

const NEWSLETTER = "<fineprint-newsletter></fineprint-newsletter>";
const CONTACT = "<fineprint-contact></fineprint-contact>";

export const STATES: readonly State[] = [
  {
    name: "nothing to show",
    elements: "",
    draws: [],
    isDismissed: true,
    budget: { bytes: 2_000, requests: 1, script: 5 },
  },
  {
    name: "banner showing",
    elements: "",
    draws: ["fineprint-banner"],
    isDismissed: false,
    budget: { bytes: 8_500, requests: 2, script: 20 },
  },
  {
    name: "newsletter form",
    elements: NEWSLETTER,
    draws: ["fineprint-newsletter"],
    isDismissed: true,
    budget: { bytes: 9_500, requests: 3, script: 25 },
  },
  {
    name: "contact form",
    elements: CONTACT,
    draws: ["fineprint-contact"],
    isDismissed: true,
    budget: { bytes: 9_500, requests: 3, script: 25 },
  },
  {
    name: "every view, one language",
    elements: NEWSLETTER + CONTACT,
    draws: ["fineprint-banner", "fineprint-newsletter", "fineprint-contact"],
    isDismissed: false,
    budget: { bytes: 20_000, requests: Number.POSITIVE_INFINITY, script: Number.POSITIVE_INFINITY },
  },
];

/** A plain page with or without the snippet of docs/embed.md. */
export function pageOf({ elements }: State, hasWidget: boolean): string {
  const snippet = hasWidget ? '<script type="module" src="/embed.js?surface=site"></script>' : "";
  return `<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Bench</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width, initial-scale=1">${snippet}</head>
<body><h1>Voorbeeld Hosting</h1><p>Een pagina van een hostingbedrijf.</p>${elements}</body></html>`;
}
