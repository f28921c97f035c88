import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { afterWorkingTime, workingTime } from "../../worker/contact/working-time.ts";

const HOUR = 3_600_000;
const week = { WORKING_HOURS: "1-5 09:00-17:00", HOLIDAYS: ["2026-12-25"], TIME_ZONE: "Europe/Amsterdam" };
const at = (text: string) => Date.parse(text);
/** Moments of some years, both changes of the clocks among them. */
const moments = fc.integer({ min: at("2026-01-01T00:00:00Z"), max: at("2028-01-01T00:00:00Z") });

describe("working time", () => {
  it.each([
    ["within a day", "2026-11-30T09:00:00Z", "2026-11-30T11:30:00Z", 2.5],
    ["before and after hours count not", "2026-11-30T00:00:00Z", "2026-11-30T23:00:00Z", 8],
    ["over a night", "2026-11-30T15:00:00Z", "2026-12-01T09:00:00Z", 2],
    ["over a weekend", "2026-11-27T15:00:00Z", "2026-11-30T09:00:00Z", 2],
    ["not on a holiday", "2026-12-24T15:00:00Z", "2026-12-28T09:00:00Z", 2],
    ["nothing at night", "2026-11-30T20:00:00Z", "2026-12-01T05:00:00Z", 0],
    ["nothing backwards", "2026-12-01T10:00:00Z", "2026-11-30T10:00:00Z", 0],
    // Clocks go back in the night of Sunday 25 October: Friday is in summer time, Monday in winter time.
    ["over a change of clocks", "2026-10-23T14:00:00Z", "2026-10-26T09:00:00Z", 2],
  ])("counts hours: %s", (_, from, to, hours) => {
    expect(workingTime(week, at(from), at(to))).toBe(hours * HOUR);
  });

  it("knows other weeks", () => {
    const nights = { ...week, WORKING_HOURS: "1,3,6-7 18:30-23:00", HOLIDAYS: [] };
    // A Monday to a Monday: Monday, Wednesday, Saturday and Sunday.
    expect(workingTime(nights, at("2026-11-30T00:00:00Z"), at("2026-12-06T23:30:00Z"))).toBe(4 * 4.5 * HOUR);
  });

  it("comes to the same forwards and back", () => {
    fc.assert(
      fc.property(moments, fc.integer({ min: 0, max: 400 * HOUR }), (from, ms) => {
        const end = afterWorkingTime(week, from, ms);
        expect(end).toBeGreaterThanOrEqual(from);
        expect(workingTime(week, from, end)).toBe(ms);
      }),
    );
  });

  it("adds up", () => {
    fc.assert(
      fc.property(moments, moments, moments, (...three) => {
        const [a = 0, b = 0, c = 0] = [...three].sort((one, other) => one - other);
        expect(workingTime(week, a, b) + workingTime(week, b, c)).toBe(workingTime(week, a, c));
      }),
    );
  });

  it("ends where nobody ever works", () => {
    const never = { ...week, WORKING_HOURS: "1-5 09:00-09:00" };
    expect(workingTime(never, at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z"))).toBe(0);
    expect(afterWorkingTime(never, at("2026-01-01T00:00:00Z"), HOUR)).toBe(at("2026-01-01T01:00:00Z"));
  });
});
