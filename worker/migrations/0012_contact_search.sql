-- D1 exports no database with a virtual table: all of the search stands in this file, so that it can be dropped and made again
-- (docs/operate.md).
-- Search over what people wrote and who they are: a row a message, by its place. New ones are added by cron
-- (worker/contact/search-store.ts), so that no message waits for it. The texts stand in the tables alone. Of a long mail its beginning is
-- searched: each word of what goes is taken out by itself, and D1 gives one statement 30 seconds.
CREATE VIEW contact_texts AS
  SELECT m.seq AS seq,
    c.email || ' ' || coalesce(c.name, '') || ' ' || coalesce(c.customer_number, '') || ' ' || c.reference AS people,
    coalesce(c.subject, '') || ' ' || substr(m.body, 1, 20000) AS words
  FROM messages m CROSS JOIN conversations c ON c.id = m.conversation_id;
--> statement-breakpoint
CREATE VIRTUAL TABLE contact_search USING fts5(people, words, content='contact_texts', content_rowid='seq',
  tokenize='unicode61 remove_diacritics 2');
--> statement-breakpoint
-- Of who is erased no word stays behind: without this it would until the index is next tidied.
INSERT INTO contact_search (contact_search, rank) VALUES ('secure-delete', 1);
--> statement-breakpoint
INSERT INTO contact_search (rowid, people, words) SELECT seq, people, words FROM contact_texts;
--> statement-breakpoint
-- What leaves the index must leave it as it was put in: while its texts still stand.
CREATE TRIGGER messages_search_gone BEFORE DELETE ON messages
WHEN EXISTS (SELECT 1 FROM contact_search_docsize WHERE id = OLD.seq)
BEGIN DELETE FROM contact_search WHERE rowid = OLD.seq; END;
--> statement-breakpoint
-- The people of a conversation may change, as when it is tied to a customer.
CREATE TRIGGER conversations_search_moves BEFORE UPDATE OF email, name, subject, customer_number ON conversations
WHEN OLD.email IS NOT NEW.email OR OLD.name IS NOT NEW.name OR OLD.subject IS NOT NEW.subject
  OR OLD.customer_number IS NOT NEW.customer_number
BEGIN
  DELETE FROM contact_search WHERE rowid IN
    (SELECT seq FROM messages WHERE conversation_id = OLD.id AND seq IN (SELECT id FROM contact_search_docsize));
END;
--> statement-breakpoint
-- What is newer than the index is added by cron.
CREATE TRIGGER conversations_search_moved AFTER UPDATE OF email, name, subject, customer_number ON conversations
WHEN OLD.email IS NOT NEW.email OR OLD.name IS NOT NEW.name OR OLD.subject IS NOT NEW.subject
  OR OLD.customer_number IS NOT NEW.customer_number
BEGIN
  INSERT INTO contact_search (rowid, people, words) SELECT seq, people, words FROM contact_texts
    WHERE seq IN (SELECT seq FROM messages WHERE conversation_id = NEW.id)
      AND seq < (SELECT max(id) FROM contact_search_docsize);
END;
