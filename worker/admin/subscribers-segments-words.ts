import type { Language } from "../platform/languages.ts";

const nl = {
  segments: "Segmenten",
  segmentsIntro: "Een segment is een filter met een naam. Een nieuwsbrief kan naar een segment gaan.",
  noSegments: "Er zijn nog geen segmenten. Kies filters in de lijst met abonnees, en bewaar ze daar met een naam.",
  segment: "Segment",
  who: "Wie erbij hoort",
  everyone: "alle abonnees",
  count: "Aantal nu",
  wholeAddress:
    "Een segment zoekt niet naar één heel adres: het is een regel over velen. Zoek op een deel van het adres, of haal de zoekopdracht weg.",
  changed: "Gewijzigd",
  rename: "Naam veranderen",
  name: "Naam",
  refilter: "Filters veranderen",
  open: "Bekijken in de lijst",
  remove: "Segment verwijderen",
  removeTitle: (name: string) => `Segment ${name} verwijderen?`,
  removeText: "Alleen het filter gaat weg. Aan de abonnees verandert niets.",
  labels: "Interne onderwerpen",
  labelsIntro:
    "Merken die alleen jullie zien, om abonnees te vinden en te groeperen. Je geeft ze op de bladzijde van een abonnee, of aan velen tegelijk.",
  noLabels: "Er zijn nog geen interne onderwerpen.",
  label: "Intern onderwerp",
  labelHint: "Kort, bijvoorbeeld: beurs 2026.",
  members: "Abonnees",
  added: "Toegevoegd",
  change: "Wijzigen",
  add: "Toevoegen",
  addLabel: "Intern onderwerp toevoegen",
  removeLabel: "Verwijderen",
  removeLabelTitle: (name: string) => `Intern onderwerp ${name} verwijderen?`,
  removeLabelText: (count: string) =>
    `Het gaat ook weg bij de abonnees die het hebben (${count}). Een segment dat erop filtert, vindt daarna niemand meer.`,
  back: "Alle abonnees",
  done: {
    saved: "Opgeslagen.",
    removed: "Verwijderd.",
    added: "Toegevoegd.",
  } as Readonly<Record<string, string>>,
};

/** What the pages about segments and internal topics say. */
export const SEGMENTS: Readonly<Record<Language, typeof nl>> = {
  nl,
  en: {
    segments: "Segments",
    segmentsIntro: "A segment is a filter with a name. A newsletter can go to a segment.",
    noSegments:
      "There are no segments yet. Choose filters in the list of subscribers, and save them there under a name.",
    segment: "Segment",
    who: "Who belongs to it",
    everyone: "all subscribers",
    count: "Number now",
    wholeAddress:
      "A segment does not search for one whole address: it is a rule about many. Search for part of an address, or take the search away.",
    changed: "Changed",
    rename: "Change the name",
    name: "Name",
    refilter: "Change the filters",
    open: "See in the list",
    remove: "Remove the segment",
    removeTitle: (name) => `Remove the segment ${name}?`,
    removeText: "Only the filter goes. Nothing changes for the subscribers.",
    labels: "Internal topics",
    labelsIntro:
      "Marks that only you see, to find and group subscribers. You give them on the page of a subscriber, or to many at once.",
    noLabels: "There are no internal topics yet.",
    label: "Internal topic",
    labelHint: "Short, such as: fair 2026.",
    members: "Subscribers",
    added: "Added",
    change: "Change",
    add: "Add",
    addLabel: "Add an internal topic",
    removeLabel: "Remove",
    removeLabelTitle: (name) => `Remove the internal topic ${name}?`,
    removeLabelText: (count) =>
      `It also goes from the subscribers who have it (${count}). A segment that filters by it finds nobody then.`,
    back: "All subscribers",
    done: { saved: "Saved.", removed: "Removed.", added: "Added." },
  },
};
