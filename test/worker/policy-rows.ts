/** Published versions, straight into the database: for tests of what is read of them, whatever the rules of publishing are. */
import { env } from "cloudflare:workers";
import { sha256 } from "../../worker/platform/bytes.ts";

export interface SeedText {
  title: string;
  summary: string;
  markdown: string;
}

export interface SeedVersion {
  date: string;
  effective?: string;
  significance?: "minor" | "significant";
  texts: { nl: SeedText; en: SeedText };
}

/** Publishes versions at half past nine (UTC) on their date, texts first, as the worker does. */
export async function seedVersions(versions: readonly SeedVersion[]): Promise<void> {
  for (const { date, effective = date, significance = "significant", texts } of versions) {
    const rows = await Promise.all(
      Object.entries(texts).map(async ([lang, { title, summary, markdown }]) =>
        env.DB.prepare(
          "insert into policy_texts (date, lang, title, summary, markdown, sha256) values (?, ?, ?, ?, ?, ?)",
        ).bind(date, lang, title, summary, markdown, await sha256(markdown)),
      ),
    );
    const version = env.DB.prepare(
      "insert into policy_versions (date, effective, significance, notice_until, published_at) values (?, ?, ?, ?, ?)",
    ).bind(date, effective, significance, effective, Date.parse(`${date}T09:30:00Z`));
    await env.DB.batch([...rows, version]);
  }
}
