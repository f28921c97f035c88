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
export async function call<T>(host: Host, path: string, { method = "GET", body, headers, signed }: Call = {}): Promise<Reply<T>> {
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
  try {
    const response = await fetch(`${host.origin}${path}?surface=${host.config.surface}&lang=${host.lang}`, {
      method,
      headers: sent,
      credentials: "omit",
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const reply = await response.json();
    return response.ok ? { ok: true, body: reply } : { ok: false, code: reply.code, errors: reply.errors ?? [] };
  } catch {
    return { ok: false, code: "offline", errors: [] };
  }
}
