import type { Bound } from "../platform/db.ts";
import { type Asked, type Checked, findChecked } from "./campaign-run-store.ts";

interface Question extends Asked {
  answer(found: Checked | undefined): void;
  fail(error: unknown): void;
}

/** What the mails of one batch of the queue wait to be told. Batches share no promise: on workerd that is not allowed. */
const questions = new WeakMap<object, Question[]>();

/**
 * How a newsletter and one of its readers are at this moment. The mails of a batch that ask while one question is under way are
 * asked about together, in the next: none is told what was read before it asked. Throws what the database does.
 */
export function checkedNow(rt: Bound, asked: Asked): Promise<Checked | undefined> {
  return new Promise((answer, fail) => {
    const question = { ...asked, answer, fail };
    const waiting = questions.get(rt);
    if (waiting) waiting.push(question);
    else void askAll(rt, [question]);
  });
}

async function askAll(rt: Bound, first: Question[]): Promise<void> {
  for (let asked = first; asked.length > 0; asked = questions.get(rt) ?? []) {
    questions.set(rt, []);
    const about = asked.map(({ campaign, subscriber }) => ({ campaign, subscriber }));
    await findChecked(rt, about).then(
      (found) => asked.forEach(({ answer }, place) => void answer(found[place])),
      (error: unknown) => asked.forEach(({ fail }) => void fail(error)),
    );
  }
  questions.delete(rt);
}
