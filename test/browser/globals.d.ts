/** What the pages under test have in their global scope. */
declare var axe: typeof import("axe-core");
/** The loader's API, as a host calls it. */
declare var fineprint: { identify(token: string | (() => string | Promise<string>)): void };
/** Elements that a test takes off the page and puts back. */
declare var kept: Element[];
/** Whether a test's token function was asked. */
declare var isAsked: boolean;
