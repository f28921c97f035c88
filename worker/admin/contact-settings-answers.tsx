import type { Hono } from "hono";
import { ANSWER_FIELDS, fillFields } from "../contact/answer-fields.ts";
import { createReadyAnswer, readyAnswerOf, removeReadyAnswer, saveReadyAnswer } from "../contact/ready-answer.ts";
import { listReadyAnswers, type ReadyAnswer } from "../contact/ready-answer-store.ts";
import { readyAnswerShape } from "../contact/settings-shapes.ts";
import { Refusal } from "../platform/errors.ts";
import type { House } from "../platform/http.ts";
import { LANGUAGE_NAMES, LANGUAGES, type Language } from "../platform/languages.ts";
import { actorNames, actorOf } from "./actors.ts";
import { SETTINGS } from "./contact-paths.ts";
import { addRemoval, versionIn } from "./contact-settings-edits.ts";
import { CONTACT_SETTINGS } from "./contact-settings-words.ts";
import { action, goTo, type StaffDesk, screen } from "./desk.ts";
import { Area, BasedOn, check, Field, Form, faultsOf, type Typed, typedAgain, UNTOUCHED } from "./form.tsx";
import { doneSaid, replyScreen } from "./shell.tsx";
import { type Column, Facts, Table, When } from "./table.tsx";
import { SHELL } from "./words.ts";

const PATH = `${SETTINGS}/answers`;

/** Adds the pages about ready answers: all of them, a new one, each, how it reads, and the question before one goes. */
export function addReadyAnswers(routes: Hono<House>): void {
  routes.get(PATH, screen("contact:write", replyAnswers));

  routes.get(
    `${PATH}/new`,
    screen("contact:write", (desk) => replyEditor(desk, null, UNTOUCHED)),
  );

  routes.post(
    `${PATH}/preview`,
    action("contact:write", (desk, form) => replyEditor(desk, null, { values: form, errors: [] })),
  );

  routes.post(
    PATH,
    action("contact:write", async (desk, form) => {
      const checked = check(readyAnswerShape, form);
      if ("typed" in checked) return replyEditor(desk, null, checked.typed, 422);
      try {
        await createReadyAnswer(desk.rt, checked.value, actorOf(desk));
      } catch (error) {
        return replyEditor(desk, null, typedAgain(error, form), 422);
      }
      return goTo(desk, PATH, "answer-added");
    }),
  );

  routes.get(
    `${PATH}/:id`,
    screen("contact:write", async (desk) => replyEditor(desk, await answerIn(desk), UNTOUCHED)),
  );

  routes.post(
    `${PATH}/:id/preview`,
    action("contact:write", async (desk, form) =>
      replyEditor(desk, await answerIn(desk), { values: form, errors: [] }),
    ),
  );

  routes.post(
    `${PATH}/:id`,
    action("contact:write", async (desk, form) => {
      const { rt } = desk;
      const saved = await answerIn(desk);
      const checked = check(readyAnswerShape, form);
      if ("typed" in checked) return replyEditor(desk, saved, checked.typed, 422);
      try {
        await saveReadyAnswer(rt, saved.id, versionIn(desk, form, saved), checked.value, actorOf(desk));
      } catch (error) {
        if (error instanceof Refusal && error.code === "edited_meanwhile") {
          // Read again: the other edit may have come after our first look.
          return replyEditor(desk, await answerIn(desk), { values: form, errors: [] }, 409);
        }
        return replyEditor(desk, saved, typedAgain(error, form), 422);
      }
      return goTo(desk, PATH, "answer-saved");
    }),
  );

  addRemoval(routes, {
    path: PATH,
    need: "contact:write",
    find: answerIn,
    words({ lang }, { name }) {
      const words = CONTACT_SETTINGS[lang];
      return { title: words.removeAnswerTitle(name), text: words.removeAnswerText, label: words.removeAnswer };
    },
    remove: removeReadyAnswer,
    to: PATH,
    done: "answer-removed",
  });
}

const answerIn = ({ rt, c }: StaffDesk): Promise<ReadyAnswer> => readyAnswerOf(rt, c.req.param("id") ?? "");

async function replyAnswers(desk: StaffDesk): Promise<Response> {
  const { rt, lang } = desk;
  const words = CONTACT_SETTINGS[lang];
  const columns: Column<ReadyAnswer>[] = [
    { name: "name", label: words.answerName, cell: ({ id, name }) => <a href={`${PATH}/${id}`}>{name}</a> },
    {
      name: "languages",
      label: words.languages,
      cell: ({ texts }) =>
        LANGUAGES.filter((one) => texts[one] !== undefined)
          .map((one) => LANGUAGE_NAMES[one])
          .join(", "),
    },
    { name: "changed", label: words.changed, cell: ({ changedAt }) => <When desk={desk} at={changedAt} /> },
  ];
  const children = (
    <>
      <p>{words.answersIntro}</p>
      <Table
        desk={desk}
        caption={words.answers}
        columns={columns}
        rows={await listReadyAnswers(rt.db)}
        empty={words.noAnswers}
      />
      <p class="row">
        <a class="button" href={`${PATH}/new`}>
          {words.newAnswer}
        </a>
        <a href={SETTINGS}>{words.settings}</a>
      </p>
    </>
  );
  const done = doneSaid(desk, words.done);
  return replyScreen(desk, { title: words.answers, section: "contact", done, children });
}

