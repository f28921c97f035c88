-- Until the new version is deployed the one before it adds conversations as it knows them.
CREATE TRIGGER conversations_of_before AFTER INSERT ON conversations
WHEN NEW.last_at = 0
BEGIN
  UPDATE conversations SET last_at = NEW.created_at,
    due_at = CASE NEW.status WHEN 'new' THEN NEW.created_at + 86400000 END
  WHERE seq = NEW.seq;
END;
--> statement-breakpoint
-- With a conversation goes all that hangs on it, also what the ledger says of it: of its entries the commitments stay.
CREATE TRIGGER conversations_take_all BEFORE DELETE ON conversations
BEGIN
  DELETE FROM contact_notes WHERE conversation_id = OLD.id;
  DELETE FROM contact_drafts WHERE conversation_id = OLD.id;
  DELETE FROM contact_presence WHERE conversation_id = OLD.id;
  DELETE FROM messages WHERE conversation_id = OLD.id;
  DELETE FROM outbox WHERE recipient = OLD.email AND template IN ('contact.receipt', 'contact.confirm', 'contact.answer', 'contact.link')
    AND params ->> 'conversation' = OLD.id;
  UPDATE ledger_entries SET subject = NULL, actor = NULL, body = NULL, salt = NULL
    WHERE subject = 'conversation:' || OLD.id;
END;
--> statement-breakpoint
CREATE TRIGGER messages_take_files BEFORE DELETE ON messages
BEGIN DELETE FROM contact_files WHERE message_id = OLD.id; END;
--> statement-breakpoint
-- What is in R2 goes after its row, by cron: a row that is put back finds nothing there, and nothing there is forgotten.
CREATE TRIGGER contact_files_drop_bytes AFTER DELETE ON contact_files
WHEN OLD.refused IS NULL
BEGIN INSERT OR IGNORE INTO contact_dropped_files (key) VALUES ('files/' || OLD.id); END;
--> statement-breakpoint
CREATE TRIGGER contact_originals_drop_bytes AFTER DELETE ON contact_originals
BEGIN INSERT OR IGNORE INTO contact_dropped_files (key) VALUES ('originals/' || OLD.id); END;
--> statement-breakpoint
-- A file belongs to one message for good.
CREATE TRIGGER contact_files_stay BEFORE UPDATE OF message_id ON contact_files
WHEN OLD.message_id IS NOT NULL AND NEW.message_id IS NOT OLD.message_id
BEGIN SELECT RAISE(ABORT, 'file_sent'); END;
--> statement-breakpoint
-- What is about the house and about no person is never erased.
DROP TRIGGER ledger_entries_only_erasure;
--> statement-breakpoint
CREATE TRIGGER ledger_entries_only_erasure BEFORE UPDATE ON ledger_entries
WHEN OLD.kind IN (
    'subscriber.erased', 'subscribers.import-started', 'subscribers.imported', 'subscribers.exported',
    'subscribers.action-started', 'subscribers.action-undone', 'segment.saved', 'segment.removed', 'label.added', 'label.removed',
    'campaign.drafted', 'campaign.dropped', 'campaign.scheduled', 'campaign.unscheduled', 'campaign.started',
    'campaign.paused', 'campaign.resumed', 'campaign.cancelled', 'campaign.withdrawn', 'campaign.sent',
    'conversation.erased', 'conversations.archive-searched', 'contact.original-read', 'contact.topic-saved',
    'contact.topic-removed', 'contact.answer-saved', 'contact.answer-removed',
    'customers.import-started', 'customers.imported', 'policy.drafted', 'policy.submitted', 'policy.sent-back',
    'policy.scheduled', 'policy.draft-dropped', 'policy.published', 'notice.paused', 'notice.resumed', 'notice.exported',
    'staff.role-changed', 'key.made', 'key.revoked', 'mail.retried', 'mail.all-retried', 'ledger.check-asked'
  )
  OR NOT (
    NEW.seq IS OLD.seq AND NEW.id IS OLD.id AND NEW.kind IS OLD.kind AND NEW.at IS OLD.at
    AND NEW.commitment IS OLD.commitment
    AND NEW.subject IS NULL AND NEW.actor IS NULL AND NEW.body IS NULL AND NEW.salt IS NULL
  )
BEGIN SELECT RAISE(ABORT, 'ledger_append_only'); END;
