import { insertInto } from "../platform/db.ts";
import { noticeRuns } from "./tables.ts";

/** Adds the run that tells every customer of a version; goes into the batch that publishes it. */
export const insertRun = insertInto(noticeRuns);
