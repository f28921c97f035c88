import type { Host } from "./host.ts";

export interface FieldFault {
  path: string;
  code: string;
}

/** A reply of the worker: what was asked, or the code of a refusal. "offline" when there was no reply at all. */
export type Reply<T> = { ok: true; body: T } | { ok: false; code: string; errors: readonly FieldFault[] };

export interface Call {
  method?: "GET" | "POST" | "PUT" | "DELETE";
  /** Goes as JSON, but for a file. */
  body?: object;
  headers?: Record<string, string>;
  /** Whether to send the panel token, when somebody is signed in. */
  signed?: boolean;
  /** What sends it instead of fetch. */
  by?(url: string, init: RequestInit & { headers: Record<string, string> }): Promise<Pick<Response, "ok" | "text">>;
}

const TOKEN_LIMIT = 10_000;
const LIMIT = 20_000;

export const refusal = (code: string, errors: readonly FieldFault[] = []) => ({ ok: false, code, errors }) as const;

/**
 * Calls the worker. Never throws and never hangs: every failure is a code. A panel token that cannot be had is
 * "unauthorized", never left out.
 */
export async function call<T>(
  host: Host,
  path: string,
  { method = "GET", body, headers, signed, by = fetch }: Call = {},
): Promise<Reply<T>> {
  const sent: Record<string, string> = { ...headers };
  const isFile = body instanceof Blob;
  if (body) sent["Content-Type"] = `application/${isFile ? "octet-stream" : "json"}`;
  if (signed) {
    try {
      const late = new Promise<never>((_, reject) => setTimeout(reject, TOKEN_LIMIT));
      const token = await Promise.race([host.token(), late]);
      if (token) sent["Authorization"] = `Bearer ${token}`;
    } catch {
      return refusal("unauthorized");
    }
  }
  const reply = await by(
    `${host.origin}${path}${path.includes("?") ? "&" : "?"}surface=${host.config.surface}&lang=${host.lang}`,
    {
      method,
      headers: sent,
      credentials: "omit",
      signal: AbortSignal.timeout(LIMIT),
      ...(body ? { body: isFile ? body : JSON.stringify(body) } : {}),
    },
  )
    .then(async (response) => ({ isFine: response.ok, text: await response.text() }))
    .catch(() => undefined);
  if (!reply) return refusal("offline");
  try {
    const found = JSON.parse(reply.text);
    if (reply.isFine && found) return { ok: true, body: found };
    if (typeof found.code === "string") return refusal(found.code, found.errors);
  } catch {
    // A reply that is not ours (a proxy's page, a café's) is a failure, whatever its status says.
  }
  return refusal("internal");
}
