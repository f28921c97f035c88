import type { Hono } from "hono";
import { Refusal } from "../platform/errors.ts";
import { type House, limitRate, parse } from "../platform/http.ts";
import { LANGUAGE_NAMES } from "../platform/languages.ts";
import { wantAlerts } from "../staff/alerts.ts";
import { deviceOf } from "../staff/device.ts";
import { editMember } from "../staff/member.ts";
import { addOptions, addPasskey, ownPasskey, removePasskey } from "../staff/passkey.ts";
import { endOtherSessions, endSession } from "../staff/session.ts";
import { ownEditShape, passkeyNameShape, registrationShape } from "../staff/shapes.ts";
import { findMember, listPasskeys, listSessions, type Passkey, type Session } from "../staff/store.ts";
import { ACCOUNT } from "./account-words.ts";
import { action, goTo, type StaffDesk, screen } from "./desk.ts";
import {
  check,
  Field,
  Form,
  faultsOf,
  RowButton,
  replyConfirm,
  Select,
  type Typed,
  typedAgain,
  UNTOUCHED,
} from "./form.tsx";
import { doneSaid, replyScreen } from "./shell.tsx";
import { type Column, Table, When } from "./table.tsx";
import { SHELL } from "./words.ts";

const PATH = "/admin/account";

/** Adds the page where a member keeps their own name, language, mail about conversations, passkeys and sessions. */
export function addAccount(routes: Hono<House>): void {
  routes.get(
    PATH,
    screen("account", (desk) => replyAccount(desk)),
  );

  routes.post(
    PATH,
    action("any", async (desk, form) => {
      const { rt, member } = desk;
      const checked = check(ownEditShape, form);
      if ("typed" in checked) return replyAccount(desk, checked, 422);
      try {
        await editMember(rt, member, member.id, { ...checked.value, role: member.role });
      } catch (error) {
        if (!(error instanceof Refusal) || error.code !== "edited_meanwhile") throw error;
        // Read again: the other edit came after our first look.
        const now = (await findMember(rt.db, member.id)) ?? member;
        return replyAccount(
          { ...desk, member: now },
          { typed: { values: form, errors: [] }, isBehind: true },
          error.status,
        );
      }
      return goTo(desk, PATH, "saved");
    }),
  );

  routes.post(
    `${PATH}/alerts`,
    action("contact:read", async (desk, form) => {
      await wantAlerts(desk.rt, desk.member, form["alerts"] !== undefined);
      return goTo(desk, PATH, "saved");
    }),
  );

  routes.post(
    `${PATH}/passkeys`,
    action("account", async (desk, form) => {
      const { c, rt, visitor } = desk;
      await limitRate(c);
      try {
        const { name } = parse(passkeyNameShape, form);
        const registration = parse(registrationShape, JSON.parse(form["credential"] ?? "") as unknown);
        await addPasskey(rt, visitor, registration, name);
        return goTo(desk, PATH, "passkey-added");
      } catch (error) {
        const typed = error instanceof SyntaxError ? UNTOUCHED : failed(error, form);
        return replyAccount(desk, { typed, passkeyFailed: true }, 422);
      }
    }),
  );

  routes.get(
    `${PATH}/passkeys/remove`,
    screen("account", async (desk) => {
      const { id, name } = await ownPasskey(desk.rt, desk.visitor, desk.c.req.query("id") ?? "");
      const words = ACCOUNT[desk.lang];
      return replyConfirm(desk, {
        title: words.removeTitle(name),
        text: words.removeText,
        label: words.removeIt,
        action: `${PATH}/passkeys/remove`,
        back: PATH,
        hidden: { id },
      });
    }),
  );

  routes.post(
    `${PATH}/passkeys/remove`,
    action("account", async (desk, form) => {
      if (desk.visitor.needsPasskey) throw new Refusal("passkey_needed");
      await removePasskey(desk.rt, desk.visitor, form["id"] ?? "");
      return goTo(desk, PATH, "passkey-removed");
    }),
  );

  routes.post(
    `${PATH}/sessions/end`,
    action("account", async (desk, form) => {
      const { rt, member } = desk;
      await endSession(rt, member, member.id, form["id"] ?? "");
      return goTo(desk, PATH, "session-ended");
    }),
  );

  routes.post(
    `${PATH}/sessions/end-others`,
    action("account", async (desk) => {
      await endOtherSessions(desk.rt, desk.visitor);
      return goTo(desk, PATH, "session-ended");
    }),
  );
}

