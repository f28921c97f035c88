/** What the tests of conversations share: mail that comes in, and what became of it. */

import { addressHash } from "../../worker/mail/suppression.ts";
import { hourFrom } from "./house.ts";
import { createInbound, INBOUND_ADDRESS } from "./inbound.ts";

/** A mail as somebody writes it. */
export interface Written {
  from: string;
  /** The address of ours that it is sent to. */
  to?: string;
  envelopeFrom?: string;
  /** Lines above all others, as servers on the way add them. */
  head?: string;
  headers?: Readonly<Record<string, string>>;
  text?: string;
}

export const messageTo = (to: string): string => `To: ${to}\n`;

/** A mail as it goes over the wire. */
export function rawOf({ from, to = INBOUND_ADDRESS, head, headers = {}, text = "" }: Written): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return `${head === undefined ? "" : `${head}\n`}${messageTo(to)}From: ${from}\n${lines.map((line) => `${line}\n`).join("")}\n${text}\n`;
}

type Row = Record<string, string | number | null>;

/** A house that reads mail, and what is to be known of its conversations. */
export function mailInbox(vars: Record<string, unknown> = {}) {
  const { house, take: takeRaw, addressOf } = createInbound(vars);
  return {
    house,
    takeRaw,
    take: (mail: Written) => takeRaw(mail.to ?? INBOUND_ADDRESS, rawOf(mail), mail.envelopeFrom ?? mail.from),
    conversationsOf: (email: string) =>
      house.rows<Row>("select * from conversations where email = ? order by seq", email),
    messagesIn: (id: unknown) => house.rows<Row>("select * from messages where conversation_id = ? order by seq", id),
    /** The address at which more of a conversation comes in. */
    replyAddress: (id: unknown) => addressOf("conversation", String(id)),
    /** As the list of suppressions knows an address. */
    hashOf: (email: string) => addressHash(house.rt, email),
    /** Moves the clock to the next hour, when what lapsed is dropped. */
    async sweep(): Promise<void> {
      house.clock.now = hourFrom(house.clock.now);
      await house.round();
      await house.round();
    },
  };
}
