import type { FieldCode, RefusalCode } from "./errors.ts";
import type { Language } from "./languages.ts";

type Words = Readonly<Record<RefusalCode, { title: string; advice: string }>>;

/** What a page says of each refusal: what is the matter, and what the reader can do. */
export const REFUSAL_WORDS: Readonly<Record<Language, Words>> = {
  nl: {
    malformed_body: { title: "We konden dit niet lezen", advice: "Ga terug en probeer het nog een keer." },
    token_invalid: {
      title: "Deze link klopt niet",
      advice: "Kopieer de hele link uit de mail, of vraag een nieuwe aan.",
    },
    unauthorized: { title: "Je bent niet aangemeld", advice: "Meld je aan en probeer het nog een keer." },
    forbidden: { title: "Dit mag je niet doen", advice: "Vraag het aan wie je de sleutel gaf." },
    origin_not_allowed: { title: "Deze pagina mag dit niet gebruiken", advice: "Ga naar onze eigen website." },
    // No word of reloading: that would put what was saved where their text is, while going back gives both that and a new form.
    form_stale: { title: "Dit formulier is verlopen", advice: "Ga terug en verstuur het nog een keer." },
    unknown_customer: { title: "Deze klant kennen we niet", advice: "Controleer het klantnummer." },
    passkey_needed: { title: "Meld je aan met je passkey", advice: "Voor jouw rol is een passkey nodig." },
    not_found: { title: "Deze pagina bestaat niet", advice: "Controleer het adres, of lees het privacybeleid." },
    unknown_surface: { title: "Deze plek kennen we niet", advice: "Controleer het adres." },
    method_not_allowed: { title: "Dat kan hier niet", advice: "Ga terug en gebruik de knop op de pagina." },
    version_published: { title: "Deze versie staat vast", advice: "Een gepubliceerde versie verandert nooit meer." },
    version_overlaps: {
      title: "Deze versie valt samen met een andere",
      advice: "Kies dagen die na die van de vorige versie liggen.",
    },
    not_in_review: {
      title: "Dat kan nu niet met deze versie",
      advice: "Laad de pagina opnieuw en bekijk hoe ver zij is.",
    },
    customer_closed: {
      title: "Deze klant is afgesloten",
      advice: "Een klantnummer wordt nooit opnieuw gebruikt. Registreer de klant opnieuw.",
    },
    number_not_issued: {
      title: "Dit klantnummer is niet uitgegeven",
      advice: "Controleer het nummer, of laat er een uitgeven.",
    },
    import_not_ready: {
      title: "Dat kan nu niet met deze import",
      advice: "Laad de pagina opnieuw en bekijk hoe ver hij is.",
    },
    campaign_not_ready: {
      title: "Dat kan nu niet met deze nieuwsbrief",
      advice: "Laad de pagina opnieuw en bekijk hoe ver hij is.",
    },
    no_recipients: {
      title: "Niemand zou deze nieuwsbrief krijgen",
      advice: "Kies andere onderwerpen of een ander segment.",
    },
    smtp_needed: {
      title: "Nieuwsbrieven gaan alleen via SMTP",
      advice: "Vraag wie Fineprint beheert om MAIL_TRANSPORT op smtp te zetten.",
    },
    campaign_withdrawn: {
      title: "Deze nieuwsbrief is ingetrokken",
      advice: "Hij is niet meer te lezen. De andere vind je bij alle nieuwsbrieven.",
    },
    segment_gone: {
      title: "Het segment van deze nieuwsbrief bestaat niet meer",
      advice: "Kies een ander segment, of geen.",
    },
    segment_in_use: {
      title: "Een nieuwsbrief gebruikt dit segment nog",
      advice: "Wacht tot die verstuurd is, of kies daar een ander segment.",
    },
    conversation_archived: {
      title: "Dit gesprek staat in het archief",
      advice: "Open het daar. Dat je het leest, wordt vastgelegd.",
    },
    answered_meanwhile: {
      title: "Er is intussen iets bij gekomen",
      advice: "Bekijk wat er veranderde en verstuur je antwoord daarna nog een keer. Je tekst is bewaard.",
    },
    action_not_ready: {
      title: "Dat kan nu niet met deze actie",
      advice: "Laad de pagina opnieuw en bekijk hoe ver zij is.",
    },
    mail_stopped: {
      title: "Dit adres krijgt geen mail meer",
      advice: "Mail aan dit adres is stopgezet. Een medewerker kan dat ongedaan maken.",
    },
    edited_meanwhile: {
      title: "Iemand anders was je voor",
      advice: "Bekijk wat er veranderde en sla het daarna nog een keer op.",
    },
    last_owner: {
      title: "Er moet een eigenaar blijven",
      advice: "Maak eerst een ander eigenaar.",
    },
    not_sealed_yet: {
      title: "Dit is nog niet verzegeld",
      advice: "Probeer het over een kwartier nog een keer.",
    },
    challenge_used: {
      title: "Dit is al een keer verstuurd",
      advice: "Laad de pagina opnieuw en probeer het nog eens.",
    },
    token_expired: { title: "Deze link is verlopen", advice: "Vraag een nieuwe aan op onze website." },
    token_used: { title: "Deze link is al gebruikt", advice: "Je hoeft niets meer te doen." },
    body_too_large: { title: "Dit is te groot", advice: "Maak je bericht korter en probeer het nog eens." },
    unsupported_media_type: { title: "Dit kunnen we niet lezen", advice: "Gebruik het formulier op onze website." },
    invalid_input: { title: "Er klopt iets niet", advice: "Ga terug en vul de velden goed in." },
    challenge_invalid: {
      title: "De controle tegen spam is niet gelukt",
      advice: "Laad de pagina opnieuw en probeer het nog eens.",
    },
    passkey_invalid: {
      title: "Deze passkey werkte niet",
      advice: "Probeer het nog een keer, of vraag een aanmeldlink aan.",
    },
    file_refused: {
      title: "Dit bestand nemen we niet aan",
      advice: "Kies een kleiner bestand, of een van een ander soort: een foto, een pdf of gewone tekst.",
    },
    looks_automated: {
      title: "Dit lijkt niet door een mens verstuurd",
      advice: "Laat het verborgen veld leeg en probeer het nog eens.",
    },
    idempotency_key_reused: { title: "Dit is al een keer verstuurd", advice: "Laad de pagina opnieuw." },
    rate_limited: { title: "Dat gaat wat snel", advice: "Wacht een minuut en probeer het nog eens." },
    panel_keys_unavailable: {
      title: "We konden je aanmelding niet controleren",
      advice: "Probeer het over een minuut nog eens.",
    },
    internal: { title: "Er ging bij ons iets mis", advice: "Probeer het later nog eens." },
  },
  en: {
    malformed_body: { title: "We could not read this", advice: "Go back and try again." },
    token_invalid: {
      title: "This link is not right",
      advice: "Copy the whole link from the mail, or ask for a new one.",
    },
    unauthorized: { title: "You are not signed in", advice: "Sign in and try again." },
    forbidden: { title: "You may not do this", advice: "Ask whoever gave you the key." },
    origin_not_allowed: { title: "This page may not use this", advice: "Please go to our own website." },
    form_stale: { title: "This form has expired", advice: "Go back and send it again." },
    unknown_customer: { title: "We do not know this customer", advice: "Check the customer number." },
    passkey_needed: { title: "Sign in with your passkey", advice: "Your role needs a passkey." },
    not_found: { title: "This page does not exist", advice: "Check the address, or read the privacy policy." },
    unknown_surface: { title: "We do not know this place", advice: "Check the address." },
    method_not_allowed: { title: "That is not possible here", advice: "Go back and use the button on the page." },
    version_published: { title: "This version is final", advice: "A published version never changes." },
    version_overlaps: {
      title: "This version overlaps with another",
      advice: "Choose days that lie after those of the version before.",
    },
    not_in_review: {
      title: "That cannot be done with this version now",
      advice: "Reload the page and see how far it is.",
    },
    customer_closed: {
      title: "This customer is closed",
      advice: "A customer number is never used again. Register the customer anew.",
    },
    number_not_issued: {
      title: "This customer number was not given out",
      advice: "Check the number, or have one given out.",
    },
    import_not_ready: {
      title: "That cannot be done with this import now",
      advice: "Reload the page and see how far it is.",
    },
    campaign_not_ready: {
      title: "That cannot be done with this newsletter now",
      advice: "Reload the page and see how far it is.",
    },
    no_recipients: {
      title: "Nobody would get this newsletter",
      advice: "Choose other topics or another segment.",
    },
    smtp_needed: {
      title: "Newsletters go by SMTP only",
      advice: "Ask whoever runs Fineprint to set MAIL_TRANSPORT to smtp.",
    },
    campaign_withdrawn: {
      title: "This newsletter was withdrawn",
      advice: "It can no longer be read. You find the others among all newsletters.",
    },
    segment_gone: {
      title: "The segment of this newsletter is gone",
      advice: "Choose another segment, or none.",
    },
    segment_in_use: {
      title: "A newsletter still uses this segment",
      advice: "Wait until it is sent, or choose another segment there.",
    },
    conversation_archived: {
      title: "This conversation is in the archive",
      advice: "Open it there. That you read it is recorded.",
    },
    answered_meanwhile: {
      title: "This conversation has gone on meanwhile",
      advice: "See what changed, then send your answer again. Your text is kept.",
    },
    action_not_ready: {
      title: "That cannot be done with this action now",
      advice: "Reload the page and see how far it is.",
    },
    mail_stopped: {
      title: "This address gets no more mail",
      advice: "Mail to this address was stopped. A member of staff can undo that.",
    },
    edited_meanwhile: { title: "Someone else was first", advice: "See what changed, then save again." },
    last_owner: { title: "There must be an owner", advice: "Make somebody else an owner first." },
    not_sealed_yet: { title: "This is not sealed yet", advice: "Please try again in a quarter of an hour." },
    challenge_used: { title: "This was sent before", advice: "Reload the page and try again." },
    token_expired: { title: "This link has expired", advice: "Ask for a new one on our website." },
    token_used: { title: "This link was used before", advice: "There is nothing left to do." },
    body_too_large: { title: "This is too large", advice: "Make your message shorter and try again." },
    unsupported_media_type: { title: "We cannot read this", advice: "Please use the form on our website." },
    invalid_input: { title: "Something is not right", advice: "Go back and check the fields." },
    challenge_invalid: { title: "The check against spam failed", advice: "Reload the page and try again." },
    passkey_invalid: { title: "This passkey did not work", advice: "Try again, or ask for a sign-in link." },
    file_refused: {
      title: "We do not take this file",
      advice: "Choose a smaller file, or one of another kind: a photo, a PDF or plain text.",
    },
    looks_automated: {
      title: "This does not look sent by a person",
      advice: "Leave the hidden field empty and try again.",
    },
    idempotency_key_reused: { title: "This was sent before", advice: "Reload the page." },
    rate_limited: { title: "That is a little fast", advice: "Wait a minute and try again." },
    panel_keys_unavailable: { title: "We could not check your sign-in", advice: "Try again in a minute." },
    internal: { title: "Something went wrong here", advice: "Please try again later." },
  },
};

