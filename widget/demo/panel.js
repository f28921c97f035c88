// Tells Fineprint which customer is signed in. Here the demo worker mints the token; a real panel mints it
// on its own server, where it knows the session, and answers at an address of its own. See docs/embed.md.
globalThis.fineprint?.identify(async () => {
  const response = await fetch("/panel/token", { method: "POST" });
  if (!response.ok) throw new Error(`No panel token: HTTP ${response.status}`);
  return (await response.json()).token;
});
