import { type Call, call, type Reply } from "../api.ts";
import type { Host } from "../host.ts";

/** Sends a form with its proof of work. */
export interface Sender {
  /** Starts the proof of work; called when the visitor begins to type, so that it is done by the time they send. */
  prepare(): void;
  /** Sends; a proof that ran out or was used is made once more by itself. */
  send<T>(path: string, body: object, options?: Omit<Call, "body" | "method">): Promise<Reply<T>>;
}

export function createSender(host: Host): Sender {
  let proof: Promise<string | undefined> | undefined;

  const prove = async () => {
    const reply = await call<{ challenge: never | null }>(host, "/v1/challenge");
    if (!reply.ok || reply.body.challenge === null) return undefined;
    return (await import("../challenge.ts")).solve(reply.body.challenge);
  };
  const prepare = () => {
    proof ??= prove().catch(() => undefined);
    return proof;
  };

  return {
    prepare: () => void prepare(),
    async send<T>(path: string, body: object, options: Omit<Call, "body" | "method"> = {}) {
      const once = async () => {
        const challenge = await prepare();
        proof = undefined;
        return call<T>(host, path, { ...options, method: "POST", body: { ...body, challenge } });
      };
      const reply = await once();
      return !reply.ok && reply.code.startsWith("challenge_") ? once() : reply;
    },
  };
}
