import type { Hono } from "hono";
import { z } from "zod";
import { closeCustomer, findCustomer, putCustomer } from "../customers/customer.ts";
import { customerShape } from "../customers/shapes.ts";
import type { Customer } from "../customers/store.ts";
import { type Entry, listEntries } from "../ledger/store.ts";
import { Refusal } from "../platform/errors.ts";
import { type House, parse } from "../platform/http.ts";
import { listApiKeys } from "../platform/store.ts";
import { memberNames } from "../staff/store.ts";
import { CustomerFields, customerFaults, customerIn, valuesOf } from "./customers-form.tsx";
import { CUSTOMERS } from "./customers-words.ts";
import { action, goTo, type StaffDesk, screen, type Form as Values } from "./desk.ts";
import { check, Form, replyConfirm, type Typed, UNTOUCHED } from "./form.tsx";
import { LEDGER } from "./ledger-words.ts";
import { CustomerNotices } from "./notices-customer.tsx";
import { NOTICES } from "./notices-words.ts";
import { doneSaid, replyScreen } from "./shell.tsx";
import { type Column, Facts, Table, When } from "./table.tsx";
import { SHELL } from "./words.ts";

const LIST = "/admin/customers";
const PATH = `${LIST}/:id`;
/** Entries of the ledger that a customer's page has; the ledger itself has all. */
const HISTORY = 20;

const seenShape = z.object({ seen: z.coerce.number().int() });

/** Adds the pages about one customer. */
export function addCustomer(routes: Hono<House>): void {
  routes.get(
    PATH,
    screen("customers:read", async (desk) => replyCustomer(desk, await customerOf(desk))),
  );

  routes.post(
    PATH,
    action("customers:write", async (desk, form) => {
      const customer = await customerOf(desk);
      const checked = check(customerShape, form, customerIn(form));
      if ("typed" in checked) return replyCustomer(desk, customer, checked, 422);
      const { seen } = parse(seenShape, form);
      try {
        await putCustomer(desk.rt, customer.number, checked.value, `staff:${desk.member.id}`, seen);
        return goTo(desk, `${LIST}/${customer.number}`, "saved");
      } catch (error) {
        if (!(error instanceof Refusal) || error.code !== "edited_meanwhile") throw error;
        const typed: Typed = { values: form, errors: [] };
        // Read again: the other's change may have come after our first look.
        return replyCustomer(desk, await customerOf(desk), { typed, isBehind: true }, error.status);
      }
    }),
  );

  routes.get(
    `${PATH}/close`,
    screen("customers:write", async (desk) => {
      const { number } = await customerOf(desk);
      const words = CUSTOMERS[desk.lang];
      return replyConfirm(desk, {
        title: words.closeTitle(number),
        text: words.closeText,
        label: words.close,
        action: `${LIST}/${number}/close`,
        back: `${LIST}/${number}`,
      });
    }),
  );

  routes.post(
    `${PATH}/close`,
    action("customers:write", async (desk) => {
      const { number } = await closeCustomer(desk.rt, numberIn(desk), `staff:${desk.member.id}`);
      return goTo(desk, `${LIST}/${number}`, "closed");
    }),
  );
}

const numberIn = ({ c }: StaffDesk): string => c.req.param("id") ?? "";
const customerOf = (desk: StaffDesk): Promise<Customer> => findCustomer(desk.rt, numberIn(desk));

interface State {
  typed?: Typed;
  /** Somebody else changed the customer since this form was drawn. */
  isBehind?: boolean;
}

async function replyCustomer(desk: StaffDesk, customer: Customer, state: State = {}, status = 200): Promise<Response> {
  const { lang } = desk;
  const words = CUSTOMERS[lang];
  const { number, name, closedAt } = customer;
  const mayChange = desk.may("customers:write") && closedAt === null;
  const children = (
    <>
      <Facts facts={factsOf(desk, customer)} />
      {desk.may("ledger:read") ? await history(desk, number) : null}
      {mayChange ? <Edit {...{ desk, customer, state }} /> : null}
      {await CustomerNotices({ desk, number, email: customer.email })}
      {mayChange ? (
        <p>
          <a href={`${LIST}/${number}/close`}>{words.close}</a>
        </p>
      ) : null}
    </>
  );
  return replyScreen(
    desk,
    {
      title: `${name} (${number})`,
      section: "customers",
      done: doneSaid(desk, { ...words.done, ...NOTICES[lang].mailDone }),
      faults: customerFaults(lang, state.typed ?? UNTOUCHED),
      children,
    },
    status,
  );
}

