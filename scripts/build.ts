/** Builds the widget: for each language its own small files and the loader that finds them; and what our pages need. */
import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type InlineConfig, type Plugin, build as viteBuild } from "vite";
import { en } from "../widget/i18n/en.ts";
import { nl, type Texts } from "../widget/i18n/nl.ts";
import { checkSizes } from "./sizes.ts";

const LANGUAGES: Readonly<Record<string, Texts>> = { nl, en };
/** Modules that stay out of core.js: a form's own, and the proof of work, which is fetched when a visitor types. */
const OWN =
  /widget\/(views|challenge|styles\/(policy|register|groups|talks))|texts:(newsletter|contact|files|talks|policy|register|mine)/;
/** The views, each a file of its own. */
const VIEWS = ["newsletter", "mine", "contact", "talks", "policy", "register"];
/** The style sheets of the worker's own pages. */
const SHEETS = ["pages.css", "admin.css"];
const root = join(import.meta.dirname, "..");
const widget = join(root, "widget");
const view = (file: string): string => join(widget, "views", file);
const publicDir = join(root, "dist/public");
const stampFile = join(root, "dist/.stamp");
const demoDir = join(root, "dist/demo");

export interface BuildOptions {
  /** Reload demo pages when a new build is there (npm run dev). */
  reload?: boolean;
}

/**
 * Builds into dist/public (deployed) and dist/demo (the same with the demo; development only). Gives a line per size;
 * throws over a budget. What is built from the same sources stays as it is: a worker may be serving from it.
 */
export async function build(options: BuildOptions = {}): Promise<string[]> {
  const sources = await fingerprint(options);
  const built = await readFile(stampFile, "utf8").then(
    (text) => JSON.parse(text) as Stamp,
    () => undefined,
  );
  if (built?.sources === sources) return built.sizes;
  const sizes = await buildAfresh(options);
  const stamp: Stamp = { sources, sizes };
  await writeFile(stampFile, JSON.stringify(stamp));
  return sizes;
}

interface Stamp {
  sources: string;
  sizes: string[];
}

/** A hash of all that the build is made from. */
async function fingerprint(options: BuildOptions): Promise<string> {
  const files = ["scripts/build.ts", "scripts/sizes.ts", "package-lock.json"].map((file) => join(root, file));
  for (const entry of await readdir(widget, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) files.push(join(entry.parentPath, entry.name));
  }
  const hash = createHash("sha256").update(JSON.stringify(options));
  for (const file of files.sort()) hash.update(file).update(await readFile(file));
  return hash.digest("hex");
}

async function buildAfresh({ reload = false }: BuildOptions): Promise<string[]> {
  await rm(stampFile, { force: true });
  const work = join(root, "dist/.work");
  await rm(work, { recursive: true, force: true });
  for (const [lang, texts] of Object.entries(LANGUAGES)) {
    const shared = { ...common, plugins: [textsPlugin(texts), draftPlugin] };
    const outDir = join(work, lang);
    await viteBuild({
      ...shared,
      // All that the views need of it, in a tenth of the bytes (docs/decisions/0033).
      resolve: { alias: { preact: join(widget, "ui/draw.ts") } },
      oxc: JSX,
      build: {
        ...common.build,
        outDir,
        lib: { entry: Object.fromEntries(VIEWS.map((name) => [name, view(`${name}.tsx`)])), formats: ["es"] },
        rolldownOptions: {
          output: {
            ...common.build.rolldownOptions.output,
            chunkFileNames: "[name].js",
            // One file for what the forms share, so that a form takes three requests.
            codeSplitting: { groups: [{ name: "core", test: (id: string) => !OWN.test(id) }] },
          },
        },
      },
    });
    // By itself, so that the banner takes two requests: it shares no file with the forms.
    await viteBuild({
      ...shared,
      build: {
        ...common.build,
        outDir,
        emptyOutDir: false,
        lib: { entry: { banner: view("banner.ts") }, formats: ["es"] },
      },
    });
  }
  const files = await readdir(work, { recursive: true, withFileTypes: true });
  const hash = createHash("sha256");
  for (const file of files.filter((entry) => entry.isFile()).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    hash.update(await readFile(join(file.parentPath, file.name)));
  }
  const name = hash.digest("base64url").slice(0, 8);
  const loader = join(root, "dist/.loader");
  await viteBuild({
    ...common,
    define: { __BUILD__: JSON.stringify(name) },
    build: {
      ...common.build,
      outDir: loader,
      lib: { entry: { loader: join(widget, "embed.ts") }, formats: ["es"] },
    },
  });
  await viteBuild({
    ...common,
    build: {
      ...common.build,
      emptyOutDir: false,
      outDir: loader,
      lib: {
        entry: { admin: join(widget, "admin/admin.ts"), page: join(widget, "page/conversation.ts") },
        formats: ["es"],
      },
    },
  });
  await viteBuild({
    ...common,
    build: {
      ...common.build,
      emptyOutDir: false,
      outDir: loader,
      rolldownOptions: {
        input: SHEETS.map((sheet) => join(widget, "styles", sheet)),
        output: { assetFileNames: "[name][extname]" },
      },
    },
  });

  await empty(publicDir);
  await mkdir(join(publicDir, "w"), { recursive: true });
  await rename(work, join(publicDir, "w", name));
  // For pages that were loaded before a deployment: the worker answers their old folder's names from here.
  await cp(join(publicDir, "w", name), join(publicDir, "w/latest"), { recursive: true });
  await cp(join(loader, "loader.js"), join(publicDir, "w/loader.js"));
  for (const file of [...SHEETS, "admin.js", "page.js"]) await cp(join(loader, file), join(publicDir, file));
  await writeFile(join(publicDir, "_headers"), HEADERS);
  await rm(loader, { recursive: true });
  const sizes = await checkSizes(join(publicDir, "w"), name, Object.keys(LANGUAGES));
  await buildDemo(reload);
  return sizes;
}

