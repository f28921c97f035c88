-- D1 exports no database with a virtual table: all of the search stands in this file, so that it can be dropped and made again
-- (docs/operate.md).
-- Search over what people wrote and who they are: a row a message, by its place. New ones are added by cron
-- (worker/contact/search-store.ts), so that no message waits for it. It keeps words without their text, which stands in the messages.
CREATE VIRTUAL TABLE contact_search USING fts5(people, words, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2');
--> statement-breakpoint
CREATE TRIGGER messages_search_gone AFTER DELETE ON messages
BEGIN DELETE FROM contact_search WHERE rowid = OLD.seq; END;
