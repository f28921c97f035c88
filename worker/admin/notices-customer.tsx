import type { Hono } from "hono";
import { findByNumber } from "../customers/store.ts";
import { allow, suppress, suppressionsOf } from "../mail/suppression.ts";
import { dayInWords } from "../platform/calendar.ts";
import { Refusal } from "../platform/errors.ts";
import type { House } from "../platform/http.ts";
import { evidenceOf } from "../policy/evidence-store.ts";
import { action, goTo, type StaffDesk } from "./desk.ts";
import { Form } from "./form.tsx";
import { columnsOf } from "./notices-list.tsx";
import { reasonInWords } from "./notices-reached.tsx";
import { NOTICES } from "./notices-words.ts";
import { Table } from "./table.tsx";

const PATH = "/admin/customers/:id";

/** Adds what stops mail to a customer's address and allows it again, for the customer's own page. */
export function addCustomerMail(routes: Hono<House>): void {
  routes.post(
    `${PATH}/mail/stop`,
    action("customers:write", async (desk) => {
      const { number, email } = await customerOf(desk);
      const isStopped = await suppress(desk.rt, `staff:${desk.member.id}`, email, "staff");
      return goTo(desk, `/admin/customers/${number}`, isStopped ? "mail-stopped" : "mail-unchanged");
    }),
  );
  routes.post(
    `${PATH}/mail/allow`,
    action("customers:write", async (desk) => {
      const { number, email } = await customerOf(desk);
      const isAllowed = await allow(desk.rt, `staff:${desk.member.id}`, email);
      return goTo(desk, `/admin/customers/${number}`, isAllowed ? "mail-allowed" : "mail-unchanged");
    }),
  );
}

async function customerOf({ rt, c }: StaffDesk) {
  const customer = await findByNumber(rt.db, c.req.param("id") ?? "");
  if (!customer) throw new Refusal("not_found");
  return customer;
}

/**
 * What a customer was told of every version and by which channel, and whether their address gets mail: for the customer's
 * own page, which says `NOTICES[lang].mailDone` when one of these buttons was pressed.
 */
export async function CustomerNotices({ desk, number, email }: { desk: StaffDesk; number: string; email: string }) {
  const { rt, lang } = desk;
  const words = NOTICES[lang];
  const [evidence, suppressions] = await Promise.all([
    evidenceOf(rt.db, number),
    suppressionsOf(rt, [email], "notice"),
  ]);
  const suppressed = suppressions.get(email);
  return (
    <>
      <section aria-labelledby="notices">
        <h2 id="notices">{words.own}</h2>
        <Table
          desk={desk}
          caption={words.own}
          columns={[
            {
              name: "version",
              label: words.version,
              cell: ({ date }) =>
                desk.may("policy:read") ? (
                  <a href={`/admin/policy/versions/${date}`}>{dayInWords(date, lang)}</a>
                ) : (
                  dayInWords(date, lang)
                ),
            },
            ...columnsOf(desk),
          ]}
          rows={evidence}
          empty={words.ownNone}
        />
      </section>
      <section aria-labelledby="notice-mail">
        <h2 id="notice-mail">{words.noticeMail}</h2>
        <p>{suppressed ? `${reasonInWords("suppressed", suppressed.reason, lang)} ${words.mailOff}` : words.mailOn}</p>
        {desk.may("customers:write") ? (
          <Form desk={desk} action={`/admin/customers/${number}/mail/${suppressed ? "allow" : "stop"}`}>
            <button type="submit" class="second">
              {suppressed ? words.allow : words.stop}
            </button>
          </Form>
        ) : null}
      </section>
    </>
  );
}
