-- Nobody becomes a subscriber without having asked for it (DESIGN.md 6, no. 1). The two guards of 0005 went with their table.
CREATE TRIGGER subscribers_begin_pending BEFORE INSERT ON subscribers
WHEN NEW.status <> 'pending'
BEGIN SELECT RAISE(ABORT, 'no_signup'); END;
--> statement-breakpoint
CREATE TRIGGER subscribers_need_a_signup BEFORE UPDATE OF status ON subscribers
WHEN NEW.status = 'active' AND OLD.status <> 'active'
  AND NOT EXISTS (SELECT 1 FROM signups WHERE subscriber_id = NEW.id AND confirmed_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'no_signup'); END;
--> statement-breakpoint
-- Who complained is never mailed again: no import, signup or undo brings them back.
CREATE TRIGGER subscribers_stay_complained BEFORE UPDATE OF status ON subscribers
WHEN OLD.status = 'complained' AND NEW.status NOT IN ('complained', 'left')
BEGIN SELECT RAISE(ABORT, 'complained'); END;
--> statement-breakpoint
-- With a subscriber goes all that hangs on them; of their ledger entries the commitments stay.
CREATE TRIGGER subscribers_take_all BEFORE DELETE ON subscribers
BEGIN
  DELETE FROM signups WHERE subscriber_id = OLD.id;
  DELETE FROM consents WHERE subscriber_id = OLD.id;
  DELETE FROM address_changes WHERE subscriber_id = OLD.id;
  DELETE FROM campaign_recipients WHERE seq = OLD.seq;
  DELETE FROM list_action_rows WHERE action_id IN (SELECT id FROM list_actions) AND seq = OLD.seq;
  UPDATE ledger_entries SET subject = NULL, actor = NULL, body = NULL, salt = NULL
    WHERE subject = 'subscriber:' || OLD.id;
END;
--> statement-breakpoint
-- A consent ends once, and is evidence of what it was.
CREATE TRIGGER consents_only_end BEFORE UPDATE ON consents
WHEN OLD.withdrawn_at IS NOT NULL OR NOT (
  NEW.signup_id IS OLD.signup_id AND NEW.topic IS OLD.topic AND NEW.subscriber_id IS OLD.subscriber_id AND NEW.given_at IS OLD.given_at
)
BEGIN SELECT RAISE(ABORT, 'evidence_kept'); END;
--> statement-breakpoint
CREATE TRIGGER consent_wordings_never_change BEFORE UPDATE ON consent_wordings
BEGIN SELECT RAISE(ABORT, 'evidence_kept'); END;
--> statement-breakpoint
-- Cohorts: how many have the same of everything that a list can be narrowed by.
INSERT INTO subscriber_cohorts (status, lang, source, topics, labels, members)
SELECT status, lang, source, topics, labels, count(*) FROM subscribers GROUP BY status, lang, source, topics, labels;
--> statement-breakpoint
CREATE TRIGGER subscribers_counted_in AFTER INSERT ON subscribers
BEGIN
  INSERT INTO subscriber_cohorts (status, lang, source, topics, labels, members)
    VALUES (NEW.status, NEW.lang, NEW.source, NEW.topics, NEW.labels, 1)
    ON CONFLICT DO UPDATE SET members = members + 1;
END;
--> statement-breakpoint
CREATE TRIGGER subscribers_counted_anew AFTER UPDATE OF status, lang, source, topics, labels ON subscribers
WHEN NEW.status IS NOT OLD.status OR NEW.lang IS NOT OLD.lang OR NEW.source IS NOT OLD.source
  OR NEW.topics IS NOT OLD.topics OR NEW.labels IS NOT OLD.labels
BEGIN
  UPDATE subscriber_cohorts SET members = members - 1
    WHERE status = OLD.status AND lang = OLD.lang AND source = OLD.source AND topics = OLD.topics AND labels = OLD.labels;
  INSERT INTO subscriber_cohorts (status, lang, source, topics, labels, members)
    VALUES (NEW.status, NEW.lang, NEW.source, NEW.topics, NEW.labels, 1)
    ON CONFLICT DO UPDATE SET members = members + 1;
END;
--> statement-breakpoint
CREATE TRIGGER subscribers_counted_out AFTER DELETE ON subscribers
BEGIN
  UPDATE subscriber_cohorts SET members = members - 1
    WHERE status = OLD.status AND lang = OLD.lang AND source = OLD.source AND topics = OLD.topics AND labels = OLD.labels;
