import texts from "texts:contact";
import form from "texts:form";
import { drawDone, focusDone } from "../ui/done.tsx";
import { createForm, type FieldSpec } from "../ui/form.tsx";
import { present } from "../ui/present.ts";
import { createSender } from "../ui/sender.ts";
import { fill } from "../ui/text.ts";
import { newKey, readDraft, writeDraft } from "./draft.ts";

const FIELDS: readonly FieldSpec[] = [
  { name: "email", label: form.email, type: "email", autocomplete: "email", required: true },
  { name: "name", label: texts.name, autocomplete: "name" },
  { name: "subject", label: texts.subject, autocomplete: "off" },
  { name: "message", label: texts.message, autocomplete: "off", area: true, required: true },
];

/** What was typed into the plain form that the host put inside the element, before this one took its place. */
function typedBefore(element: HTMLElement): Record<string, string> {
  const values: Record<string, string> = {};
  for (const { name } of FIELDS) values[name] = element.querySelector<HTMLInputElement>(`[name=${name}]`)?.value ?? "";
  return values;
}

/** Sends a message. "Sent" is shown after the worker's commit only; what was typed survives a failure and a reload. */
export const mount = present((host, root, redraw) => {
  const { surface } = host.config;
  const found = readDraft(surface);
  let draft = found ?? { values: typedBefore(host.element), key: newKey() };
  let reference = "";
  const sender = createSender(host);

  const current = createForm(host, root, redraw, {
    fields: FIELDS,
    values: () => draft.values,
    onInput(name, value) {
      sender.prepare();
      draft = { values: { ...draft.values, [name]: value }, key: newKey() };
      writeDraft(surface, draft);
    },
    async send() {
      const reply = await sender.send<{ reference: string }>(
        "/v1/contact/messages",
        { ...draft.values, lang: host.lang },
        { headers: { "Idempotency-Key": draft.key }, signed: true },
      );
      if (reply.ok) {
        reference = reply.body.reference;
        draft = { values: {}, key: newKey() };
        writeDraft(surface, undefined);
        redraw();
        focusDone(root);
        host.emit("sent", { reference });
      }
      return reply;
    },
    label: texts.send,
    busyLabel: texts.sending,
    note: (
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
