import texts from "texts:contact";
import form from "texts:form";
import { drawDone } from "../ui/done.tsx";
import { focusIn } from "../ui/focus.ts";
import { createForm, type FieldSpec } from "../ui/form.tsx";
import { present } from "../ui/present.ts";
import { createSender } from "../ui/sender.ts";
import { fill } from "../ui/text.ts";
import { draftName, newKey, readDraft, writeDraft } from "./draft.ts";

const FIELDS: readonly FieldSpec[] = [
  { name: "email", label: form.email, type: "email", autocomplete: "email", required: true },
  { name: "name", label: texts.name, autocomplete: "name", max: 100 },
  { name: "subject", label: texts.subject, autocomplete: "off", max: 150 },
  { name: "message", label: texts.message, autocomplete: "off", area: true, required: true, max: 20_000 },
];

const valuesOf = (read: (name: string) => string | undefined): Record<string, string> =>
  Object.fromEntries(FIELDS.map(({ name }) => [name, read(name) ?? ""]));

/** Sends a message. "Sent" is shown after the worker's commit only; what was typed survives a failure and a reload. */
export const mount = present((host, root, redraw) => {
  const stored = draftName(host);
  let found = readDraft(stored);
  // Or what was typed into the plain form that the host put inside the element, before this one took its place.
  const typed = (name: string) => host.element.querySelector<HTMLInputElement>(`[name=${name}]`)?.value;
  let draft = {
    values: valuesOf((name) => (found ? found.values[name] : typed(name))),
    key: found?.key ?? newKey(),
  };
  let reference = "";
  const sender = createSender(host);

  const current = createForm(host, root, redraw, {
    fields: FIELDS,
    values: () => draft.values,
    onInput(name, value) {
      sender.prepare();
      draft = { values: { ...draft.values, [name]: value }, key: newKey() };
      writeDraft(stored, draft);
    },
    async send(trap) {
      const reply = await sender.send<{ reference: string }>(
        "/v1/contact/messages",
        { ...draft.values, ...trap, lang: host.lang },
        { headers: { "Idempotency-Key": draft.key }, signed: true },
      );
      if (reply.ok) {
        reference = reply.body.reference;
        draft = { values: {}, key: newKey() };
        found = undefined;
        writeDraft(stored, undefined);
        redraw();
        focusIn(root, "h2");
        host.emit("sent", { reference });
      }
      return reply;
    },
    label: texts.send,
    busyLabel: texts.sending,
    note: () => (
      <p class="muted">
        {found && `${texts.draft} `}
        {texts.purpose}
      </p>
    ),
  });

  return () => {
    if (!reference) return current();
    return drawDone(texts.sentTitle, fill(texts.sent, { reference }), texts.another, () => {
      reference = "";
      redraw();
    });
  };
});
