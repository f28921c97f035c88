/** A host's page: another origin than the worker's, under the strictest CSP that the widget promises to work under. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What stands on the page; goes into its address, so that the server needs to remember nothing. */
export interface HostPage {
  body?: string;
  /** The html element's lang; none when left out. */
  lang?: string;
  surface?: "site" | "panel";
  /** The colour schemes that the page can take; only the light one when left out. */
  scheme?: "light dark";
}

export const hostPageUrl = (
  origin: string,
  { body = "", lang = "", surface = "site", scheme }: HostPage = {},
): string => `${origin}/?${new URLSearchParams({ body, lang, surface, scheme: scheme ?? "light" })}`;

export async function serveHostPages(worker: string): Promise<{ origin: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const query = new URL(request.url ?? "/", "http://host").searchParams;
    const lang = query.get("lang");
    response.setHeader("Content-Type", "text/html; charset=utf-8");
    response.setHeader(
      "Content-Security-Policy",
      `default-src 'none'; script-src ${worker}; connect-src ${worker}; require-trusted-types-for 'script'`,
    );
    response.end(`<!doctype html>
<html${lang ? ` lang="${lang}"` : ""}>
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="${query.get("scheme")}">
  <title>A host's page</title>
  <script type="module" src="${worker}/embed.js?surface=${query.get("surface")}"></script>
</head>
<body>
  <main>
    <h1>A host's page</h1>
    ${query.get("body")}
    <p>The end of the page</p>
  </main>
</body>
</html>`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
