import { z } from "zod";
import { emailField } from "../platform/address.ts";
import { LANGUAGES } from "../platform/languages.ts";
import { nameField } from "./shapes.ts";

const sha256Field = z.string().regex(/^[0-9a-f]{64}$/);

/** The form of the preference centre. `seen` are the topics that it showed as ticked, `wording` the words it showed. */
export const choiceShape = z.object({
  topics: z.array(z.string()).max(100),
  seen: z.array(z.string()).max(100),
  wording: sha256Field,
  language: z.enum(LANGUAGES),
  name: nameField,
});

export const moveShape = z.object({ email: emailField });

/** The form by which somebody who is not a subscriber any more asks to be one again. */
export const rejoinShape = z.object({ topics: z.array(z.string()).min(1).max(100), wording: sha256Field });
