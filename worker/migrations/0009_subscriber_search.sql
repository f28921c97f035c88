-- D1 exports no database with a virtual table: all of the search stands in this file, so that it can be dropped and made again
-- (docs/operate.md).
-- Search by part of an address. New rows are added by cron (worker/newsletter/search-store.ts), so that no sign-up waits
-- for it; what changes or goes must leave the index as it was put in.
CREATE VIRTUAL TABLE subscriber_search USING fts5(email, content='subscribers', content_rowid='seq', tokenize='trigram');
--> statement-breakpoint
INSERT INTO subscriber_search (rowid, email) SELECT seq, email FROM subscribers;
--> statement-breakpoint
CREATE TRIGGER subscribers_search_moved AFTER UPDATE OF email ON subscribers
WHEN EXISTS (SELECT 1 FROM subscriber_search_docsize WHERE id = OLD.seq)
BEGIN
  INSERT INTO subscriber_search (subscriber_search, rowid, email) VALUES ('delete', OLD.seq, OLD.email);
  INSERT INTO subscriber_search (rowid, email) VALUES (NEW.seq, NEW.email);
END;
--> statement-breakpoint
CREATE TRIGGER subscribers_search_gone AFTER DELETE ON subscribers
WHEN EXISTS (SELECT 1 FROM subscriber_search_docsize WHERE id = OLD.seq)
BEGIN
  INSERT INTO subscriber_search (subscriber_search, rowid, email) VALUES ('delete', OLD.seq, OLD.email);
END;
