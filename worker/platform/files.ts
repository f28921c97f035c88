import type { Runtime } from "./runtime.ts";

/** Every family of objects in R2. Described in personal-data.ts beside this; this file alone touches the binding. */
export type FileFamily = "files" | "originals";

/** An object's key as it stands in R2. */
export const fileKey = (family: FileFamily, id: string) => `${family}/${id}`;

/** Keeps bytes under a family and id; the same id again takes their place. */
export async function keepFile(rt: Runtime, family: FileFamily, id: string, bytes: Uint8Array): Promise<void> {
  await rt.bindings.FILES.put(fileKey(family, id), bytes);
}

/** The bytes under a family and id; undefined when there are none. */
export async function readFile(rt: Runtime, family: FileFamily, id: string): Promise<Uint8Array | undefined> {
  const found = await rt.bindings.FILES.get(fileKey(family, id));
  return found ? new Uint8Array(await found.arrayBuffer()) : undefined;
}

/** The bytes under a family and id as a stream, however many; undefined when there are none. */
export async function streamFile(rt: Runtime, family: FileFamily, id: string): Promise<ReadableStream | undefined> {
  return (await rt.bindings.FILES.get(fileKey(family, id)))?.body;
}

/** Takes objects away by their keys, at most 1,000. */
export async function dropFiles(rt: Runtime, keys: readonly string[]): Promise<void> {
  if (keys.length > 0) await rt.bindings.FILES.delete([...keys]);
}
