import { CONFIRM_WORDINGS } from "./wording.ts";

/** What the newsletter's pages say. */
export const PAGE_WORDS = {
  nl: {
    confirm: {
      title: "Bevestig je aanmelding",
      text: CONFIRM_WORDINGS.nl[0],
      label: "Aanmelding bevestigen",
    },
    confirmed: [
      "Je bent aangemeld",
      "We stuurden je een mail ter bevestiging. Daarin staat ook hoe je je weer afmeldt.",
    ],
    leave: {
      title: "Afmelden voor de nieuwsbrief",
      text: "Klik op de knop. Daarna krijg je geen nieuwsbrief meer van ons.",
      label: "Afmelden",
    },
    left: ["Je bent afgemeld", "Je krijgt geen nieuwsbrief meer van ons. Je hoeft niets meer te doen."],
  },
  en: {
    confirm: {
      title: "Confirm your sign-up",
      text: CONFIRM_WORDINGS.en[0],
      label: "Confirm sign-up",
    },
    confirmed: ["You are signed up", "We sent you a mail to confirm. It also says how to leave again."],
    leave: {
      title: "Leave the newsletter",
      text: "Press the button. After that you get no newsletter from us.",
      label: "Unsubscribe",
    },
    left: ["You have left", "You get no newsletter from us any more. There is nothing left to do."],
  },
} as const;
