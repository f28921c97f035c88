import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Handler, handlerOf } from "../../worker/contact/handling.ts";
import type { Conversation } from "../../worker/contact/store.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A Monday, ten o'clock in Amsterdam. */
const START = Date.parse("2026-11-30T09:00:00Z");
const settings = {
  WORKING_HOURS: "1-5 09:00-17:00",
  HOLIDAYS: [],
  TIME_ZONE: "Europe/Amsterdam",
  CONTACT_FIRST_HOURS: 4,
  CONTACT_SOLVED_HOURS: 16,
};
const handler = handlerOf(settings, null);

const begun: Conversation = {
  ...{ seq: 1, id: "c", reference: "FP-1", status: "new", email: "sam@example.nl", name: null, subject: null },
  ...{ customerNumber: null, lang: "nl", channel: "widget", surface: "site", pageOrigin: null, keyHash: null },
  ...{ requestHash: "", topicId: null, assignee: null, linkedTo: null, quarantinedFor: null, version: 1, change: null },
  ...{ createdAt: START, confirmedAt: null, lastAt: START, dueAt: START + 4 * HOUR, waitingSince: null, waitedMs: 0 },
  ...{ firstResponseMs: null, resolvedMs: null, closedAt: null, closeReason: null, archivedAt: null, deleteAt: null },
};

/** As cron has it, which asks no rule: nothing else changes. */
const archived = (c: Conversation, at: number): Conversation => ({ ...c, status: "archived", archivedAt: at });

describe("the clocks of a conversation", () => {
  it("until the first answer, then until it is solved, without the time in which we wait for them", () => {
    expect(handler.dueAt(begun)).toBe(START + 4 * HOUR);
    const answered = handler.answered(begun, START + 2 * HOUR, "waiting");
    expect(answered).toMatchObject({ status: "waiting", firstResponseMs: 2 * HOUR, dueAt: null });
    // They answer a day later: eight working hours did not count.
    const again = handler.received(answered, START + 2 * HOUR + DAY);
    expect(again).toMatchObject({ status: "open", waitedMs: 8 * HOUR, firstResponseMs: 2 * HOUR });
    expect(again.dueAt).toBe(Date.parse("2026-12-03T09:00:00Z"));
    const closed = handler.closed(again, START + 3 * HOUR + DAY, "solved");
    expect(closed).toMatchObject({ status: "closed", resolvedMs: 3 * HOUR, dueAt: null, closeReason: "solved" });
    expect(closed.deleteAt).toBe(START + 3 * HOUR + DAY + 730 * DAY);
  });

  it("begin anew when they write after it was closed, or archived: nothing is deleted then", () => {
    const closed = handler.closed(handler.answered(begun, START + HOUR, "waiting"), START + HOUR, "solved");
    for (const over of [closed, archived(closed, START + 20 * DAY)]) {
      expect(handler.received(over, START + 30 * DAY)).toMatchObject({
        ...{ status: "open", closedAt: null, closeReason: null, archivedAt: null, deleteAt: null },
        firstResponseMs: HOUR,
      });
    }
  });

  it("do not run for what may be spam, and begin when it is none", () => {
    const aside = handler.quarantined(begun, START, "blocked");
    expect(aside).toMatchObject({ status: "quarantined", dueAt: null, quarantinedFor: "blocked" });
    expect(handler.received(aside, START + HOUR).status).toBe("quarantined");
    const released = handler.released(aside, START + 2 * DAY);
    expect(released).toMatchObject({ status: "new", quarantinedFor: null, dueAt: START + 2 * DAY + 4 * HOUR });
  });

  it("begin anew for what was handled, put aside by staff and released: nothing of its end is left", () => {
    const closed = handler.closed(handler.answered(begun, START + HOUR, "waiting"), START + HOUR, "solved");
    const released = handler.released(handler.quarantined(closed, START + DAY, "staff"), START + 2 * DAY);
    expect(released).toMatchObject({
      status: "open",
      closedAt: null,
      deleteAt: null,
      closeReason: null,
      waitingSince: null,
    });
    const unanswered = handler.quarantined(begun, START + DAY, "staff");
    expect(unanswered.lastAt).toBe(START + DAY);
    expect(handler.released(unanswered, START + 2 * DAY)).toMatchObject({ status: "new", quarantinedFor: null });
  });

  it("follow the topic", () => {
    const strict = handlerOf(settings, {
      ...{ id: "t", names: { nl: "Storing", en: "Outage" }, firstHours: 1, solvedHours: 2, retentionMonths: 6 },
      ...{ version: 1, changedAt: 0, changedBy: "x", removedAt: null },
    });
    expect(strict.moved(begun, "t")).toMatchObject({ topicId: "t", dueAt: START + HOUR, deleteAt: null });
    const closed = handler.closed(begun, START + HOUR, "solved");
    const months = ((strict.moved(closed, "t").deleteAt ?? 0) - START - HOUR) / DAY;
    expect(months).toBe(182.5);
    expect(strict.isLate(handler.answered(begun, START + 2 * HOUR, "waiting"), "answered")).toBe(true);
    expect(handler.isLate(handler.answered(begun, START + 2 * HOUR, "waiting"), "answered")).toBe(false);
  });
});

type Step = (handler: Handler, now: Conversation, at: number) => Conversation;
const STEPS: readonly Step[] = [
  (rules, now, at) => rules.received(now, at),
  (rules, now, at) => rules.answered(now, at, "waiting"),
  (rules, now, at) => rules.answered(now, at, "open"),
  (rules, now, at) => rules.closed(now, at, "solved"),
  (rules, now, at) => rules.reopened(now, at),
  (_, now, at) => (now.status === "closed" ? archived(now, at) : now),
];

describe("whatever happens in whatever order", () => {
  it("one clock runs at a time, and no time is negative", () => {
    const steps = fc.array(fc.tuple(fc.constantFrom(...STEPS), fc.integer({ min: 0, max: 40 * DAY })), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(steps, (taken) => {
        let [now, at] = [begun, START];
        for (const [step, later] of taken) {
          at += later;
          now = step(handler, now, at);
          const isOver = now.status === "closed" || now.status === "archived";
          expect(now.deleteAt !== null).toBe(isOver);
          expect(now.closedAt !== null).toBe(isOver);
          expect(now.dueAt !== null).toBe(now.status === "new" || now.status === "open");
          expect(now.waitingSince !== null).toBe(now.status === "waiting");
          expect(now.waitedMs).toBeGreaterThanOrEqual(0);
          expect(now.resolvedMs ?? 0).toBeGreaterThanOrEqual(0);
          expect(now.firstResponseMs ?? 0).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});
