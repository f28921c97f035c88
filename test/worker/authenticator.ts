/**
 * An authenticator in software (WebAuthn level 3): one ES256 key pair for one site, as a passkey. Each part of what it
 * answers can be made wrong.
 */
import { base64url, utf8 } from "../../worker/platform/bytes.ts";
import { ORIGIN } from "./house.ts";

/** What an answer says of how it was made; by default as a good authenticator on our own page. */
export interface Ceremony {
  challenge: string;
  origin?: string;
  rpId?: string;
  type?: string;
  /** Whether somebody touched it, and whether it knows who (fingerprint, PIN). */
  isPresent?: boolean;
  isVerified?: boolean;
  /** What the signature counter says; it says 0 for good unless told otherwise. */
  counter?: number;
}

export interface Authenticator {
  id: string;
  /** Answers to navigator.credentials.create, as JSON. */
  create(ceremony: Ceremony): Promise<string>;
  /** Answers to navigator.credentials.get, as JSON; `by` signs instead. */
  get(ceremony: Ceremony, by?: Authenticator): Promise<string>;
  sign(data: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>;
}

const join = (...parts: Uint8Array[]): Uint8Array<ArrayBuffer> => new Uint8Array(parts.flatMap((part) => [...part]));
const bytes = (...values: number[]) => new Uint8Array(values);
const hash = async (data: Uint8Array<ArrayBuffer>) => new Uint8Array(await crypto.subtle.digest("SHA-256", data));

// CBOR (RFC 8949), as far as it is needed: a head is a major type and a length or value below 65,536.
const head = (major: number, value: number): Uint8Array =>
  value < 24
    ? bytes((major << 5) | value)
    : value < 256
      ? bytes((major << 5) | 24, value)
      : bytes((major << 5) | 25, value >> 8, value & 255);
const integer = (value: number) => (value < 0 ? head(1, -1 - value) : head(0, value));
const data = (value: Uint8Array) => join(head(2, value.length), value);
const text = (value: string) => join(head(3, value.length), utf8(value));
const map = (...pairs: [key: Uint8Array, value: Uint8Array][]) => join(head(5, pairs.length), ...pairs.flat());

/** An ECDSA signature as WebAuthn has it: DER (section 6.5.5) instead of WebCrypto's r and s side by side. */
function der(signature: Uint8Array): Uint8Array<ArrayBuffer> {
  const number = (part: Uint8Array) => {
    const short = part.subarray(part.findIndex((byte) => byte !== 0));
    const positive = (short[0] ?? 0) < 128 ? short : join(bytes(0), short);
    return join(bytes(2, positive.length), positive);
  };
  const numbers = join(number(signature.subarray(0, 32)), number(signature.subarray(32)));
  return join(bytes(0x30, numbers.length), numbers);
}

const clientData = ({ challenge, origin = ORIGIN, type }: Ceremony, usual: string) =>
  utf8(JSON.stringify({ type: type ?? usual, challenge, origin, crossOrigin: false }));

/** Authenticator data (section 6.1): the site, the flags, the counter, and of a new passkey its id and key. */
async function authenticatorData(
  { rpId = new URL(ORIGIN).hostname, isPresent = true, isVerified = true, counter = 0 }: Ceremony,
  attested?: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const flags = (isPresent ? 1 : 0) | (isVerified ? 4 : 0) | (attested ? 64 : 0);
  const counted = bytes(counter >>> 24, (counter >> 16) & 255, (counter >> 8) & 255, counter & 255);
  return join(await hash(utf8(rpId)), bytes(flags), counted, attested ?? bytes());
}

export async function newAuthenticator(): Promise<Authenticator> {
  const pair = (await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, [
    "sign",
    "verify",
  ])) as CryptoKeyPair;
  const point = new Uint8Array((await crypto.subtle.exportKey("raw", pair.publicKey)) as ArrayBuffer);
  const rawId = crypto.getRandomValues(new Uint8Array(16));
  const id = base64url(rawId);
  // COSE key (RFC 9053 section 7.1.1): type EC2, algorithm ES256, curve P-256, x and y.
  const key = map(
    [integer(1), integer(2)],
    [integer(3), integer(-7)],
    [integer(-1), integer(1)],
    [integer(-2), data(point.subarray(1, 33))],
    [integer(-3), data(point.subarray(33))],
  );
  const credential = { id, rawId: id, type: "public-key", clientExtensionResults: {} };
  const sign: Authenticator["sign"] = async (signed) =>
    der(new Uint8Array(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, pair.privateKey, signed)));
  const self: Authenticator = {
    id,
    sign,
    async create(ceremony) {
      const attested = join(new Uint8Array(16), bytes(0, rawId.length), rawId, key);
      const attestation = map(
        [text("fmt"), text("none")],
        [text("attStmt"), map()],
        [text("authData"), data(await authenticatorData(ceremony, attested))],
      );
      return JSON.stringify({
        ...credential,
        response: {
          clientDataJSON: base64url(clientData(ceremony, "webauthn.create")),
          attestationObject: base64url(attestation),
          transports: ["internal"],
        },
      });
    },
    async get(ceremony, by = self) {
      const client = clientData(ceremony, "webauthn.get");
      const authenticator = await authenticatorData(ceremony);
      return JSON.stringify({
        ...credential,
        response: {
          clientDataJSON: base64url(client),
          authenticatorData: base64url(authenticator),
          signature: base64url(await by.sign(join(authenticator, await hash(client)))),
        },
      });
    },
  };
  return self;
}