/** Empties a folder but leaves it there: wrangler watches the folder itself, and would not see a new one in its place. */
async function empty(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const entry of await readdir(folder)) await rm(join(folder, entry), { recursive: true });
}

const HEADERS = `/w/*
  Access-Control-Allow-Origin: *
  Cross-Origin-Resource-Policy: cross-origin
  Timing-Allow-Origin: *
  X-Content-Type-Options: nosniff
  Cache-Control: public, max-age=31536000, immutable
/w/latest/*
  ! Cache-Control
  Cache-Control: no-cache
/w/loader.js
  ! Cache-Control
  Cache-Control: no-cache
/pages.css
  Cache-Control: public, max-age=300
/admin.css
  X-Content-Type-Options: nosniff
  Cache-Control: public, max-age=300
/admin.js
  X-Content-Type-Options: nosniff
  Cache-Control: public, max-age=300
/page.js
  X-Content-Type-Options: nosniff
  Cache-Control: public, max-age=300
`;

/** The demo's pages are served under a CSP as strict as a careful host's. */
const DEMO_CSP =
  "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; require-trusted-types-for 'script'";

const DEMO_PAGES = ["/", "/panel", "/privacy", "/register"].flatMap((page) => [page, `/en${page}`]);

async function buildDemo(reload: boolean): Promise<void> {
  await empty(demoDir);
  await cp(publicDir, demoDir, { recursive: true });
  const source = join(widget, "demo");
  await cp(source, demoDir, { recursive: true, filter: (path) => path !== join(source, "policy") });
  const pages = DEMO_PAGES.map((page) => `${page}\n  Content-Security-Policy: ${DEMO_CSP}\n`);
  await writeFile(join(demoDir, "_headers"), HEADERS + pages.join(""));
  if (!reload) return;
  await writeFile(join(demoDir, "reload.txt"), String(process.hrtime.bigint()));
  await writeFile(join(demoDir, "reload.js"), RELOAD);
  for (const page of DEMO_PAGES) {
    const path = join(demoDir, page.endsWith("/") ? `${page}index.html` : `${page}.html`);
    const html = await readFile(path, "utf8");
    await writeFile(path, html.replace("</head>", '<script type="module" src="/reload.js"></script></head>'));
  }
}

const RELOAD = `const read = () => fetch("/reload.txt", { cache: "no-store" }).then((reply) => reply.text(), () => "");
const first = await read();
const renew = (script) => fetch(script.src, { cache: "reload" });
setInterval(async () => {
  const now = await read();
  if (!now || now === first) return;
  await Promise.all([...document.querySelectorAll("script[src*='/embed.js']")].map(renew));
  location.reload();
}, 1000);
`;

/** The shorter of both ways to write an element. */
const JSX: NonNullable<InlineConfig["oxc"]> = {
  jsx: { runtime: "classic", pragma: "h", pragmaFrag: "Fragment" },
  jsxInject: 'import { Fragment, h } from "preact"',
};

const common = {
  root: widget,
  configFile: false,
  logLevel: "warn",
  publicDir: false,
  build: {
    target: "es2022",
    // What the styles need anyhow: color-mix().
    cssTarget: ["chrome111", "firefox113", "safari16.4"],
    emptyOutDir: true,
    // Library mode, so that Vite adds no preload helper to our imports; it leaves white space and comments in unless told.
    rolldownOptions: { output: { entryFileNames: "[name].js", minify: true, comments: false } },
  },
} satisfies InlineConfig;

/** Gives each view the texts of its own group in one language. The newsletter's consent sentence comes with its hash. */
function textsPlugin(texts: Texts): Plugin {
  const prefix = "texts:";
  return {
    name: "texts",
    resolveId: (id) => (id.startsWith(prefix) ? `\0${id}` : null),
    load(id) {
      if (!id.startsWith(`\0${prefix}`)) return null;
      const view = id.slice(prefix.length + 1) as keyof Texts;
      const wording = createHash("sha256").update(texts.newsletter.consent).digest("hex");
      return `export default ${JSON.stringify(view === "newsletter" ? { ...texts[view], wording } : texts[view])}`;
    },
  };
}

/** A form with a draft carries the few lines for it along: a file that two of them share would be a request more for each. */
const draftPlugin: Plugin = {
  name: "draft",
  enforce: "pre",
  resolveId: (id, importer) =>
    id === "./draft.ts" && importer ? `${view("draft.ts")}?of=${importer.replace(/.*\/|\.tsx$/g, "")}` : null,
};

if (process.argv[1] && import.meta.filename === process.argv[1]) {
  for (const line of await build({ reload: process.argv.includes("--reload") })) console.log(line);
}
