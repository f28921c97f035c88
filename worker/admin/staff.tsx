import type { Hono } from "hono";
import { ROLES, type Role } from "../platform/access.ts";
import { Refusal } from "../platform/errors.ts";
import type { House } from "../platform/http.ts";
import { parse } from "../platform/http.ts";
import { LANGUAGE_NAMES } from "../platform/languages.ts";
import { inviteMember, setRoleRule } from "../staff/member.ts";
import { isBehindAccess } from "../staff/session.ts";
import { inviteShape, roleRuleShape } from "../staff/shapes.ts";
import { listMembers, listRoles, type RoleRule } from "../staff/store.ts";
import { action, goTo, type StaffDesk, screen } from "./desk.ts";
import { check, Field, Form, faultsOf, Select, type Typed, typedAgain, UNTOUCHED } from "./form.tsx";
import { doneSaid, replyScreen } from "./shell.tsx";
import { addMember } from "./staff-member.tsx";
import { STAFF } from "./staff-words.ts";
import { type Column, type Order, orderOf, Table, When } from "./table.tsx";
import { SHELL } from "./words.ts";

const PATH = "/admin/staff";

/** Adds the pages about who works here. */
export function addStaff(routes: Hono<House>): void {
  routes.get(
    PATH,
    screen("staff:read", (desk) => replyStaff(desk, UNTOUCHED)),
  );

  routes.post(
    PATH,
    action("staff:write", async (desk, form) => {
      const checked = check(inviteShape, form);
      if ("typed" in checked) return replyStaff(desk, checked.typed, 422);
      try {
        await inviteMember(desk.rt, desk.member, checked.value);
      } catch (error) {
        return replyStaff(desk, typedAgain(error, form), 422);
      }
      return goTo(desk, PATH, "invited");
    }),
  );

  routes.post(
    `${PATH}/roles`,
    action("staff:write", async (desk, form) => {
      try {
        await setRoleRule(desk.rt, desk.member, parse(roleRuleShape, form));
      } catch (error) {
        if (!(error instanceof Refusal) || error.code !== "edited_meanwhile") throw error;
        return replyStaff(desk, UNTOUCHED, error.status, true);
      }
      return goTo(desk, PATH, "rule-saved");
    }),
  );

  addMember(routes);
}

type Row = Awaited<ReturnType<typeof listMembers>>[number];

const SORTS: Readonly<Record<string, (row: Row) => string | number>> = {
  name: ({ member }) => member.name.toLocaleLowerCase(),
  email: ({ member }) => member.email,
  role: ({ member }) => member.role,
  seen: ({ member }) => member.signedInAt ?? 0,
};

async function replyStaff(desk: StaffDesk, typed: Typed, status = 200, isBehind = false): Promise<Response> {
  const { rt, lang } = desk;
  const words = STAFF[lang];
  const [members, rules] = await Promise.all([listMembers(rt.db), listRoles(rt.db)]);
  const order = orderOf(desk, Object.keys(SORTS), "name");
  const children = (
    <>
      <p>{words.intro}</p>
      <Table
        desk={desk}
        caption={SHELL[lang].page.staff}
        columns={memberColumns(desk)}
        rows={sorted(members, order)}
        order={order}
        empty=""
      />
      {desk.may("staff:write") ? <Invite desk={desk} typed={typed} /> : null}
      <h2>{words.rules}</h2>
      {isBehindAccess(rt) ? (
        <p>{words.accessRules}</p>
      ) : (
        <>
          <p>{words.rulesText}</p>
          {isBehind ? (
            <p class="fault" role="alert">
              {words.rulesBehind}
            </p>
          ) : null}
          <Table desk={desk} caption={words.rules} columns={ruleColumns(desk, rules)} rows={ROLES} empty="" />
        </>
      )}
    </>
  );
  const done = doneSaid(desk, words.done);
  const faults = faultsOf(lang, typed, { email: words.email, name: words.name, role: words.role, lang: words.lang });
  return replyScreen(desk, { title: SHELL[lang].page.staff, section: "staff", done, faults, children }, status);
}

function sorted(rows: readonly Row[], { by, descending }: Order): Row[] {
  const sortValue = SORTS[by] ?? (() => 0);
  const way = descending ? -1 : 1;
  return [...rows].sort((a, b) => (sortValue(a) < sortValue(b) ? -way : way));
}

function memberColumns(desk: StaffDesk): Column<Row>[] {
  const words = STAFF[desk.lang];
  const shell = SHELL[desk.lang];
  return [
    {
      name: "name",
      label: words.name,
      sorts: true,
      cell: ({ member }) => <a href={`${PATH}/${member.id}`}>{member.name}</a>,
    },
    { name: "email", label: words.email, sorts: true, cell: ({ member }) => member.email },
    { name: "role", label: words.role, sorts: true, cell: ({ member }) => shell.roles[member.role] },
    { name: "passkeys", label: words.passkeys, numeric: true, cell: ({ passkeys }) => String(passkeys) },
    {
      name: "seen",
      label: words.lastSignIn,
      sorts: true,
      cell: ({ member: { signedInAt } }) =>
        signedInAt === null ? words.neverSignedIn : <When desk={desk} at={signedInAt} />,
    },
  ];
}

function Invite({ desk, typed }: { desk: StaffDesk; typed: Typed }) {
  const { lang } = desk;
  const words = STAFF[lang];
  const roles = Object.fromEntries(ROLES.map((role) => [role, SHELL[lang].roles[role]]));
  return (
    <section aria-labelledby="invite">
      <h2 id="invite">{words.invite}</h2>
      <p>{words.inviteText}</p>
      <Form desk={desk} action={PATH} class="narrow">
        <Field {...{ lang, typed }} name="email" label={words.email} type="email" autocomplete="off" required />
        <Field {...{ lang, typed }} name="name" label={words.name} autocomplete="off" required />
        <Select {...{ lang, typed }} name="role" label={words.role} value="support" options={roles} />
        <Select {...{ lang, typed }} name="lang" label={words.lang} value={lang} options={LANGUAGE_NAMES} />
        <button type="submit">{words.inviteButton}</button>
      </Form>
    </section>
  );
}

function ruleColumns(desk: StaffDesk, rules: readonly RoleRule[]): Column<Role>[] {
  const words = STAFF[desk.lang];
  const roles = SHELL[desk.lang].roles;
  const ruleOf = (role: Role) => rules.find((rule) => rule.role === role);
  const columns: Column<Role>[] = [
    { name: "role", label: words.role, cell: (role) => roles[role] },
    { name: "demands", label: words.demands, cell: (role) => (ruleOf(role)?.demandsPasskey ? words.yes : words.no) },
  ];
  if (!desk.may("staff:write")) return columns;
  const change: Column<Role> = {
    name: "change",
    label: words.action,
    cell: (role) => {
      const demands = ruleOf(role)?.demandsPasskey ?? false;
      return (
        <Form desk={desk} action={`${PATH}/roles`}>
          <input type="hidden" name="role" value={role} />
          <input type="hidden" name="version" value={String(ruleOf(role)?.version ?? 0)} />
          <input type="hidden" name="demandsPasskey" value={String(!demands)} />
          <button type="submit" class="second">
            {demands ? words.release : words.demand}
            <span class="hidden"> {roles[role]}</span>
          </button>
        </Form>
      );
    },
  };
  return [...columns, change];
}
