import type { Hono } from "hono";
import { z } from "zod";
import { registerCustomer } from "../customers/customer.ts";
import { type Found, newestCustomers, SEARCHED, searchCustomers } from "../customers/search-store.ts";
import { customerShape } from "../customers/shapes.ts";
import { base64url } from "../platform/bytes.ts";
import { Refusal } from "../platform/errors.ts";
import type { House } from "../platform/http.ts";
import { addCustomer } from "./customers-customer.tsx";
import { CustomerFields, customerFaults, customerIn } from "./customers-form.tsx";
import { addImports } from "./customers-imports.tsx";
import { CUSTOMERS } from "./customers-words.ts";
import { action, goTo, type StaffDesk, screen } from "./desk.ts";
import { check, Field, Form, Select, type Typed, UNTOUCHED } from "./form.tsx";
import { doneSaid, replyScreen } from "./shell.tsx";
import { type Column, Filters, Pager, Table, When } from "./table.tsx";
import { SHELL } from "./words.ts";

const PATH = "/admin/customers";
const PAGE = 50;

/** Adds the pages about customers: the list, each of them, a new one, and imports. */
export function addCustomers(routes: Hono<House>): void {
  routes.get(PATH, screen("customers:read", replyList));

  routes.get(
    `${PATH}/new`,
    screen("customers:write", (desk) => replyNew(desk, UNTOUCHED)),
  );

  routes.post(
    `${PATH}/new`,
    action("customers:write", async (desk, form) => {
      const checked = check(customerShape, form, customerIn(form));
      if ("typed" in checked) return replyNew(desk, checked.typed, 422);
      const input = { ...checked.value, source: "staff" };
      try {
        const { customer } = await registerCustomer(desk.rt, input, `staff:${desk.member.id}`, form["form"] ?? "");
        return goTo(desk, `${PATH}/${customer.number}`, "registered");
      } catch (error) {
        if (!(error instanceof Refusal) || error.code !== "idempotency_key_reused") throw error;
        return replyNew(desk, { values: form, errors: [] }, 409);
      }
    }),
  );

  addImports(routes);
  addCustomer(routes);
}

/** What the address asks for; what makes no sense there is left out. */
const queryShape = z.object({
  by: z.enum(SEARCHED).catch("name"),
  start: z.string().trim().max(254).catch(""),
  after: z.coerce.number().int().positive().optional().catch(undefined),
});

async function replyList(desk: StaffDesk): Promise<Response> {
  const { c, rt, lang } = desk;
  const words = CUSTOMERS[lang];
  const { by, start, after } = queryShape.parse(c.req.query());
  const search = { by, start: by === "email" ? start.toLowerCase() : start };
  const found =
    start === ""
      ? await newestCustomers(rt.db, after, PAGE + 1)
      : await searchCustomers(rt.db, search, after, PAGE + 1);
  const rows = found.slice(0, PAGE);
  const next = found.length > PAGE ? String(rows.at(-1)?.seq ?? "") : null;
  const typed: Typed = { values: { by, start }, errors: [] };
  const children = (
    <>
      <p>{words.intro}</p>
      {desk.may("customers:write") ? (
        <p class="row">
          <a class="button" href={`${PATH}/new`}>
            {words.register}
          </a>
          <a href={`${PATH}/imports`}>{words.imports}</a>
        </p>
      ) : null}
      <Filters desk={desk}>
        <Field {...{ lang, typed }} name="start" label={words.start} type="search" />
        <Select {...{ lang, typed }} name="by" label={words.by} options={words.searched} />
      </Filters>
      <Table
        desk={desk}
        caption={SHELL[lang].page.customers}
        columns={columns(desk)}
        rows={rows}
        empty={start === "" && after === undefined ? words.noneYet : words.noneFound}
      />
      <Pager desk={desk} next={next} />
    </>
  );
  return replyScreen(desk, {
    title: SHELL[lang].page.customers,
    section: "customers",
    done: doneSaid(desk, words.done),
    children,
  });
}

function columns(desk: StaffDesk): Column<Found>[] {
  const words = CUSTOMERS[desk.lang];
  return [
    { name: "number", label: words.number, cell: ({ number }) => <a href={`${PATH}/${number}`}>{number}</a> },
    {
      name: "name",
      label: words.searched.name,
      cell: ({ name, organisation }) => (organisation === null ? name : `${name}, ${organisation}`),
    },
    { name: "email", label: words.searched.email, cell: ({ email }) => email },
    { name: "kind", label: words.kind, cell: ({ kind }) => words.kinds[kind] },
    { name: "state", label: words.state, cell: ({ closedAt }) => (closedAt === null ? words.open : words.closed) },
    { name: "registered", label: words.registered, cell: ({ registeredAt }) => <When desk={desk} at={registeredAt} /> },
  ];
}

function replyNew(desk: StaffDesk, typed: Typed, status = 200): Response {
  const { lang, rt } = desk;
  const words = CUSTOMERS[lang];
  const values = { kind: "private", lang: rt.settings.LANGUAGE, "address.country": "NL" };
  const children = (
    <>
      {status === 409 ? (
        <p class="fault" role="alert">
          {words.registeredBefore}
        </p>
      ) : null}
      <Form desk={desk} action={`${PATH}/new`} class="narrow">
        <input type="hidden" name="form" value={base64url(rt.random(9))} />
        <CustomerFields {...{ lang, typed, values }} />
        <div class="row">
          <button type="submit">{words.register}</button>
          <a href={PATH}>{SHELL[lang].cancel}</a>
        </div>
      </Form>
    </>
  );
  const faults = customerFaults(lang, typed);
  return replyScreen(desk, { title: words.register, section: "customers", faults, children }, status);
}
