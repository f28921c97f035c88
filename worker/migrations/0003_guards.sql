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
--> statement-breakpoint
-- An entry about a person can be emptied; what the house itself did can not. worker/ledger/entry.ts has the same list.
DROP TRIGGER ledger_entries_only_erasure;
--> statement-breakpoint
CREATE TRIGGER ledger_entries_only_erasure BEFORE UPDATE ON ledger_entries
WHEN OLD.kind IN ('policy.published', 'staff.role-changed', 'key.made', 'key.revoked', 'mail.retried', 'mail.all-retried', 'ledger.check-asked')
  OR NOT (
    NEW.seq IS OLD.seq AND NEW.id IS OLD.id AND NEW.kind IS OLD.kind AND NEW.at IS OLD.at
    AND NEW.commitment IS OLD.commitment
    AND NEW.subject IS NULL AND NEW.actor IS NULL AND NEW.body IS NULL AND NEW.salt IS NULL
  )
BEGIN SELECT RAISE(ABORT, 'ledger_append_only'); END;
--> statement-breakpoint
-- Somebody is always the owner: the last one can neither be removed nor given another role.
CREATE TRIGGER staff_members_keep_an_owner BEFORE UPDATE ON staff_members
WHEN OLD.role = 'owner' AND OLD.removed_at IS NULL
  AND (NEW.role <> 'owner' OR NEW.removed_at IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM staff_members WHERE role = 'owner' AND removed_at IS NULL AND id <> OLD.id)
BEGIN SELECT RAISE(ABORT, 'last_owner'); END;
