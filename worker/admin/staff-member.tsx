import type { Hono } from "hono";
import { ROLES } from "../platform/access.ts";
import { Refusal } from "../platform/errors.ts";
import { type House, parse } from "../platform/http.ts";
import { LANGUAGE_NAMES } from "../platform/languages.ts";
import { listApiKeys } from "../platform/store.ts";
import { editMember, inviteAgain, removeMember, resetPasskeys } from "../staff/member.ts";
import { endSession } from "../staff/session.ts";
import { editShape, versionShape } from "../staff/shapes.ts";
import { findMember, listPasskeys, listSessions, type Member, memberNames, type Session } from "../staff/store.ts";
import { ACCOUNT } from "./account-words.ts";
import { action, goTo, type StaffDesk, screen, type Form as Values } from "./desk.ts";
import { check, Field, Form, faultsOf, RowButton, replyConfirm, Select, type Typed, UNTOUCHED } from "./form.tsx";
import { doneSaid, replyScreen } from "./shell.tsx";
import { STAFF } from "./staff-words.ts";
import { type Column, Facts, Table, When } from "./table.tsx";
import { SHELL } from "./words.ts";

const LIST = "/admin/staff";
const PATH = `${LIST}/:id`;

/** Adds the pages about one member of staff. */
export function addMember(routes: Hono<House>): void {
  routes.get(
    PATH,
    screen("staff:read", async (desk) => replyMember(desk, await memberOf(desk))),
  );

  routes.post(
    PATH,
    action("staff:write", async (desk, form) => {
      const member = await memberOf(desk);
      const checked = check(editShape, form);
      if ("typed" in checked) return replyMember(desk, member, checked, 422);
      return orShowChange(
        desk,
        async () => {
          await editMember(desk.rt, desk.member, member.id, checked.value);
          // An edit of one's own role ends one's own session, too.
          return goTo(desk, `${LIST}/${member.id}`, "saved");
        },
        form,
      );
    }),
  );

  routes.post(
    `${PATH}/invite`,
    action("staff:write", async (desk) => {
      const { id } = await memberOf(desk);
      await inviteAgain(desk.rt, desk.member, id);
      return goTo(desk, `${LIST}/${id}`, "invited");
    }),
  );

  routes.post(
    `${PATH}/sessions/end`,
    action("staff:write", async (desk, form) => {
      const { id } = await memberOf(desk);
      await endSession(desk.rt, desk.member, id, form["id"] ?? "");
      return goTo(desk, `${LIST}/${id}`, "session-ended");
    }),
  );

  routes.get(
    `${PATH}/remove`,
    screen("staff:write", async (desk) => {
      const member = await memberOf(desk);
      const words = STAFF[desk.lang];
      const title = words.removeTitle(member.name);
      const keys = (await listApiKeys(desk.rt.db)).filter(
        ({ createdBy, revokedAt }) => createdBy === member.id && revokedAt === null,
      );
      return replyConfirm(desk, {
        title,
        text:
          keys.length === 0 ? (
            words.removeText
          ) : (
            <KeysLeft text={words.removeText} label={words.keysLeft(keys.length)} />
          ),
        label: words.remove,
        ...aboutMember(member, "remove"),
      });
    }),
  );

  routes.post(
    `${PATH}/remove`,
    action("staff:write", async (desk, form) => {
      const { id } = await memberOf(desk);
      return orShowChange(desk, async () => {
        await removeMember(desk.rt, desk.member, id, parse(versionShape, form).version);
        return goTo(desk, LIST, "removed");
      });
    }),
  );

  routes.get(
    `${PATH}/reset-passkeys`,
    screen("staff:write", async (desk) => {
      const member = await memberOf(desk);
      const words = STAFF[desk.lang];
      const title = words.resetTitle(member.name);
      const about = aboutMember(member, "reset-passkeys");
      return replyConfirm(desk, { title, text: words.resetText, label: words.reset, ...about });
    }),
  );

  routes.post(
    `${PATH}/reset-passkeys`,
    action("staff:write", async (desk, form) => {
      const { id } = await memberOf(desk);
      return orShowChange(desk, async () => {
        await resetPasskeys(desk.rt, desk.member, id, parse(versionShape, form).version);
        return goTo(desk, `${LIST}/${id}`, "reset");
      });
    }),
  );
}

/** When somebody else was first, shows the member as they now are, beside what was typed. */
async function orShowChange(desk: StaffDesk, edit: () => Promise<Response>, values?: Values): Promise<Response> {
  try {
    return await edit();
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== "edited_meanwhile") throw error;
    const typed = values && { typed: { values, errors: [] } };
    // Read again: the other's edit may have come after our first look.
    return replyMember(desk, await memberOf(desk), { ...typed, isBehind: true }, error.status);
  }
}

/** Keys outlive who made them: programs may count on them. */
function KeysLeft({ text, label }: { text: string; label: string }) {
  return (
    <>
      {text} <a href="/admin/keys">{label}</a>
    </>
  );
}

const aboutMember = ({ id, version }: Member, what: string) => ({
  action: `${LIST}/${id}/${what}`,
  back: `${LIST}/${id}`,
  hidden: { version: String(version) },
});

async function memberOf({ c, rt }: StaffDesk): Promise<Member> {
  const member = await findMember(rt.db, c.req.param("id") ?? "");
  if (!member) throw new Refusal("not_found");
  return member;
}

interface State {
  typed?: Typed;
  /** Somebody else edited the member since this form was drawn. */
  isBehind?: boolean;
}