/** A refused passkey is told beside its button; any other trouble goes on. */
function failed(error: unknown, form: Readonly<Record<string, string>>): Typed {
  if (error instanceof Refusal && error.code === "passkey_invalid") return { values: form, errors: [] };
  return typedAgain(error, form);
}

interface State {
  typed?: Typed;
  /** Somebody else edited the member since this form was drawn. */
  isBehind?: boolean;
  passkeyFailed?: boolean;
}

async function replyAccount(desk: StaffDesk, state: State = {}, status = 200): Promise<Response> {
  const { rt, lang, member, visitor } = desk;
  const words = ACCOUNT[lang];
  const [passkeys, sessions] = await Promise.all([
    listPasskeys(rt.db, member.id),
    listSessions(rt.db, member.id, rt.now()),
  ]);
  const mustUse = visitor.needsPasskey && passkeys.length > 0;
  const children = (
    <>
      {visitor.needsPasskey ? <p class="note">{mustUse ? words.usePasskey : words.addPasskeyFirst}</p> : null}
      {visitor.needsPasskey ? null : <Profile desk={desk} state={state} />}
      {!visitor.needsPasskey && desk.may("contact:read") ? <Alerts desk={desk} /> : null}
      {visitor.session ? (
        <>
          <section aria-labelledby="passkeys">
            <h2 id="passkeys">{words.passkeys}</h2>
            <p>{words.passkeysText}</p>
            <Table
              desk={desk}
              caption={words.passkeys}
              columns={passkeyColumns(desk)}
              rows={passkeys}
              empty={words.noPasskeys}
            />
            {mustUse ? null : <AddPasskey desk={desk} options={await addOptions(rt, member)} state={state} />}
          </section>
          <section aria-labelledby="sessions">
            <h2 id="sessions">{words.sessions}</h2>
            <p>{words.sessionsText(rt.settings.STAFF_SESSION_HOURS)}</p>
            <Table desk={desk} caption={words.sessions} columns={sessionColumns(desk)} rows={sessions} empty="" />
            {sessions.length > 1 ? (
              <Form desk={desk} action={`${PATH}/sessions/end-others`}>
                <button type="submit" class="second">
                  {words.endOthers}
                </button>
              </Form>
            ) : null}
          </section>
        </>
      ) : (
        <p>{words.access}</p>
      )}
    </>
  );
  const done = doneSaid(desk, words.done);
  const typed = state.typed ?? UNTOUCHED;
  // The page has two names; the passkey's field is called otherwise.
  const faults = state.passkeyFailed
    ? faultsOf(lang, typed, { name: words.passkeyName }).map(({ text }) => ({ field: "passkey-name", text }))
    : faultsOf(lang, typed, { name: words.name, lang: words.lang });
  return replyScreen(desk, { title: SHELL[lang].page.account, section: "account", done, faults, children }, status);
}

function Profile({ desk, state }: { desk: StaffDesk; state: State }) {
  const { lang, member } = desk;
  const words = ACCOUNT[lang];
  const typed = state.typed && !state.passkeyFailed ? state.typed : UNTOUCHED;
  return (
    <Form desk={desk} action={PATH} class="narrow">
      {state.isBehind ? (
        <p class="fault" role="alert">
          {words.behind(member.name)}
        </p>
      ) : null}
      <p>
        {member.email} · {SHELL[lang].roles[member.role]}
      </p>
      <input type="hidden" name="version" value={String(member.version)} />
      <Field {...{ lang, typed }} name="name" label={words.name} value={member.name} autocomplete="name" required />
      <Select {...{ lang, typed }} name="lang" label={words.lang} value={member.lang} options={LANGUAGE_NAMES} />
      <button type="submit">{SHELL[lang].save}</button>
    </Form>
  );
}

