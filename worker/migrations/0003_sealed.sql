-- The chain of seals only grows (DESIGN.md 7). The INSERT trigger also stops INSERT OR REPLACE.
CREATE TRIGGER ledger_seals_never_change BEFORE UPDATE ON ledger_seals
BEGIN SELECT RAISE(ABORT, 'ledger_append_only'); END;
--> statement-breakpoint
CREATE TRIGGER ledger_seals_never_go BEFORE DELETE ON ledger_seals
BEGIN SELECT RAISE(ABORT, 'ledger_append_only'); END;
--> statement-breakpoint
CREATE TRIGGER ledger_seals_once BEFORE INSERT ON ledger_seals
WHEN EXISTS (SELECT 1 FROM ledger_seals WHERE number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'ledger_seal_exists'); END;