function factsOf(desk: StaffDesk, customer: Customer) {
  const { lang } = desk;
  const words = CUSTOMERS[lang];
  const values = valuesOf(customer);
  const address = (which: "address" | "billingAddress") => {
    const found = customer[which];
    return found && `${found.street}, ${found.postalCode} ${found.city}, ${found.country}`;
  };
  const fact = (name: string) => values[name] || SHELL[lang].none;
  return [
    [words.number, customer.number],
    [words.state, customer.closedAt === null ? words.open : words.closed],
    [words.kind, words.kinds[customer.kind]],
    ...["name", "organisation", "email", "lang", "phone"].map(
      (name) => [words.labels[name] ?? name, fact(name)] as const,
    ),
    [words.addressGroup, address("address") ?? SHELL[lang].none],
    [words.billingGroup, address("billingAddress") ?? SHELL[lang].none],
    [words.labels["paymentReference"] ?? "", fact("paymentReference")],
    [words.ip, customer.ip ?? SHELL[lang].none],
    [words.source, customer.source],
    [words.registered, <When desk={desk} at={customer.registeredAt} />],
    [words.changed, <When desk={desk} at={customer.changedAt} />],
    ...(customer.closedAt === null ? [] : [[words.closedAt, <When desk={desk} at={customer.closedAt} />] as const]),
  ] as const;
}

/** What the ledger says of a customer, the newest first. */
async function history(desk: StaffDesk, number: string) {
  const { rt, lang } = desk;
  const words = CUSTOMERS[lang];
  const subject = `customer:${number}`;
  const [entries, members, keys] = await Promise.all([
    listEntries(rt.db, { subject }, "desc", undefined, HISTORY),
    memberNames(rt.db),
    listApiKeys(rt.db),
  ]);
  const names = new Map<string, string>([
    ...[...members].map(([id, name]) => [`staff:${id}`, name] as const),
    ...keys.map(({ id, name }) => [`key:${id}`, `API ${name}`] as const),
  ]);
  const kinds: Readonly<Record<string, string>> = LEDGER[lang].kinds;
  const columns: Column<Entry>[] = [
    { name: "at", label: words.at, cell: ({ at }) => <When desk={desk} at={at} /> },
    {
      name: "what",
      label: words.what,
      cell: ({ id, kind }) => <a href={`/admin/ledger/${id}`}>{kinds[kind] ?? kind}</a>,
    },
    {
      name: "who",
      label: words.who,
      cell: ({ actor }) => (actor === null ? SHELL[lang].none : (names.get(actor) ?? actor)),
    },
  ];
  return (
    <section aria-labelledby="history">
      <h2 id="history">{words.history}</h2>
      <Table desk={desk} caption={words.history} columns={columns} rows={entries} empty={words.noHistory} />
      {entries.length < HISTORY ? null : (
        <p>
          <a href={`/admin/ledger?${new URLSearchParams({ subject })}`}>{words.wholeHistory}</a>
        </p>
      )}
    </section>
  );
}

function Edit({ desk, customer, state }: { desk: StaffDesk; customer: Customer; state: State }) {
  const { lang } = desk;
  const words = CUSTOMERS[lang];
  const { typed = UNTOUCHED, isBehind } = state;
  return (
    <section aria-labelledby="edit">
      <h2 id="edit">{words.edit}</h2>
      {isBehind ? (
        <div class="fault" role="alert">
          <p>{words.behind}</p>
          <Table
            desk={desk}
            caption={words.edit}
            columns={differenceColumns(desk)}
            rows={differences(desk, customer, typed.values)}
            empty={words.sameStill}
          />
        </div>
      ) : null}
      <Form desk={desk} action={`${LIST}/${customer.number}`} class="narrow">
        <input type="hidden" name="seen" value={String(customer.changedAt)} />
        <CustomerFields {...{ lang, typed }} values={valuesOf(customer)} />
        <button type="submit">{SHELL[lang].save}</button>
      </Form>
    </section>
  );
}

interface Difference {
  field: string;
  now: string;
  yours: string;
}

/** What holds now beside what was typed, for the fields where the two differ. */
function differences({ lang }: StaffDesk, customer: Customer, values: Values): Difference[] {
  const { labels } = CUSTOMERS[lang];
  return Object.entries(valuesOf(customer))
    .map(([name, now]) => ({ field: labels[name] ?? name, now, yours: values[name] ?? "" }))
    .filter(({ now, yours }) => now !== yours);
}

function differenceColumns({ lang }: StaffDesk): Column<Difference>[] {
  const words = CUSTOMERS[lang];
  return [
    { name: "field", label: words.field, cell: ({ field }) => field },
    { name: "now", label: words.now, cell: ({ now }) => now || SHELL[lang].none },
    { name: "yours", label: words.yours, cell: ({ yours }) => yours || SHELL[lang].none },
  ];
}