function Alerts({ desk }: { desk: StaffDesk }) {
  const { lang, member } = desk;
  const words = ACCOUNT[lang];
  return (
    <section aria-labelledby="alerts-title">
      <h2 id="alerts-title">{words.alerts}</h2>
      <p>{words.alertsText}</p>
      <Form desk={desk} action={`${PATH}/alerts`} class="narrow">
        <label class="check">
          <input type="checkbox" name="alerts" checked={member.wantsAlerts} />
          <span>{words.wantAlerts}</span>
        </label>
        <button type="submit">{words.saveAlerts}</button>
      </Form>
    </section>
  );
}

function AddPasskey({ desk, options, state }: { desk: StaffDesk; options: object; state: State }) {
  const { c, lang } = desk;
  const words = ACCOUNT[lang];
  const typed = (state.passkeyFailed && state.typed) || UNTOUCHED;
  const device = deviceOf(c.req.header("user-agent"));
  return (
    <Form desk={desk} action={`${PATH}/passkeys`} class="narrow passkey">
      <Field
        {...{ lang, typed }}
        name="name"
        id="passkey-name"
        label={words.passkeyName}
        value={device}
        autocomplete="off"
        required
      />
      <input type="hidden" name="credential" data-passkey="create" data-options={JSON.stringify(options)} />
      <button type="submit">{words.addPasskey}</button>
      <p class="error" role="alert" data-failed={words.failed} data-unable={words.unable}>
        {state.passkeyFailed ? words.failed : null}
      </p>
      <noscript>
        <p class="muted">{words.needsScript}</p>
      </noscript>
    </Form>
  );
}

function passkeyColumns(desk: StaffDesk): Column<Passkey>[] {
  const words = ACCOUNT[desk.lang];
  const columns: Column<Passkey>[] = [
    { name: "name", label: words.passkeyName, cell: ({ name }) => name },
    { name: "created", label: words.added, cell: ({ createdAt }) => <When desk={desk} at={createdAt} /> },
    {
      name: "used",
      label: words.used,
      cell: ({ usedAt }) => (usedAt === null ? SHELL[desk.lang].none : <When desk={desk} at={usedAt} />),
    },
  ];
  if (desk.visitor.needsPasskey) return columns;
  const remove: Column<Passkey> = {
    name: "remove",
    label: words.action,
    cell: ({ id, name }) => (
      <a href={`${PATH}/passkeys/remove?${new URLSearchParams({ id })}`}>
        {words.remove}
        <span class="hidden"> {name}</span>
      </a>
    ),
  };
  return [...columns, remove];
}

function sessionColumns(desk: StaffDesk): Column<Session>[] {
  const words = ACCOUNT[desk.lang];
  const isHere = ({ id }: Session) => id === desk.visitor.session?.id;
  return [
    {
      name: "device",
      label: words.device,
      cell: (session) => (isHere(session) ? `${session.device} (${words.thisOne})` : session.device),
    },
    { name: "method", label: words.method, cell: ({ method }) => words.methods[method] },
    { name: "since", label: words.since, cell: ({ createdAt }) => <When desk={desk} at={createdAt} /> },
    { name: "until", label: words.until, cell: ({ expiresAt }) => <When desk={desk} at={expiresAt} /> },
    {
      name: "end",
      label: words.action,
      cell: (session) =>
        isHere(session) ? (
          SHELL[desk.lang].none
        ) : (
          <RowButton
            desk={desk}
            action={`${PATH}/sessions/end`}
            id={session.id}
            label={words.end}
            about={session.device}
          />
        ),
    },
  ];
}
