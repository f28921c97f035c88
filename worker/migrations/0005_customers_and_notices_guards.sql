-- A customer number is given out once. The number of a customer who is deleted is retired, and stays so.
CREATE TRIGGER customers_retire_number AFTER DELETE ON customers
BEGIN INSERT INTO retired_numbers (number, retired_at) VALUES (OLD.number, unixepoch() * 1000); END;
--> statement-breakpoint
-- With a customer goes what they were told, and what the ledger says of them: of its entries the commitments stay.
CREATE TRIGGER customers_take_evidence AFTER DELETE ON customers
BEGIN
  DELETE FROM notice_mails WHERE customer_number = OLD.number;
  DELETE FROM notice_showings WHERE customer_number = OLD.number;
  DELETE FROM acknowledgements WHERE customer_number = OLD.number;
  UPDATE ledger_entries SET subject = NULL, actor = NULL, body = NULL, salt = NULL
    WHERE subject = 'customer:' || OLD.number;
END;
--> statement-breakpoint
CREATE TRIGGER customers_never_reuse BEFORE INSERT ON customers
WHEN EXISTS (SELECT 1 FROM retired_numbers WHERE number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'number_retired'); END;
--> statement-breakpoint
CREATE TRIGGER customers_keep_number BEFORE UPDATE OF number ON customers
WHEN NEW.number IS NOT OLD.number
BEGIN SELECT RAISE(ABORT, 'number_retired'); END;
--> statement-breakpoint
CREATE TRIGGER retired_numbers_never_go BEFORE DELETE ON retired_numbers
BEGIN SELECT RAISE(ABORT, 'number_retired'); END;
--> statement-breakpoint
CREATE TRIGGER retired_numbers_never_change BEFORE UPDATE ON retired_numbers
BEGIN SELECT RAISE(ABORT, 'number_retired'); END;
--> statement-breakpoint
CREATE TRIGGER customer_series_only_grow BEFORE UPDATE ON customer_series
WHEN NEW.prefix IS NOT OLD.prefix OR NEW.last < OLD.last
BEGIN SELECT RAISE(ABORT, 'number_retired'); END;
--> statement-breakpoint
CREATE TRIGGER customer_series_never_go BEFORE DELETE ON customer_series
BEGIN SELECT RAISE(ABORT, 'number_retired'); END;
--> statement-breakpoint
-- Nobody becomes a subscriber without having asked for it (DESIGN.md 6, no. 1): a row begins as pending, and becomes
-- active only when there is a signup of its own.
CREATE TRIGGER subscribers_begin_pending BEFORE INSERT ON subscribers
WHEN NEW.status <> 'pending'
BEGIN SELECT RAISE(ABORT, 'no_signup'); END;
--> statement-breakpoint
CREATE TRIGGER subscribers_need_a_signup BEFORE UPDATE OF status ON subscribers
WHEN NEW.status = 'active' AND OLD.status <> 'active'
  AND NOT EXISTS (SELECT 1 FROM signups WHERE subscriber_id = NEW.id AND confirmed_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'no_signup'); END;
--> statement-breakpoint
-- A version comes after all that stand: two that take effect in another order than they were published would overlap.
CREATE TRIGGER policy_versions_in_order BEFORE INSERT ON policy_versions
WHEN EXISTS (SELECT 1 FROM policy_versions WHERE date > NEW.date OR (effective >= NEW.effective AND date <> NEW.date))
BEGIN SELECT RAISE(ABORT, 'version_overlaps'); END;
--> statement-breakpoint
-- What was shown to a customer, and what they acknowledged, is evidence.
CREATE TRIGGER acknowledgements_never_change BEFORE UPDATE ON acknowledgements
BEGIN SELECT RAISE(ABORT, 'evidence_kept'); END;
--> statement-breakpoint
CREATE TRIGGER notice_showings_never_change BEFORE UPDATE ON notice_showings
BEGIN SELECT RAISE(ABORT, 'evidence_kept'); END;
--> statement-breakpoint
-- The list of worker/ledger/entry.ts (NEVER_ERASED) has grown.
DROP TRIGGER ledger_entries_only_erasure;
--> statement-breakpoint
CREATE TRIGGER ledger_entries_only_erasure BEFORE UPDATE ON ledger_entries
WHEN OLD.kind IN (
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
