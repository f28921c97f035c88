import type { Hono } from "hono";
import { SCOPES, type Scope } from "../platform/access.ts";
import { base64url } from "../platform/bytes.ts";
import { Refusal } from "../platform/errors.ts";
import type { House } from "../platform/http.ts";
import { type ApiKey, findApiKeyById, listApiKeys } from "../platform/store.ts";
import { endApiKey, makeApiKey } from "../staff/api-key.ts";
import { keyShape } from "../staff/shapes.ts";
import { memberNames } from "../staff/store.ts";
import { action, goTo, type StaffDesk, screen } from "./desk.ts";
import { check, Field, Form, faultsOf, replyConfirm, type Typed, UNTOUCHED } from "./form.tsx";
import { KEYS } from "./keys-words.ts";
import { doneSaid, replyScreen } from "./shell.tsx";
import { type Column, Table, When } from "./table.tsx";
import { SHELL } from "./words.ts";

const PATH = "/admin/keys";

/** Adds the pages about API keys. */
export function addKeys(routes: Hono<House>): void {
  routes.get(
    PATH,
    screen("keys:read", (desk) => replyKeys(desk, UNTOUCHED)),
  );

  routes.post(
    PATH,
    action("keys:write", async (desk, form) => {
      const scopes = SCOPES.filter((scope) => form[`scope.${scope}`] !== undefined);
      const checked = check(keyShape, form, { name: form["name"], scopes });
      if ("typed" in checked) return replyKeys(desk, checked.typed, 422);
      try {
        return replyMade(desk, await makeApiKey(desk.rt, desk.member, checked.value, form["form"] ?? ""));
      } catch (error) {
        if (!(error instanceof Refusal) || error.code !== "idempotency_key_reused") throw error;
        return replyScreen(
          desk,
          { title: KEYS[desk.lang].made, section: "keys", children: <MadeBefore desk={desk} /> },
          409,
        );
      }
    }),
  );

  routes.get(
    `${PATH}/:id/revoke`,
    screen("keys:write", async (desk) => {
      const { id, name } = await keyOf(desk);
      const words = KEYS[desk.lang];
      return replyConfirm(desk, {
        title: words.revokeTitle(name),
        text: words.revokeText,
        label: words.revoke,
        action: `${PATH}/${id}/revoke`,
        back: PATH,
      });
    }),
  );

  routes.post(
    `${PATH}/:id/revoke`,
    action("keys:write", async (desk) => {
      await endApiKey(desk.rt, desk.member, (await keyOf(desk)).id);
      return goTo(desk, PATH, "revoked");
    }),
  );
}

async function keyOf({ c, rt }: StaffDesk): Promise<ApiKey> {
  const key = await findApiKeyById(rt.db, c.req.param("id") ?? "");
  if (!key) throw new Refusal("not_found");
  return key;
}

async function replyKeys(desk: StaffDesk, typed: Typed, status = 200): Promise<Response> {
  const { rt, lang } = desk;
  const words = KEYS[lang];
  const [keys, names] = await Promise.all([listApiKeys(rt.db), memberNames(rt.db)]);
  const children = (
    <>
      <p>{words.intro}</p>
      <Table
        desk={desk}
        caption={SHELL[lang].page.keys}
        columns={columns(desk, names)}
        rows={keys}
        empty={words.empty}
      />
      {desk.may("keys:write") ? <NewKey desk={desk} typed={typed} /> : null}
    </>
  );
  const done = doneSaid(desk, words.done);
  const faults = faultsOf(lang, typed, { name: words.name }).map((fault) =>
    fault.field === "scopes" ? { ...fault, text: words.chooseOne } : fault,
  );
  return replyScreen(desk, { title: SHELL[lang].page.keys, section: "keys", done, faults, children }, status);
}

/** The one page that ever shows a key. */
function replyMade(desk: StaffDesk, text: string): Response {
  const words = KEYS[desk.lang];
  const children = (
    <>
      <p>{words.madeText}</p>
      <p>
        <code id="key" class="key">
          {text}
        </code>
      </p>
      <div class="row">
        <button type="button" class="second" data-copy="key" data-copied={words.copied} hidden>
          {words.copy}
        </button>
        <a href={PATH}>{words.back}</a>
      </div>
    </>
  );
  return replyScreen(desk, { title: words.made, section: "keys", children });
}

/** A reload sends the form again; the key that it made stays the only one. */
function MadeBefore({ desk }: { desk: StaffDesk }) {
  const words = KEYS[desk.lang];
  return (
    <>
      <p>{words.madeBefore}</p>
      <p>
        <a href={PATH}>{words.back}</a>
      </p>
    </>
  );
}

function columns(desk: StaffDesk, names: ReadonlyMap<string, string>): Column<ApiKey>[] {
  const words = KEYS[desk.lang];
  const shell = SHELL[desk.lang];
  const listed: Column<ApiKey>[] = [
    { name: "name", label: words.name, cell: ({ name }) => name },
    { name: "scopes", label: words.scopes, cell: ({ scopes }) => scopes.join(", ") },
    {
      name: "created",
      label: words.created,
      cell: ({ createdAt, createdBy }) => (
        <>
          <When desk={desk} at={createdAt} />, {shell.by}{" "}
          {createdBy === null ? shell.command : (names.get(createdBy) ?? "?")}
        </>
      ),
    },
    {
      name: "used",
      label: words.used,
      cell: ({ usedAt }) => (usedAt === null ? words.never : <When desk={desk} at={usedAt} />),
    },
    {
      name: "state",
      label: words.state,
      cell: ({ id, name, revokedAt }) =>
        revokedAt !== null ? (
          <>
            {words.revoked} <When desk={desk} at={revokedAt} />
          </>
        ) : desk.may("keys:write") ? (
          <a href={`${PATH}/${id}/revoke`}>
            {words.revoke}
            <span class="hidden"> {name}</span>
          </a>
        ) : (
          words.inUse
        ),
    },
  ];
  return listed;
}

function NewKey({ desk, typed }: { desk: StaffDesk; typed: Typed }) {
  const { lang } = desk;
  const words = KEYS[lang];
  const noScope = typed.errors.some(({ path }) => path === "scopes");
  return (
    <section aria-labelledby="new">
      <h2 id="new">{words.make}</h2>
      <Form desk={desk} action={PATH} class="narrow">
        <input type="hidden" name="form" value={base64url(desk.rt.random(9))} />
        <Field {...{ lang, typed }} name="name" label={words.name} hint={words.nameHint} autocomplete="off" required />
        <fieldset id="scopes" {...(noScope ? { "aria-describedby": "scopes-error" } : {})}>
          <legend>{words.scopes}</legend>
          {noScope ? (
            <p class="error" id="scopes-error">
              {words.chooseOne}
            </p>
          ) : null}
          {SCOPES.map((scope) => (
            <ScopeBox
              scope={scope}
              label={words.scopeWords[scope]}
              checked={typed.values[`scope.${scope}`] !== undefined}
            />
          ))}
        </fieldset>
        <button type="submit">{words.make}</button>
      </Form>
    </section>
  );
}

function ScopeBox({ scope, label, checked }: { scope: Scope; label: string; checked: boolean }) {
  return (
    <label class="check">
      <input type="checkbox" name={`scope.${scope}`} checked={checked} />
      <span>
        {label} <code>{scope}</code>
      </span>
    </label>
  );
}
