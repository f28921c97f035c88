import { insertInto } from "../platform/db.ts";
import { isMade, type Made } from "./change-store.ts";
import { contactNotes } from "./tables.ts";

/** Adds a note, if the change was made. */
export const insertNoteMade = insertInto<typeof contactNotes, Made>(contactNotes, isMade);