const labelsIn = ({ lang }: StaffDesk) => {
  const words = CONTACT_SETTINGS[lang];
  const texts = LANGUAGES.map((one) => [one, words.textIn(LANGUAGE_NAMES[one])] as const);
  return { name: words.answerName, ...Object.fromEntries(texts) } as Record<"name" | Language, string>;
};

/** The form of a ready answer, or of a new one when there is none yet, with how it reads. */
async function replyEditor(desk: StaffDesk, saved: ReadyAnswer | null, typed: Typed, status = 200): Promise<Response> {
  const { lang } = desk;
  const words = CONTACT_SETTINGS[lang];
  const labels = labelsIn(desk);
  const path = saved ? `${PATH}/${saved.id}` : PATH;
  const preview = `${path}/preview`;
  const textIn = (one: Language) => typed.values[one] ?? saved?.texts[one] ?? "";
  const children = (
    <>
      {saved && status === 409 ? <Behind desk={desk} saved={saved} who={await writerOf(desk, saved)} /> : null}
      <Form desk={desk} action={path} preview={preview}>
        {saved ? <BasedOn version={saved.version} /> : null}
        <Field
          {...{ lang, typed, name: "name", label: labels.name, value: saved?.name ?? "", hint: words.answerNameHint }}
          maxlength={80}
          required
        />
        {LANGUAGES.map((one) => (
          <Area
            {...{ lang, typed, name: one, label: labels[one], value: saved?.texts[one] ?? "" }}
            rows={8}
            maxlength={10_000}
          />
        ))}
        <div class="row">
          <button type="submit">{saved ? words.saveAnswer : words.addAnswer}</button>
          <button type="submit" class="second" formaction={preview} formnovalidate>
            {words.showPreview}
          </button>
          <a href={PATH}>{SHELL[lang].cancel}</a>
        </div>
      </Form>
      <section aria-labelledby="fields">
        <h2 id="fields">{words.fields}</h2>
        <p>{words.fieldsIntro}</p>
        <Facts facts={ANSWER_FIELDS.map((field) => [`{${field}}`, words.fieldWords[field]] as const)} />
      </section>
      <section aria-labelledby="preview-title">
        <h2 id="preview-title">{words.preview}</h2>
        <p class="muted">{words.previewText}</p>
        <div id="preview" data-live>
          {LANGUAGES.map((one) => (
            <>
              <h3>{LANGUAGE_NAMES[one]}</h3>
              <Reading desk={desk} text={textIn(one)} of={one} />
            </>
          ))}
        </div>
      </section>
      {saved ? (
        <p class="row">
          <a href={`${path}/remove`}>{words.removeAnswer}</a>
        </p>
      ) : null}
    </>
  );
  const faults = faultsOf(lang, typed, labels);
  return replyScreen(desk, { title: saved?.name ?? words.newAnswer, section: "contact", faults, children }, status);
}

/** A text with its fields filled in as for a made-up conversation. */
function Reading({ desk, text, of }: { desk: StaffDesk; text: string; of: Language }) {
  const { rt, lang, member } = desk;
  if (text.trim() === "") return <p class="muted">{CONTACT_SETTINGS[lang].noText}</p>;
  const values = { lang: of, name: "Sam de Vries", reference: "FP-7K3M-9Q2X", customer: "K-100042" };
  return (
    <div lang={of} class="written">
      {fillFields(text, { ...values, company: rt.settings.COMPANY, agent: member.name })}
    </div>
  );
}

const writerOf = async ({ rt, lang }: StaffDesk, { changedBy }: ReadyAnswer): Promise<string> =>
  (await actorNames(rt)).get(changedBy) ?? CONTACT_SETTINGS[lang].nobody;

function Behind({ desk, saved, who }: { desk: StaffDesk; saved: ReadyAnswer; who: string }) {
  const words = CONTACT_SETTINGS[desk.lang];
  const labels = labelsIn(desk);
  return (
    <div class="fault" role="alert">
      <p>{words.behind(who)}</p>
      <Facts
        facts={[
          [labels.name, saved.name] as const,
          ...LANGUAGES.map((one) => [labels[one], saved.texts[one] ?? SHELL[desk.lang].none] as const),
        ]}
      />
      <p>{words.behindNext}</p>
    </div>
  );
}
