import type { Runtime } from "./runtime.ts";

/** Every family of KV keys. Described in personal-data.ts beside this; this file alone touches the binding. */
export type KvFamily = "mailbox" | "ledger-head" | "suppression" | "suppression-scan";

/** A key as it stands in KV. */
export const keyOf = (family: KvFamily, name: string) => `${family}/${name}`;

/** Keeps a JSON value under a family and name for `seconds`. */
export async function putJson(
  rt: Runtime,
  family: KvFamily,
  name: string,
  value: object,
  seconds: number,
): Promise<void> {
  await rt.bindings.KV.put(keyOf(family, name), JSON.stringify(value), { expirationTtl: seconds });
}

/** Keeps a JSON value under a family and name until another takes its place. */
export async function keepJson(rt: Runtime, family: KvFamily, name: string, value: object): Promise<void> {
  await rt.bindings.KV.put(keyOf(family, name), JSON.stringify(value));
}

/** As `keepJson`, for a small value (1 KB) that `listKept` is to give. */
export async function keepListed(rt: Runtime, family: KvFamily, name: string, value: object): Promise<void> {
  await rt.bindings.KV.put(keyOf(family, name), JSON.stringify(value), { metadata: value });
}

/** The value under a family and name. One written elsewhere a minute ago may not show yet. */
export async function getJson<T>(rt: Runtime, family: KvFamily, name: string): Promise<T | undefined> {
  return (await rt.bindings.KV.get<T>(keyOf(family, name), "json")) ?? undefined;
}

/** The values under names of a family, by name: at most 100 names, in one call. */
export async function getEach<T>(
  rt: Runtime,
  family: KvFamily,
  names: readonly string[],
): Promise<ReadonlyMap<string, T>> {
  if (names.length === 0) return new Map();
  const values = await rt.bindings.KV.get<T>(
    names.map((name) => keyOf(family, name)),
    "json",
  );
  const pairs = names.map((name) => [name, values.get(keyOf(family, name))] as const);
  return new Map(pairs.filter((pair): pair is readonly [string, T & {}] => pair[1] != null));
}

/** Takes a value away. */
export async function dropKey(rt: Runtime, family: KvFamily, name: string): Promise<void> {
  await rt.bindings.KV.delete(keyOf(family, name));
}

/** A thousand values of a family that `keepListed` kept, by name, from `cursor` on, in one call; where the next begin, null at the end. */
export async function listKept<T>(
  rt: Runtime,
  family: KvFamily,
  cursor: string | null,
): Promise<{ found: ReadonlyMap<string, T>; cursor: string | null }> {
  const prefix = keyOf(family, "");
  const page = await rt.bindings.KV.list<T>({ prefix, cursor });
  const pairs = page.keys.map(({ name, metadata }) => [name.slice(prefix.length), metadata] as const);
  return {
    found: new Map(pairs.filter((pair): pair is readonly [string, T & {}] => pair[1] != null)),
    cursor: page.list_complete ? null : page.cursor,
  };
}

/** The values of a family in the order of their names, at most `limit` (100 or fewer). */
export async function listJson<T>(rt: Runtime, family: KvFamily, limit: number): Promise<T[]> {
  const { keys } = await rt.bindings.KV.list({ prefix: keyOf(family, ""), limit });
  if (keys.length === 0) return [];
  const names = keys.map((key) => key.name);
  const values = await rt.bindings.KV.get<T>(names, "json");
  return names.map((name) => values.get(name)).filter((value): value is T => value != null);
}
