import { z } from "zod";
import { ROLES, SCOPES } from "../platform/access.ts";
import { emailField } from "../platform/address.ts";
import { LANGUAGES } from "../platform/languages.ts";

/** A name people read: one line, no control characters. */
const name = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^\P{Cc}*$/u);

export const passkeyNameShape = z.object({ name });

export const signInShape = z.object({ email: emailField });

export const inviteShape = z.object({ email: emailField, name, role: z.enum(ROLES), lang: z.enum(LANGUAGES) });
export type Invitation = z.output<typeof inviteShape>;

/** What an edit of a member says, with the version of the member it was made from. */
export const editShape = z.object({
  name,
  role: z.enum(ROLES),
  lang: z.enum(LANGUAGES),
  version: z.coerce.number().int(),
});
export type MemberEdit = z.output<typeof editShape>;

export const ownEditShape = editShape.omit({ role: true });

export const versionShape = z.object({ version: z.coerce.number().int() });

export const roleRuleShape = z.object({
  role: z.enum(ROLES),
  demandsPasskey: z.stringbool(),
  version: z.coerce.number().int(),
});

export const keyShape = z.object({ name, scopes: z.array(z.literal(SCOPES)).min(1) });
export type NewKey = z.output<typeof keyShape>;

const base64url = z
  .string()
  .regex(/^[\w-]*$/)
  .max(8_192);
const text = z.string().max(64);

/** A registration (WebAuthn section 5.1, RegistrationResponseJSON). */
export const registrationShape = z.object({
  id: base64url.min(1).max(1_366),
  rawId: base64url,
  type: z.literal("public-key"),
  clientExtensionResults: z.object({}).default({}),
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: z.array(text).max(10).default([]),
  }),
});

/** An assertion (WebAuthn section 5.1, AuthenticationResponseJSON). */
export const assertionShape = z.object({
  id: base64url.min(1).max(1_366),
  rawId: base64url,
  type: z.literal("public-key"),
  clientExtensionResults: z.object({}).default({}),
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: base64url.exactOptional(),
  }),
});
