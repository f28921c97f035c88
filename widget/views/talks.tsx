import texts from "texts:talks";
import type { ComponentChild } from "preact";
import type { Listed, Thread } from "../../worker/contact/person-shapes.ts";
import { call, type Reply } from "../api.ts";
import type { Host } from "../host.ts";
import css from "../styles/talks.css?inline";
import { focusIn } from "../ui/focus.ts";
import { present } from "../ui/present.ts";
import { fill } from "../ui/text.ts";
import { draftName, writeDraft } from "./draft.ts";

const PATH = "/v1/me/conversations";
/** As many as the worker lists. */
const MOST = 50;

/** The conversations of who is signed in to a panel: a list, one that is open, or the form for a new message. */
export const mount = present((host, root, redraw) => {
  let list: readonly Listed[] = [];
  let thread: Thread | undefined;
  /** The form that shows: of the thread that is open, or else of a new message. */
  let form: (() => ComponentChild) | undefined;
  let said: string = texts.loading;
  let fault = "";
  /** Whether there is a conversation more than those of the list. */
  let hasSent = false;
  let asksErase = false;

  const faultOf = (isUnauthorized: boolean) => (isUnauthorized ? texts.unauthorized : texts.failed);
  /** Asks the worker, and says when that fails. */
  const ask = async <T,>(asking: Promise<Reply<T>>): Promise<T | undefined> => {
    said = texts.loading;
    fault = "";
    redraw();
    const reply = await asking;
    said = "";
    if (reply.ok) return reply.body;
    fault = faultOf(reply.code === "unauthorized");
    host.emit("error", { code: reply.code });
    return undefined;
  };
  const load = async () => {
    const found = await ask(call<{ conversations: Listed[] }>(host, PATH, { signed: true }));
    thread = form = undefined;
    hasSent = asksErase = false;
    list = found?.conversations ?? [];
    // Who has none, or whose cannot be had, can write.
    if (list.length < 1) await openForm();
    redraw();
  };
  const back = async () => {
    await load();
    focusIn(root, "h2");
  };
  const contact = () =>
    import("./contact.tsx").catch(() => {
      fault = texts.failed;
    });
  const openForm = async () => {
    const emit: Host["emit"] = (name, detail) => {
      hasSent ||= name === "sent";
      host.emit(name, detail);
    };
    form = (await contact())?.view({ ...host, emit }, root, redraw);
    redraw();
  };
  const write = async () => {
    await openForm();
    focusIn(root, "input");
  };
  const nameOf = (reference: string) => `${draftName(host)}:${reference}`;
  const show = async (name: string) => {
    const found = await ask(call<Thread>(host, `${PATH}/${name}`, { signed: true }));
    const loaded = found && (await contact());
    if (loaded) {
      thread = found;
      const { reference } = found;
      form = loaded.compose(host, root, redraw, {
        fields: loaded.messageField(texts.message),
        path: `${PATH}/${reference}/messages`,
        stored: nameOf(reference),
        typed: () => undefined,
        async onSent() {
          await show(reference);
          said = texts.sent;
          redraw();
          focusIn(root, "[role=status]");
          host.emit("sent", { reference });
        },
      });
    }
    redraw();
    focusIn(root, "h2");
  };
  const download = async (path: string, name: string) => {
    const token = await host.token().catch(() => "");
    const reply = await fetch(`${host.origin}${path}?surface=${host.config.surface}`, {
      headers: { Authorization: `Bearer ${token}` },
    }).catch(() => undefined);
    fault = reply?.ok ? "" : faultOf(reply?.status === 401);
    redraw();
    if (!reply?.ok) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await reply.blob());
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  };

  const close = async (reference: string) => {
    const isClosed = await ask(call(host, `${PATH}/${reference}/close`, { method: "POST", signed: true }));
    if (isClosed) await show(reference);
    else redraw();
  };
  const choose = (isErase: boolean) => {
    asksErase = isErase;
    redraw();
    focusIn(root, isErase ? ".ask" : "h2");
  };
  const erase = async (reference: string) => {
    const isErased = await ask(call(host, `${PATH}/${reference}`, { method: "DELETE", signed: true }));
    if (!isErased) return redraw();
    writeDraft(nameOf(reference), undefined);
    await load();
    said ||= texts.erased;
    redraw();
    focusIn(root, "[role=status]");
  };

  const drawErase = (reference: string) =>
    asksErase ? (
      <>
        <p class="ask" tabIndex={-1}>
          {texts.asks}
        </p>
        <div class="row">
          <button type="button" part="button" onClick={() => erase(reference)}>
            {texts.sure}
          </button>
          <button class="quiet" type="button" onClick={() => choose(false)}>
            {texts.spare}
          </button>
        </div>
      </>
    ) : (
      <button class="quiet" type="button" onClick={() => choose(true)}>
        {texts.erase}
      </button>
    );
  const drawThread = ({ reference, title, status, says, kept, messages }: Thread) => (
    <>
      <h2 tabIndex={-1}>{title}</h2>
      <p>{says}</p>
      {messages.map(({ by, isOurs, text, quoted, files }) => (
        <div class={isOurs ? "talk ours" : "talk"}>
          <p class="muted">{by}</p>
          <p dir="auto">{text}</p>
          {quoted && (
            <details>
              <summary>{texts.quoted}</summary>
              <p dir="auto">{quoted}</p>
            </details>
          )}
          {files.map(({ id, name, size }) => (
            <button
              class="quiet"
              type="button"
              disabled={!id}
              onClick={() => download(`${PATH}/${reference}/files/${id}`, name)}
            >
              {name} ({size})
            </button>
          ))}
        </div>
      ))}
      {form?.()}
      {status !== "closed" && (
        <button class="quiet" type="button" onClick={() => close(reference)}>
          {texts.close}
        </button>
      )}
      <p class="muted">{kept}</p>
      {drawErase(reference)}
    </>
  );
  const drawList = () => (
    <>
      <h2 tabIndex={-1}>{texts.title}</h2>
      {list.map(({ reference, title, says }) => (
        <div class="talk" key={reference}>
          <button class="quiet" type="button" onClick={() => show(reference)}>
            {title}
          </button>
          <p class="muted">{says}</p>
        </div>
      ))}
      {list.length >= MOST && <p class="muted">{fill(texts.older, { count: MOST })}</p>}
      <button type="button" part="button" onClick={write}>
        {texts.write}
      </button>
    </>
  );

  // Drawing works from when this view is returned.
  queueMicrotask(load);

  return () => (
    <div part="talks">
      <p role="status" tabIndex={-1}>
        {said}
      </p>
      <p class="error" role="alert">
        {fault}
      </p>
      {fault && list.length < 1 && (
        <button class="quiet" type="button" onClick={load}>
          {texts.again}
        </button>
      )}
      {form && (list.length > 0 || hasSent) && (
        <button class="quiet" type="button" onClick={back}>
          {texts.back}
        </button>
      )}
      {thread ? drawThread(thread) : form ? form() : list.length > 0 && drawList()}
    </div>
  );
}, css);
