/**
 * Fills a form's hidden field with what the authenticator answers (WebAuthn section 5.1), then lets the form go as any
 * other. The field carries what to ask for, made by the server.
 */
export function addPasskeys(): void {
  for (const field of document.querySelectorAll<HTMLInputElement>("[data-passkey]")) {
    const form = field.form;
    if (!form) continue;
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      if (field.value !== "") return;
      // The form goes on by itself once there is an answer; until then nobody else shall take it for sent.
      event.preventDefault();
      const isAsking = event.submitter?.ariaDisabled === "true";
      if (!isAsking) void answer(form, field, event.submitter);
    });
  }
}

async function answer(form: HTMLFormElement, field: HTMLInputElement, button: HTMLElement | null): Promise<void> {
  const said = form.querySelector<HTMLElement>("[data-failed]");
  const say = (text: string | undefined) => {
    if (said) said.textContent = text ?? "";
  };
  say("");
  if (!("PublicKeyCredential" in window) || !("parseCreationOptionsFromJSON" in PublicKeyCredential)) {
    say(said?.dataset["unable"]);
    return;
  }
  button?.setAttribute("aria-disabled", "true");
  try {
    const credential = await ask(field.dataset["passkey"] ?? "", JSON.parse(field.dataset["options"] ?? "{}"));
    field.value = JSON.stringify(credential);
    form.requestSubmit(button);
  } catch {
    // Cancelled, timed out, or no such passkey: the browser does not say which, and has told the person itself.
    say(said?.dataset["failed"]);
    button?.removeAttribute("aria-disabled");
  }
}

async function ask(ceremony: string, options: unknown): Promise<Credential | null> {
  if (ceremony === "create") {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
      options as PublicKeyCredentialCreationOptionsJSON,
    );
    return navigator.credentials.create({ publicKey });
  }
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options as PublicKeyCredentialRequestOptionsJSON);
  return navigator.credentials.get({ publicKey });
}
