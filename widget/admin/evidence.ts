/** Works out the SHA-256 of a file that stays where it is: only its name and that go into the form. */
export function addEvidence(): void {
  const field = document.querySelector<HTMLElement>("[data-hashes]");
  const input = field?.querySelector("input");
  const status = field?.querySelector<HTMLElement>("[role=status]");
  if (!field || !input || !status) return;
  field.hidden = false;
  input.addEventListener("change", async () => {
    const file = input.files?.[0];
    if (!file) return;
    status.textContent = status.dataset["hashing"] ?? "";
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    // Another file was chosen meanwhile.
    if (input.files?.[0] !== file) return;
    fill("consent.evidence.name", file.name);
    fill("consent.evidence.sha256", [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
    status.textContent = status.dataset["hashed"] ?? "";
  });
}

function fill(id: string, text: string): void {
  const field = document.getElementById(id);
  if (field instanceof HTMLInputElement) field.value = text;
}
