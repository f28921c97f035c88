import { startOfDay } from "../platform/calendar.ts";
import { Refusal } from "../platform/errors.ts";
import type { Runtime } from "../platform/runtime.ts";
import type { VersionState } from "./feed-shapes.ts";
import type { Version } from "./store.ts";
import { inForce, today } from "./version.ts";

/** A version among the others. */
export interface Placed {
  version: Version;
  state: VersionState;
  /** The version before it. */
  previous: Version | undefined;
}

/** All versions as they stand on a day, newest first. */
export function history(versions: readonly Version[], day: string): readonly Placed[] {
  const current = inForce(versions, day)?.date ?? "";
  const stateOf = ({ date }: Version): VersionState =>
    date === current ? "in-force" : date < current ? "superseded" : "upcoming";
  return versions
    .map((version, index) => ({ version, state: stateOf(version), previous: versions[index - 1] }))
    .reverse();
}

/**
 * Which versions to compare, the older first, whichever way they were asked for. Without both it is the newest with
 * the one before; without `from` it is `to` with the one before. The first version is compared with itself. Refuses
 * not_found for what is no version.
 */
export function versionsToCompare(
  versions: readonly Version[],
  asked: { from: string | undefined; to: string | undefined },
): readonly [from: Version, to: Version] {
  const at = (date: string) => versions.findIndex((version) => version.date === date);
  const to = asked.to || asked.from ? at(asked.to ?? "") : versions.length - 1;
  const from = asked.from ? at(asked.from) : Math.max(to - 1, 0);
  const [older, newer] = [versions[Math.min(from, to)], versions[Math.max(from, to)]];
  if (!older || !newer) throw new Refusal("not_found");
  return [older, newer];
}

/** When what the policy's pages say last changed: a version was published, or took effect. Never later than now. */
export function lastChange(rt: Runtime, versions: readonly Version[]): Date {
  const day = today(rt);
  const current = inForce(versions, day);
  const published = versions.map(({ publishedAt }) => publishedAt);
  const took = current && current.effective <= day ? [startOfDay(rt.settings.TIME_ZONE, current.effective)] : [];
  return new Date(Math.min(Math.max(0, ...published, ...took), rt.now()));
}
