import type { Hono } from "hono";
import { addLabel, removeLabel } from "../newsletter/label.ts";
import { type Label, listLabels } from "../newsletter/label-store.ts";
import { labelShape } from "../newsletter/list-shapes.ts";
import { Refusal } from "../platform/errors.ts";
import { type House, parse } from "../platform/http.ts";
import { action, goTo, type StaffDesk, screen } from "./desk.ts";
import { check, Field, Form, faultsOf, replyConfirm, type Typed, typedAgain, UNTOUCHED } from "./form.tsx";
import { numberInWords } from "./format.ts";
import { doneSaid, replyScreen } from "./shell.tsx";
import { withFilter } from "./subscribers-filter.tsx";
import { SEGMENTS } from "./subscribers-segments-words.ts";
import { type Column, Table, When } from "./table.tsx";

const LIST = "/admin/subscribers";
const PATH = `${LIST}/labels`;

/** Adds the pages about internal topics: which there are, a new one, and the question before one goes. */
export function addLabels(routes: Hono<House>): void {
  routes.get(
    PATH,
    screen("newsletter:read", (desk) => replyLabels(desk, UNTOUCHED)),
  );

  routes.post(
    PATH,
    action("newsletter:write", async (desk, form) => {
      const checked = check(labelShape, form);
      if ("typed" in checked) return replyLabels(desk, checked.typed, 422);
      try {
        await addLabel(desk.rt, checked.value.name, `staff:${desk.member.id}`);
      } catch (error) {
        return replyLabels(desk, typedAgain(error, form), 422);
      }
      return goTo(desk, PATH, "added");
    }),
  );

  // By their name, which may hold what no path can: it goes in the query.
  routes.get(
    `${PATH}/remove`,
    screen("newsletter:write", async (desk) => {
      const { rt, lang, c } = desk;
      const words = SEGMENTS[lang];
      const found = (await listLabels(rt.db)).find(({ name }) => name === c.req.query("name"));
      if (!found) throw new Refusal("not_found");
      return replyConfirm(desk, {
        title: words.removeLabelTitle(found.name),
        text: words.removeLabelText(numberInWords(found.subscribers, lang)),
        label: words.removeLabel,
        action: `${PATH}/remove`,
        back: PATH,
        hidden: { name: found.name },
      });
    }),
  );

  // The subscribers who have it lose it by an action, whose page shows how far that is.
  routes.post(
    `${PATH}/remove`,
    action("newsletter:write", async (desk, form) => {
      const { name } = parse(labelShape, form);
      return goTo(desk, `${LIST}/actions/${await removeLabel(desk.rt, name, `staff:${desk.member.id}`)}`);
    }),
  );
}

async function replyLabels(desk: StaffDesk, typed: Typed, status = 200): Promise<Response> {
  const { rt, lang } = desk;
  const words = SEGMENTS[lang];
  const mayWrite = desk.may("newsletter:write");
  const columns: Column<Label>[] = [
    {
      name: "label",
      label: words.label,
      cell: ({ name }) => <a href={withFilter(LIST, { labels: [name] })}>{name}</a>,
    },
    {
      name: "members",
      label: words.members,
      numeric: true,
      cell: ({ subscribers }) => numberInWords(subscribers, lang),
    },
    { name: "added", label: words.added, cell: ({ createdAt }) => <When desk={desk} at={createdAt} /> },
    ...(mayWrite
      ? [
          {
            name: "remove",
            label: words.change,
            cell: ({ name }: Label) => (
              <a href={`${PATH}/remove?${new URLSearchParams({ name })}`}>
                {words.removeLabel}
                <span class="hidden"> {name}</span>
              </a>
            ),
          },
        ]
      : []),
  ];
  const children = (
    <>
      <p>{words.labelsIntro}</p>
      <Table
        desk={desk}
        caption={words.labels}
        columns={columns}
        rows={await listLabels(rt.db)}
        empty={words.noLabels}
      />
      {mayWrite ? (
        <section aria-labelledby="add">
          <h2 id="add">{words.addLabel}</h2>
          <Form desk={desk} action={PATH} class="narrow">
            <Field
              {...{ lang, typed }}
              name="name"
              label={words.label}
              hint={words.labelHint}
              maxlength={40}
              required
            />
            <button type="submit">{words.add}</button>
          </Form>
        </section>
      ) : null}
      <p>
        <a href={LIST}>{words.back}</a>
      </p>
    </>
  );
  const done = doneSaid(desk, words.done);
  const faults = faultsOf(lang, typed, { name: words.label });
  return replyScreen(desk, { title: words.labels, section: "subscribers", done, faults, children }, status);
}