END;
--> statement-breakpoint
-- Growth by day and source: figures without persons, which stay when those go.
INSERT INTO subscriber_days (day, source, event, count)
SELECT date(confirmed_at / 1000, 'unixepoch'), source, 'joined', count(*) FROM subscribers
WHERE confirmed_at IS NOT NULL GROUP BY 1, 2;
--> statement-breakpoint
INSERT INTO subscriber_days (day, source, event, count)
SELECT date(left_at / 1000, 'unixepoch'), source, 'left', count(*) FROM subscribers
WHERE left_at IS NOT NULL AND status = 'left' GROUP BY 1, 2;
--> statement-breakpoint
CREATE TRIGGER subscribers_joined AFTER UPDATE OF status ON subscribers
WHEN NEW.status = 'active' AND OLD.status <> 'active'
BEGIN
  INSERT INTO subscriber_days (day, source, event, count)
    VALUES (date(NEW.confirmed_at / 1000, 'unixepoch'), NEW.source, 'joined', 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
END;
--> statement-breakpoint
-- Of those who never confirmed none has joined, so none is counted as gone.
CREATE TRIGGER subscribers_gone AFTER UPDATE OF status ON subscribers
WHEN NEW.status IN ('left', 'bounced', 'complained') AND OLD.status = 'active'
BEGIN
  INSERT INTO subscriber_days (day, source, event, count)
    VALUES (date(NEW.left_at / 1000, 'unixepoch'), NEW.source, NEW.status, 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
END;
--> statement-breakpoint
-- What a newsletter says, and to whom, is settled when it begins to go out.
CREATE TRIGGER campaigns_keep_text BEFORE UPDATE OF texts, audience ON campaigns
WHEN OLD.state NOT IN ('draft', 'scheduled') AND (NEW.texts IS NOT OLD.texts OR NEW.audience IS NOT OLD.audience)
BEGIN SELECT RAISE(ABORT, 'campaign_not_ready'); END;
--> statement-breakpoint
CREATE TRIGGER campaign_recipients_counted AFTER INSERT ON campaign_recipients
BEGIN
  INSERT INTO campaign_tallies (campaign_id, what, count) VALUES (NEW.campaign_id, NEW.state, 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
END;
--> statement-breakpoint
CREATE TRIGGER campaign_recipients_moved AFTER UPDATE OF state ON campaign_recipients
WHEN NEW.state IS NOT OLD.state
BEGIN
  UPDATE campaign_tallies SET count = count - 1 WHERE campaign_id = OLD.campaign_id AND what = OLD.state;
  INSERT INTO campaign_tallies (campaign_id, what, count) VALUES (NEW.campaign_id, NEW.state, 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
END;
--> statement-breakpoint
CREATE TRIGGER campaign_recipients_reacted AFTER UPDATE OF bounced_at, left_at, complained_at, replied_at ON campaign_recipients
BEGIN
  INSERT INTO campaign_tallies (campaign_id, what, count)
    SELECT NEW.campaign_id, column1, 1 FROM (VALUES
      ('bounced', NEW.bounced_at IS NOT NULL AND OLD.bounced_at IS NULL),
      ('left', NEW.left_at IS NOT NULL AND OLD.left_at IS NULL),
      ('complained', NEW.complained_at IS NOT NULL AND OLD.complained_at IS NULL),
      ('replied', NEW.replied_at IS NOT NULL AND OLD.replied_at IS NULL)
    ) WHERE column2
    ON CONFLICT DO UPDATE SET count = count + 1;
END;
--> statement-breakpoint
-- A person who is erased before their mail went does not get it; who had it stays in the figures, without a row.
CREATE TRIGGER campaign_recipients_gone AFTER DELETE ON campaign_recipients
WHEN OLD.state IN ('waiting', 'due')
BEGIN
  UPDATE campaign_tallies SET count = count - 1 WHERE campaign_id = OLD.campaign_id AND what = OLD.state;
  INSERT INTO campaign_tallies (campaign_id, what, count) VALUES (OLD.campaign_id, 'dropped', 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
END;
--> statement-breakpoint
-- Whose mail was given up and is tried again by people is due again, and gets its outcome as all do.
CREATE TRIGGER outbox_tried_again AFTER UPDATE OF state ON outbox
WHEN OLD.state = 'dead' AND NEW.state = 'queued'
BEGIN
  UPDATE campaign_recipients SET state = 'due', reason = NULL WHERE mail_id = NEW.id AND state = 'failed';
END;
--> statement-breakpoint
-- The list of worker/ledger/entry.ts (NEVER_ERASED) has grown.
DROP TRIGGER ledger_entries_only_erasure;
--> statement-breakpoint
CREATE TRIGGER ledger_entries_only_erasure BEFORE UPDATE ON ledger_entries
WHEN OLD.kind IN (
    'subscriber.erased', 'subscribers.import-started', 'subscribers.imported', 'subscribers.exported',
    'subscribers.action-started', 'subscribers.action-undone', 'segment.saved', 'segment.removed', 'label.added', 'label.removed',
    'campaign.drafted', 'campaign.dropped', 'campaign.scheduled', 'campaign.unscheduled', 'campaign.started',
    'campaign.paused', 'campaign.resumed', 'campaign.cancelled', 'campaign.withdrawn', 'campaign.sent',
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
