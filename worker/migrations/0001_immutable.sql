-- What is published stays as it is (DESIGN.md 6, no. 5). The INSERT triggers also stop INSERT OR REPLACE, which
-- deletes without firing DELETE triggers.
CREATE TRIGGER policy_versions_never_change BEFORE UPDATE ON policy_versions
BEGIN SELECT RAISE(ABORT, 'version_published'); END;
--> statement-breakpoint
CREATE TRIGGER policy_versions_never_go BEFORE DELETE ON policy_versions
BEGIN SELECT RAISE(ABORT, 'version_published'); END;
--> statement-breakpoint
CREATE TRIGGER policy_versions_once BEFORE INSERT ON policy_versions
WHEN EXISTS (SELECT 1 FROM policy_versions WHERE date = NEW.date)
BEGIN SELECT RAISE(ABORT, 'version_published'); END;
--> statement-breakpoint
CREATE TRIGGER policy_texts_never_change BEFORE UPDATE ON policy_texts
WHEN EXISTS (SELECT 1 FROM policy_versions WHERE date = OLD.date OR date = NEW.date)
BEGIN SELECT RAISE(ABORT, 'version_published'); END;
--> statement-breakpoint
CREATE TRIGGER policy_texts_never_go BEFORE DELETE ON policy_texts
WHEN EXISTS (SELECT 1 FROM policy_versions WHERE date = OLD.date)
BEGIN SELECT RAISE(ABORT, 'version_published'); END;
--> statement-breakpoint
CREATE TRIGGER policy_texts_before_version BEFORE INSERT ON policy_texts
WHEN EXISTS (SELECT 1 FROM policy_versions WHERE date = NEW.date)
BEGIN SELECT RAISE(ABORT, 'version_published'); END;
--> statement-breakpoint
-- The ledger only grows (DESIGN.md 7). The one change allowed empties subject, body and salt together: erasure.
CREATE TRIGGER ledger_entries_only_erasure BEFORE UPDATE ON ledger_entries
WHEN NOT (
  NEW.seq IS OLD.seq AND NEW.id IS OLD.id AND NEW.kind IS OLD.kind AND NEW.at IS OLD.at
  AND NEW.commitment IS OLD.commitment
  AND NEW.subject IS NULL AND NEW.body IS NULL AND NEW.salt IS NULL
)
BEGIN SELECT RAISE(ABORT, 'ledger_append_only'); END;
--> statement-breakpoint
CREATE TRIGGER ledger_entries_never_go BEFORE DELETE ON ledger_entries
BEGIN SELECT RAISE(ABORT, 'ledger_append_only'); END;
--> statement-breakpoint
CREATE TRIGGER ledger_entries_once BEFORE INSERT ON ledger_entries
WHEN EXISTS (SELECT 1 FROM ledger_entries WHERE id = NEW.id OR seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'ledger_entry_exists'); END;
