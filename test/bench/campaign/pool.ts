/** What nodemailer's own pool does in plain Node with as many mails of the same size to the same server. */
import { createTransport } from "nodemailer";
import PostalMime from "postal-mime";

/** Connections that are open at the same time: as many as a batch of the worker's has. */
const CONNECTIONS = 5;

/** Sends copies of a mail to so many addresses; gives mails a second. */
export async function poolRate(port: number, sample: string, mails: number): Promise<number> {
  const { subject = "", text = "", html = "", headers } = await PostalMime.parse(sample);
  const header = (name: string) => headers.find(({ key }) => key === name)?.value ?? "";
  const transport = createTransport({
    ...{ pool: true, host: "127.0.0.1", port, ignoreTLS: true },
    ...{ maxConnections: CONNECTIONS, maxMessages: Number.POSITIVE_INFINITY },
  });
  const began = performance.now();
  let next = 0;
  const work = async () => {
    for (let number = next++; number < mails; number = next++) {
      await transport.sendMail({
        ...{ from: "Voorbeeld Hosting <post@example.nl>", to: `pool${number}@example.nl`, subject, text, html },
        headers: {
          "List-Unsubscribe": header("list-unsubscribe"),
          "List-Unsubscribe-Post": header("list-unsubscribe-post"),
        },
      });
    }
  };
  // Twice as many wait as are sent, so that no connection ever does.
  await Promise.all(Array.from({ length: 2 * CONNECTIONS }, work));
  const seconds = (performance.now() - began) / 1000;
  transport.close();
  return mails / seconds;
}
