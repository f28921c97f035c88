/** Written in front of the loader by GET /embed.js. */
declare const __FINEPRINT__: import("../worker/policy/shapes.ts").EmbedConfig;
/** The folder of this build's views, set by scripts/build.ts. */
declare const __BUILD__: string;

/** One language's texts for one view, inlined by scripts/build.ts: a view carries its own words and no others. */
declare module "texts:banner" {
  const texts: import("./i18n/nl.ts").Texts["banner"];
  export default texts;
}
declare module "texts:form" {
  const texts: import("./i18n/nl.ts").Texts["form"];
  export default texts;
}
declare module "texts:newsletter" {
  const texts: import("./i18n/nl.ts").Texts["newsletter"] & { readonly wording: string };
  export default texts;
}
declare module "texts:policy" {
  const texts: import("./i18n/nl.ts").Texts["policy"];
  export default texts;
}
declare module "texts:register" {
  const texts: import("./i18n/nl.ts").Texts["register"];
  export default texts;
}
declare module "texts:mine" {
  const texts: import("./i18n/nl.ts").Texts["mine"];
  export default texts;
}
declare module "texts:contact" {
  const texts: import("./i18n/nl.ts").Texts["contact"];
  export default texts;
}
declare module "texts:files" {
  const texts: import("./i18n/nl.ts").Texts["files"];
  export default texts;
}
declare module "texts:talks" {
  const texts: import("./i18n/nl.ts").Texts["talks"];
  export default texts;
}
