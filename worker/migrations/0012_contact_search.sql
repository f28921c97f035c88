-- D1 exports no database with a virtual table: all of the search stands in this file, so that it can be dropped and made again
-- (docs/operate.md).
-- Search over what people wrote and who they are: a row a message, by its place. New ones are added by cron
-- (worker/contact/search-store.ts), so that no message waits for it. It keeps words without their text, which stands in the messages.
CREATE VIRTUAL TABLE contact_search USING fts5(people, words, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2');
--> statement-breakpoint
INSERT INTO contact_search (rowid, people, words) SELECT seq, people, words FROM (
  SELECT m.seq, c.email || ' ' || coalesce(c.name, '') || ' ' || coalesce(c.customer_number, '') || ' ' || c.reference AS people,
    coalesce(c.subject, '') || ' ' || m.body AS words
  FROM messages m CROSS JOIN conversations c ON c.id = m.conversation_id);
--> statement-breakpoint
CREATE TRIGGER messages_search_gone AFTER DELETE ON messages
BEGIN DELETE FROM contact_search WHERE rowid = OLD.seq; END;
--> statement-breakpoint
-- The people of a conversation may change, as when it is tied to a customer; what is not in the index yet stays out of it.
CREATE TRIGGER conversations_search_moved AFTER UPDATE OF email, name, subject, customer_number ON conversations
WHEN OLD.email IS NOT NEW.email OR OLD.name IS NOT NEW.name OR OLD.subject IS NOT NEW.subject
  OR OLD.customer_number IS NOT NEW.customer_number
BEGIN
  UPDATE contact_search SET
    people = NEW.email || ' ' || coalesce(NEW.name, '') || ' ' || coalesce(NEW.customer_number, '') || ' ' || NEW.reference,
    words = coalesce(NEW.subject, '') || ' ' || (SELECT body FROM messages WHERE seq = contact_search.rowid)
  WHERE rowid IN (SELECT seq FROM messages WHERE conversation_id = NEW.id);
END;
