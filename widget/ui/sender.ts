import { type Call, call, type Reply, refusal } from "../api.ts";
import type { Host } from "../host.ts";

/** Sends a form with its proof of work. */
export interface Sender {
  /** Starts the proof of work; called when the visitor begins to type, so that it is done by the time they send. */
  prepare(): void;
  /** Sends values, or a file; a proof that ran out or was used is made once more by itself. */
  send<T>(path: string, body: object, options?: Omit<Call, "body" | "method">): Promise<Reply<T>>;
}

/** What goes along with a form: nothing when no proof is asked for. */
type Proof = Reply<{ challenge?: string | undefined }>;

export function createSender(host: Host): Sender {
  let proof: Promise<Proof> | undefined;

  const prove = async (): Promise<Proof> => {
    const reply = await call<{ challenge: never | null }>(host, "/v1/challenge");
    if (!reply.ok) return reply.code === "rate_limited" ? reply : refusal("offline");
    const { challenge } = reply.body;
    if (challenge === null) return { ok: true, body: {} };
    const solver = await import("../challenge.ts").catch(() => undefined);
    if (!solver) return refusal("offline");
    return { ok: true, body: { challenge: await solver.solve(challenge).catch(() => undefined) } };
  };
  const prepare = () => {
    proof ??= prove();
    return proof;
  };

  return {
    prepare: () => void prepare(),
    async send<T>(path: string, body: object, options: Omit<Call, "body" | "method"> = {}) {
      const once = async () => {
        // What failed while the visitor typed may work by now.
        let found = await prepare();
        if (!found.ok) found = await prove();
        proof = undefined;
        if (!found.ok) return found;
        const more = { ...options, method: "POST" as const };
        return body instanceof Blob
          ? call<T>(host, path, { ...more, body, headers: { ...more.headers, Challenge: found.body.challenge ?? "" } })
          : call<T>(host, path, { ...more, body: { ...body, ...found.body } });
      };
      const reply = await once();
      return !reply.ok && reply.code.startsWith("challenge_") ? once() : reply;
    },
  };
}