/** What a form says beside a field that is not right. */
export const FIELD_WORDS: Readonly<Record<Language, Readonly<Record<FieldCode, string>>>> = {
  nl: {
    required: "Vul dit veld in.",
    invalid: "Dit klopt niet. Gebruik gewone tekst op één regel.",
    invalid_email: "Dit is geen e-mailadres. Een adres ziet eruit als naam@voorbeeld.nl.",
    too_long: "Dit is te lang.",
    unknown_field: "Dit invulveld kennen we niet. Kies er een uit de lijst.",
    not_https: "Gebruik een adres dat met https:// begint.",
    too_tangled:
      "Deze opmaak is te ingewikkeld. Gebruik minder lijsten en citaten in elkaar, kortere alinea's, en minder haken, sterretjes en regels.",
    unknown_value: "Dit kennen we niet.",
    taken: "Dit is er al.",
    card_number: "Dit lijkt op een kaartnummer. Dat bewaren we nooit: gebruik het kenmerk van je betaalprovider.",
    check_digit: "Dit klantnummer klopt niet: het controlecijfer is anders.",
    closed: "Deze klant is afgesloten, en het nummer wordt nooit opnieuw gebruikt.",
    past: "Deze dag is al voorbij.",
    too_soon: "Dit is te vroeg: klanten moeten de tijd krijgen om het te lezen.",
    not_lower: "Dit kan niet lager: er verandert te veel.",
    too_large: "Dit is te groot: een bestand mag 10 MB zijn.",
    too_many: "Dit zijn er te veel: er kunnen tien bestanden mee.",
    dangerous: "Dit soort bestand kan schade doen. Dat nemen we niet aan.",
    gone: "Dit is er niet meer. Voeg het opnieuw toe.",
    invalid_sender: "Vul een e-mailadres in, of een domein zoals voorbeeld.nl.",
    own_address: "Dit is een adres of domein van jullie zelf.",
    invalid_number: "Vul een heel getal in. Dit kan hier niet.",
  },
  en: {
    required: "Please fill in this field.",
    invalid: "This is not right. Use plain text on one line.",
    invalid_email: "This is not an e-mail address. An address looks like name@example.com.",
    too_long: "This is too long.",
    unknown_field: "We do not know this field. Choose one of the list.",
    not_https: "Use an address that begins with https://.",
    too_tangled:
      "This markup is too tangled. Use fewer lists and quotes within each other, shorter paragraphs, and fewer brackets, asterisks and lines.",
    unknown_value: "We do not know this.",
    taken: "This is there already.",
    card_number: "This looks like a card number. We never keep those: use your payment provider's reference.",
    check_digit: "This customer number is not right: its check digit differs.",
    closed: "This customer is closed, and the number is never used again.",
    past: "This day has passed.",
    too_soon: "This is too soon: customers must have time to read it.",
    not_lower: "This cannot be lower: too much changes.",
    too_large: "This is too large: a file may have 10 MB.",
    too_many: "These are too many: ten files can go along.",
    dangerous: "A file of this kind can do harm. We do not take it.",
    gone: "This is not there any more. Please add it again.",
    invalid_sender: "Fill in an e-mail address, or a domain such as example.com.",
    own_address: "This is an address or domain of your own.",
    invalid_number: "Fill in a whole number. This one does not fit here.",
  },
};
