import type { Host } from "./host.ts";

export interface FieldFault {
  path: string;
  code: string;
}

/** A reply of the worker: what was asked, or the code of a refusal. "offline" when there was no reply at all. */
export type Reply<T> = { ok: true; body: T } | { ok: false; code: string; errors: readonly FieldFault[] };

export interface Call {
  method?: "GET" | "POST";
  body?: object;
  headers?: Record<string, string>;
  /** Whether to send the panel token, when somebody is signed in. */
  signed?: boolean;
}

/** Calls the worker. Never throws: every failure is a code. A panel token that cannot be had is "unauthorized", never left out. */
export async function call<T>(
  host: Host,
  path: string,
  { method = "GET", body, headers, signed }: Call = {},
): Promise<Reply<T>> {
  const sent: Record<string, string> = { ...headers };
  if (body) sent["Content-Type"] = "application/json";
  if (signed) {
    try {
      const token = await host.token();
      if (token) sent["Authorization"] = `Bearer ${token}`;
    } catch {
      return { ok: false, code: "unauthorized", errors: [] };
    }
  }
  const response = await fetch(`${host.origin}${path}?surface=${host.config.surface}&lang=${host.lang}`, {
    method,
    headers: sent,
    credentials: "omit",
    ...(body ? { body: JSON.stringify(body) } : {}),
  }).catch(() => undefined);
  if (!response) return { ok: false, code: "offline", errors: [] };
  // A reply that is not ours (a proxy's page, a café's) is a failure, whatever its status says.
  const reply = await response.json().catch(() => undefined);
  if (response.ok && reply) return { ok: true, body: reply };
  return { ok: false, code: reply?.code ?? "internal", errors: reply?.errors ?? [] };
}
