import form from "texts:form";
import texts from "texts:newsletter";
import { drawDone } from "../ui/done.tsx";
import { focusIn } from "../ui/focus.ts";
import { createForm, type FieldSpec } from "../ui/form.tsx";
import { present } from "../ui/present.ts";
import { createSender } from "../ui/sender.ts";
import { fill } from "../ui/text.ts";

const EMAIL: FieldSpec = { name: "email", label: form.email, type: "email", autocomplete: "email", required: true };

/** What is typed, kept while an element moves to another place on the page. */
const kept = new WeakMap<HTMLElement, Record<string, string>>();

/** Joins and leaves the newsletter: both end with "look in your mail", whatever the address is. */
export const mount = present((host, root, redraw) => {
  let values = kept.get(host.element) ?? {};
  let isDone = false;
  const sender = createSender(host);

  const step = (isLeaving: boolean) => {
    const path = `/v1/newsletter/${isLeaving ? "un" : ""}subscriptions`;
    return createForm(host, root, redraw, {
      fields: [EMAIL],
      values: () => values,
      onInput(name, value) {
        sender.prepare();
        values = { ...values, [name]: value };
        kept.set(host.element, values);
      },
      async send(trap) {
        const topics = host.element
          .getAttribute("topics")
          ?.split(/[\s,]+/)
          .filter(Boolean);
        const asked = isLeaving ? {} : { wording: texts.wording, topics };
        const reply = await sender.send(path, { ...values, ...trap, ...asked, lang: host.lang });
        if (reply.ok) {
          isDone = true;
          kept.delete(host.element);
          redraw();
          focusIn(root, "h2");
          if (!isLeaving) host.emit("subscribed", { status: "pending" });
        }
        return reply;
      },
      label: isLeaving ? texts.leave : texts.subscribe,
      busyLabel: isLeaving ? texts.leaving : texts.subscribing,
      note: () => <p class="muted">{isLeaving ? texts.leaveHint : texts.consent}</p>,
      other: (
        <button class="quiet" type="button" onClick={() => goTo(!isLeaving)}>
          {isLeaving ? texts.back : texts.wantToLeave}
        </button>
      ),
    });
  };
  let leaves = false;
  let current = step(leaves);
  const goTo = (isLeaving: boolean) => {
    leaves = isLeaving;
    current = step(isLeaving);
    isDone = false;
    redraw();
  };

  return () => {
    if (!isDone) return current();
    const email = values["email"]?.trim() ?? "";
    const title = leaves ? texts.requestedTitle : texts.pendingTitle;
    return drawDone(title, fill(leaves ? texts.requested : texts.pending, { email }), texts.again, () => goTo(leaves));
  };
});