async function replyMember(desk: StaffDesk, member: Member, state: State = {}, status = 200): Promise<Response> {
  const { rt, lang } = desk;
  const words = STAFF[lang];
  const [passkeys, sessions, names] = await Promise.all([
    listPasskeys(rt.db, member.id),
    listSessions(rt.db, member.id, rt.now()),
    memberNames(rt.db),
  ]);
  const changedBy = member.changedBy === null ? SHELL[lang].command : (names.get(member.changedBy) ?? "?");
  const mayWrite = desk.may("staff:write");
  const children = (
    <>
      <Facts
        facts={[
          [words.email, member.email],
          [words.role, SHELL[lang].roles[member.role]],
          [words.passkeys, String(passkeys.length)],
          [words.lastSignIn, member.signedInAt === null ? words.invited : <When desk={desk} at={member.signedInAt} />],
          [
            words.lastChange,
            <>
              <When desk={desk} at={member.changedAt} />, {SHELL[lang].by} {changedBy}
            </>,
          ],
        ]}
      />
      {mayWrite ? <Edit {...{ desk, member, state, changedBy }} /> : null}
      <h2>{words.sessions}</h2>
      <Table
        desk={desk}
        caption={words.sessions}
        columns={sessionColumns(desk, member)}
        rows={sessions}
        empty={words.noSessions}
      />
      {mayWrite ? (
        <div class="row">
          {member.signedInAt === null && desk.visitor.session ? (
            <Form desk={desk} action={`${LIST}/${member.id}/invite`}>
              <button type="submit" class="second">
                {words.inviteAgain}
              </button>
            </Form>
          ) : null}
          {passkeys.length > 0 ? <a href={`${LIST}/${member.id}/reset-passkeys`}>{words.reset}</a> : null}
          <a href={`${LIST}/${member.id}/remove`}>{words.remove}</a>
        </div>
      ) : null}
    </>
  );
  const done = doneSaid(desk, words.done);
  const faults = faultsOf(lang, state.typed ?? UNTOUCHED, { name: words.name, role: words.role, lang: words.lang });
  return replyScreen(desk, { title: member.name, section: "staff", done, faults, children }, status);
}

interface EditProps {
  desk: StaffDesk;
  member: Member;
  state: State;
  changedBy: string;
}

function Edit({ desk, member, state, changedBy }: EditProps) {
  const { lang } = desk;
  const words = STAFF[lang];
  const { typed = UNTOUCHED, isBehind } = state;
  const roles = Object.fromEntries(ROLES.map((role) => [role, SHELL[lang].roles[role]]));
  return (
    <section aria-labelledby="edit">
      <h2 id="edit">{words.edit}</h2>
      {isBehind ? (
        <div class="fault" role="alert">
          <p>{words.behind(changedBy)}</p>
          <Table
            desk={desk}
            caption={words.edit}
            columns={differenceColumns(desk)}
            rows={state.typed ? differences(desk, member, typed.values) : []}
            empty={words.sameStill}
          />
        </div>
      ) : null}
      <Form desk={desk} action={`${LIST}/${member.id}`} class="narrow">
        <input type="hidden" name="version" value={String(member.version)} />
        <Field {...{ lang, typed }} name="name" label={words.name} value={member.name} autocomplete="off" required />
        <Select
          {...{ lang, typed }}
          name="role"
          label={words.role}
          value={member.role}
          options={roles}
          hint={words.roleHint}
        />
        <Select {...{ lang, typed }} name="lang" label={words.lang} value={member.lang} options={LANGUAGE_NAMES} />
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
function differences({ lang }: StaffDesk, member: Member, values: Values): Difference[] {
  const words = STAFF[lang];
  const said = (texts: Readonly<Record<string, string>>, value: string) =>
    Object.hasOwn(texts, value) ? (texts[value] ?? value) : value;
  const rows = [
    { field: words.name, now: member.name, yours: values["name"] ?? "" },
    {
      field: words.role,
      now: SHELL[lang].roles[member.role],
      yours: said(SHELL[lang].roles, values["role"] ?? ""),
    },
    {
      field: words.lang,
      now: said(LANGUAGE_NAMES, member.lang),
      yours: said(LANGUAGE_NAMES, values["lang"] ?? ""),
    },
  ];
  return rows.filter(({ now, yours }) => now !== yours);
}

function differenceColumns({ lang }: StaffDesk): Column<Difference>[] {
  const words = STAFF[lang];
  return [
    { name: "field", label: words.field, cell: ({ field }) => field },
    { name: "now", label: words.now, cell: ({ now }) => now },
    { name: "yours", label: words.yours, cell: ({ yours }) => yours },
  ];
}

function sessionColumns(desk: StaffDesk, member: Member): Column<Session>[] {
  const words = STAFF[desk.lang];
  const columns: Column<Session>[] = [
    { name: "device", label: words.device, cell: ({ device }) => device },
    { name: "method", label: words.method, cell: ({ method }) => ACCOUNT[desk.lang].methods[method] },
    { name: "since", label: words.since, cell: ({ createdAt }) => <When desk={desk} at={createdAt} /> },
  ];
  if (!desk.may("staff:write")) return columns;
  const end: Column<Session> = {
    name: "end",
    label: words.action,
    cell: ({ id, device }) => (
      <RowButton desk={desk} action={`${LIST}/${member.id}/sessions/end`} id={id} label={words.end} about={device} />
    ),
  };
  return [...columns, end];
}
