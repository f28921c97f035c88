import texts from "texts:mine";
import type { Mine } from "../../worker/newsletter/shapes.ts";
import { call, type Reply } from "../api.ts";
import css from "../styles/groups.css?inline";
import { focusIn } from "../ui/focus.ts";
import { present } from "../ui/present.ts";
import { fill } from "../ui/text.ts";

const PATH = "/v1/me/newsletter";

/** The newsletter of who is signed in to a panel: whether they get it, which topics, and the way out. */
export const mount = present((host, root, redraw) => {
  let mine: Mine | undefined;
  /** What is ticked, which is not saved until the button is pressed. */
  let chosen: readonly string[] = [];
  let isBusy = false;
  let done = "";
  let fault = "";

  const ask = async (asking: Promise<Reply<Mine>>, said: (found: Mine) => string) => {
    isBusy = true;
    done = fault = "";
    redraw();
    const reply = await asking;
    isBusy = false;
    if (reply.ok) {
      mine = reply.body;
      chosen = mine.topics;
      done = said(mine);
    } else fault = reply.code === "unauthorized" ? texts.unauthorized : texts.failed;
    redraw();
    if (!reply.ok) host.emit("error", { code: reply.code });
    return reply.ok;
  };
  const load = () => ask(call(host, PATH, { signed: true }), () => "");
  const put = async (topics: readonly string[], said: (found: Mine) => string) => {
    const body = { topics, wording: mine?.wording.sha256, lang: host.lang };
    const isDone = await ask(call(host, PATH, { method: "PUT", signed: true, body }), said);
    if (isDone && mine?.status === "pending") host.emit("subscribed", { status: "pending" });
  };

  const save = (event: Event) => {
    event.preventDefault();
    if (isBusy) return;
    // Who is asked again and still does not wait had the mails of a day.
    const said = ({ status }: Mine) => (status === "active" ? texts.saved : status === "none" ? texts.capped : "");
    if (chosen.length > 0) return void put(chosen, said);
    fault = mine?.status === "none" ? texts.chooseFirst : texts.choose;
    redraw();
  };
  const leave = async () => {
    if (isBusy) return;
    await put([], () => texts.left);
    // The button that was pressed is gone.
    focusIn(root, "[role=status]");
  };
  const tick = (name: string, isOn: boolean) => {
    chosen = isOn ? [...chosen, name] : chosen.filter((other) => other !== name);
    redraw();
  };

  const drawForm = ({ status, offered, wording }: Mine) => (
    <form noValidate onSubmit={save} part="form">
      <fieldset aria-describedby="fault">
        <legend>{texts.topics}</legend>
        {offered.map(({ name, label }) => (
          <label class="choice" key={name}>
            <input
              type="checkbox"
              name={name}
              checked={chosen.includes(name)}
              aria-invalid={fault !== "" && chosen.length < 1}
              disabled={isBusy}
              onChange={(event) => tick(name, event.currentTarget.checked)}
            />
            {label}
          </label>
        ))}
      </fieldset>
      <p class="muted">{wording.text}</p>
      <p class="error" role="alert" id="fault">
        {fault}
      </p>
      <div class="row">
        <button type="submit" aria-disabled={isBusy} part="button">
          {isBusy ? texts.busy : status === "active" ? texts.save : texts.subscribe}
        </button>
        {status !== "none" && (
          <button class="quiet" type="button" aria-disabled={isBusy} onClick={leave}>
            {texts.leave}
          </button>
        )}
      </div>
    </form>
  );

  // Drawing works from when this view is returned.
  queueMicrotask(load);

  return () => (
    <div part="mine">
      <p role="status" tabIndex={-1}>
        {mine ? `${done} ${fill(texts[mine.status], { address: mine.address })}`.trim() : isBusy && texts.loading}
      </p>
      {mine && mine.status !== "stopped" && mine.status !== "complained" && drawForm(mine)}
      {!mine && fault && (
        <>
          <p class="error" role="alert">
            {fault}
          </p>
          <button type="button" part="button" onClick={load}>
            {texts.again}
          </button>
        </>
      )}
    </div>
  );
}, css);
