import type { Language } from "../platform/languages.ts";
import type { Step } from "../platform/periods.ts";

const nl = {
  title: "Cijfers",
  intro:
    "We tellen wie erbij komt, wie weggaat en wat er terugkomt. We meten niet wie een mail opent of ergens op klikt: in onze mails zitten geen meetpixels, en links veranderen we niet.",
  back: "Alle nieuwsbrieven",
  from: "Vanaf",
  to: "Tot en met",
  by: "Per",
  steps: { day: "dag", week: "week", month: "maand" } satisfies Record<Step, string>,
  source: "Herkomst",
  everySource: "alle",
  otherSources: "andere",
  range: (from: string, to: string) =>
    `Van ${from} tot en met ${to}. Een dag loopt van middernacht tot middernacht UTC.`,
  growth: "Groei",
  joined: "Erbij",
  left: "Afgemeld",
  bounced: "Onbestelbaar",
  complained: "Klacht",
  net: "Groei",
  joinedTitle: "Wie erbij kwam, naar herkomst",
  joinedSummary: (count: string, best: string, most: string) =>
    `In totaal kwamen er ${count} bij. De meeste in de periode ${best}: ${most}.`,
  goneTitle: "Wie wegging, en waarom",
  goneSummary: (count: string, best: string, most: string) =>
    `In totaal gingen er ${count} weg. De meeste in de periode ${best}: ${most}.`,
  period: "Periode",
  total: "Samen",
  numbers: "Toon de getallen",
  noneJoined: "In deze periode kwam er niemand bij.",
  noneGone: "In deze periode ging er niemand weg.",
  none: "Er zijn geen getallen.",
  csv: "Download als CSV",
  campaigns: "Nieuwsbrieven naast elkaar",
  campaignsNone: "Er is nog geen nieuwsbrief verstuurd.",
  shareOf: "Deel van wat verstuurd is, per nieuwsbrief.",
  newsletter: "Nieuwsbrief",
  sent: "Verstuurd",
  waiting: "Wacht",
  failed: "Mislukt",
  dropped: "Vervallen",
  replied: "Antwoorden",
  outcome: "Wat ervan kwam",
  outcomeNote:
    "Onbestelbaar: de mail kwam later terug. Afgemeld: via deze nieuwsbrief. Klacht: de lezer meldde hem als ongewenst. Antwoorden: lezers die terugschreven.",
  droppedNote: "Vervallen: wie zich intussen afmeldde, of geen mail meer krijgt, kreeg hem niet.",
  notSent: "Er is nog niets verstuurd.",
  notCounted:
    "Er komt hier geen mail binnen (INBOUND_ADDRESS is leeg). Daarom tellen we geen onbestelbare mails, klachten en antwoorden.",
};

const en: typeof nl = {
  title: "Figures",
  intro:
    "We count who joins, who goes and what comes back. We do not measure who opens a mail or clicks on anything: our mails have no tracking pixels, and we leave links as they are.",
  back: "All newsletters",
  from: "From",
  to: "Up to and with",
  by: "By",
  steps: { day: "day", week: "week", month: "month" },
  source: "Source",
  everySource: "all",
  otherSources: "others",
  range: (from, to) => `From ${from} up to and with ${to}. A day runs from midnight to midnight UTC.`,
  growth: "Growth",
  joined: "Joined",
  left: "Left",
  bounced: "Undeliverable",
  complained: "Complaint",
  net: "Growth",
  joinedTitle: "Who joined, by source",
  joinedSummary: (count, best, most) => `${count} joined in all. Most of them in the period ${best}: ${most}.`,
  goneTitle: "Who went, and why",
  goneSummary: (count, best, most) => `${count} went in all. Most of them in the period ${best}: ${most}.`,
  period: "Period",
  total: "Together",
  numbers: "Show the numbers",
  noneJoined: "Nobody joined in this period.",
  noneGone: "Nobody went in this period.",
  none: "There are no numbers.",
  csv: "Download as CSV",
  campaigns: "Newsletters side by side",
  campaignsNone: "No newsletter has been sent yet.",
  shareOf: "Share of what was sent, for each newsletter.",
  newsletter: "Newsletter",
  sent: "Sent",
  waiting: "Waiting",
  failed: "Failed",
  dropped: "Dropped",
  replied: "Replies",
  outcome: "What came of it",
  outcomeNote:
    "Undeliverable: the mail came back later. Left: by way of this newsletter. Complaint: its reader reported it as unwanted. Replies: readers who wrote back.",
  droppedNote: "Dropped: who left meanwhile, or gets no mail any more, did not get it.",
  notSent: "Nothing has been sent yet.",
  notCounted:
    "No mail comes in here (INBOUND_ADDRESS is empty). So we count no undeliverable mails, complaints and replies.",
};

/** What the figures say. */
export const FIGURES: Readonly<Record<Language, typeof nl>> = { nl, en };
