CREATE TABLE `mail_returns` (
	`mail_id` text NOT NULL,
	`kind` text NOT NULL,
	`hash` text NOT NULL,
	`status` text NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `mail_returns_once` ON `mail_returns` (`mail_id`,`kind`);--> statement-breakpoint
CREATE INDEX `mail_returns_by_address` ON `mail_returns` (`hash`,`at`);--> statement-breakpoint
CREATE INDEX `mail_returns_by_age` ON `mail_returns` (`at`);--> statement-breakpoint
CREATE TABLE `address_changes` (
	`id` text PRIMARY KEY NOT NULL,
	`subscriber_id` text NOT NULL,
	`email` text NOT NULL,
	`lang` text NOT NULL,
	`requested_at` integer NOT NULL,
	`from_confirmed_at` integer,
	`to_confirmed_at` integer
);
--> statement-breakpoint
CREATE INDEX `address_changes_by_subscriber` ON `address_changes` (`subscriber_id`);--> statement-breakpoint
CREATE INDEX `address_changes_by_age` ON `address_changes` (`requested_at`);--> statement-breakpoint
CREATE TABLE `campaign_recipients` (
	`campaign_id` text NOT NULL,
	`seq` integer NOT NULL,
	`state` text NOT NULL,
	`mail_id` text,
	`reason` text,
	`sent_at` integer,
	`bounced_at` integer,
	`left_at` integer,
	`complained_at` integer,
	`replied_at` integer,
	PRIMARY KEY(`campaign_id`, `seq`),
	FOREIGN KEY (`campaign_id`) REFERENCES `campaigns`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `campaign_recipients_mail_id_unique` ON `campaign_recipients` (`mail_id`);--> statement-breakpoint
CREATE INDEX `campaign_recipients_by_state` ON `campaign_recipients` (`campaign_id`,`state`,`seq`);--> statement-breakpoint
CREATE INDEX `campaign_recipients_by_subscriber` ON `campaign_recipients` (`seq`);--> statement-breakpoint
CREATE TABLE `campaign_tallies` (
	`campaign_id` text NOT NULL,
	`what` text NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`campaign_id`, `what`),
	FOREIGN KEY (`campaign_id`) REFERENCES `campaigns`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `campaigns` (
	`id` text PRIMARY KEY NOT NULL,
	`state` text NOT NULL,
	`name` text NOT NULL,
	`texts` text NOT NULL,
	`audience` text NOT NULL,
	`is_public` integer NOT NULL,
	`slug` text,
	`rate` integer,
	`scheduled_at` integer,
	`zone` text,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`changed_at` integer NOT NULL,
	`changed_by` text NOT NULL,
	`started_at` integer,
	`started_by` text,
	`finished_at` integer,
	`cursor` integer DEFAULT 0 NOT NULL,
	`last_seq` integer,
	`recipients` integer DEFAULT 0 NOT NULL,
	`next_at` integer,
	`fault` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `campaigns_slug_unique` ON `campaigns` (`slug`);--> statement-breakpoint
CREATE INDEX `campaigns_by_state` ON `campaigns` (`state`,`changed_at`);--> statement-breakpoint
CREATE INDEX `campaigns_by_change` ON `campaigns` (`changed_at`);--> statement-breakpoint
CREATE TABLE `consent_wordings` (
	`sha256` text PRIMARY KEY NOT NULL,
	`text` text NOT NULL,
	`first_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `consents` (
	`signup_id` text NOT NULL,
	`topic` text NOT NULL,
	`subscriber_id` text NOT NULL,
	`given_at` integer NOT NULL,
	`withdrawn_at` integer,
	`withdrawn_by` text,
	PRIMARY KEY(`signup_id`, `topic`)
);
--> statement-breakpoint
CREATE INDEX `consents_by_subscriber` ON `consents` (`subscriber_id`,`given_at`);--> statement-breakpoint
CREATE TABLE `list_action_rows` (
	`action_id` text NOT NULL,
	`seq` integer NOT NULL,
	`before` text NOT NULL,
	PRIMARY KEY(`action_id`, `seq`),
	FOREIGN KEY (`action_id`) REFERENCES `list_actions`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `list_actions` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`argument` text,
	`filter` text NOT NULL,
	`state` text NOT NULL,
	`matched` integer NOT NULL,
	`changed` integer NOT NULL,
	`restored` integer DEFAULT 0 NOT NULL,
	`cursor` integer NOT NULL,
	`last_seq` integer NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`finished_at` integer
);
--> statement-breakpoint
CREATE TABLE `newsletter_labels` (
	`name` text PRIMARY KEY NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `segments` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`filter` text NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`changed_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `segments_name_unique` ON `segments` (`name`);--> statement-breakpoint
CREATE TABLE `subscriber_cohorts` (
	`status` text NOT NULL,
	`lang` text NOT NULL,
	`source` text NOT NULL,
	`topics` text NOT NULL,
	`labels` text NOT NULL,
	`members` integer NOT NULL,
	PRIMARY KEY(`status`, `lang`, `source`, `topics`, `labels`)
);
--> statement-breakpoint
CREATE TABLE `subscriber_days` (
	`day` text NOT NULL,
	`source` text NOT NULL,
	`event` text NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`day`, `source`, `event`)
);
--> statement-breakpoint
CREATE TABLE `subscriber_import_faults` (
	`import_id` text NOT NULL,
	`row` integer NOT NULL,
	`cells` text NOT NULL,
	`emails` text NOT NULL,
	`errors` text NOT NULL,
	PRIMARY KEY(`import_id`, `row`),
	FOREIGN KEY (`import_id`) REFERENCES `subscriber_imports`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `subscriber_import_parts` (
	`import_id` text NOT NULL,
	`part` integer NOT NULL,
	`bytes` blob NOT NULL,
	PRIMARY KEY(`import_id`, `part`),
	FOREIGN KEY (`import_id`) REFERENCES `subscriber_imports`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `subscriber_imports` (
	`id` text PRIMARY KEY NOT NULL,
	`state` text NOT NULL,
	`file_name` text NOT NULL,
	`size` integer NOT NULL,
	`plan` text,
	`offset` integer NOT NULL,
	`row` integer NOT NULL,
	`active` integer NOT NULL,
	`pending` integer NOT NULL,
	`unchanged` integer NOT NULL,
	`blocked` integer NOT NULL,
	`refused` integer NOT NULL,
	`asked` integer DEFAULT 0 NOT NULL,
	`next_ask_at` integer,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`started_at` integer,
	`finished_at` integer,
	`tries` integer DEFAULT 0 NOT NULL,
	`fault` text
);
--> statement-breakpoint
-- Subscribers get a number that only grows. Their signups refer to them, so both tables are made anew, the child first gone.
CREATE TABLE `kept_signups` AS SELECT * FROM `signups`;--> statement-breakpoint
DROP TABLE `signups`;--> statement-breakpoint
CREATE TABLE `new_subscribers` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`email` text NOT NULL,
	`name` text,
	`status` text NOT NULL,
	`lang` text NOT NULL,
	`topics` text NOT NULL,
	`labels` text DEFAULT '[]' NOT NULL,
	`source` text NOT NULL,
	`requested_at` integer NOT NULL,
	`confirmed_at` integer,
	`left_at` integer
);
--> statement-breakpoint
INSERT INTO `new_subscribers` (`id`, `email`, `status`, `lang`, `topics`, `source`, `requested_at`, `confirmed_at`, `left_at`)
SELECT `id`, `email`, `status`, `lang`, `topics`,
	coalesce((SELECT `surface` FROM `kept_signups` WHERE `subscriber_id` = `subscribers`.`id` ORDER BY `requested_at` LIMIT 1), 'site'),
	`requested_at`, `confirmed_at`, `left_at`
FROM `subscribers` ORDER BY `requested_at`, `id`;--> statement-breakpoint
DROP TABLE `subscribers`;--> statement-breakpoint
ALTER TABLE `new_subscribers` RENAME TO `subscribers`;--> statement-breakpoint
CREATE UNIQUE INDEX `subscribers_id_unique` ON `subscribers` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `subscribers_email_unique` ON `subscribers` (`email`);--> statement-breakpoint
CREATE INDEX `subscribers_pending` ON `subscribers` (`requested_at`) WHERE status = 'pending';--> statement-breakpoint
CREATE INDEX `subscribers_gone` ON `subscribers` (`left_at`) WHERE left_at is not null;--> statement-breakpoint
CREATE INDEX `subscribers_by_cohort` ON `subscribers` (`status`,`lang`,`source`,`topics`,`labels`);--> statement-breakpoint
CREATE TABLE `signups` (
	`id` text PRIMARY KEY NOT NULL,
	`subscriber_id` text NOT NULL,
	`method` text DEFAULT 'form' NOT NULL,
	`lang` text NOT NULL,
	`topics` text NOT NULL,
	`wording` text,
	`policy_date` text,
	`surface` text NOT NULL,
	`page_origin` text,
	`import_id` text,
	`mail_id` text,
	`requested_at` integer NOT NULL,
	`confirmed_at` integer,
	`flags` text,
	FOREIGN KEY (`subscriber_id`) REFERENCES `subscribers`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
INSERT INTO `signups` (`id`, `subscriber_id`, `lang`, `topics`, `wording`, `policy_date`, `surface`, `page_origin`, `requested_at`, `confirmed_at`)
SELECT `id`, `subscriber_id`, `lang`, `topics`, `wording`, `policy_date`, `surface`, `page_origin`, `requested_at`, `confirmed_at` FROM `kept_signups`;--> statement-breakpoint
DROP TABLE `kept_signups`;--> statement-breakpoint
CREATE INDEX `signups_by_subscriber` ON `signups` (`subscriber_id`,`requested_at`);--> statement-breakpoint
CREATE INDEX `signups_by_age` ON `signups` (`confirmed_at`,`requested_at`);--> statement-breakpoint
CREATE INDEX `signups_by_import` ON `signups` (`import_id`,`confirmed_at`) WHERE import_id is not null;--> statement-breakpoint
CREATE INDEX `signups_to_ask` ON `signups` (`import_id`) WHERE import_id is not null and mail_id is null and confirmed_at is null;--> statement-breakpoint
CREATE INDEX `signups_doubtful` ON `signups` (`confirmed_at`) WHERE flags <> '[]';--> statement-breakpoint
INSERT INTO `consents` (`signup_id`, `topic`, `subscriber_id`, `given_at`, `withdrawn_at`, `withdrawn_by`)
SELECT `signups`.`id`, `value`, `subscriber_id`, `signups`.`confirmed_at`, `left_at`, iif(`left_at` IS NULL, NULL, 'link')
FROM `signups` JOIN `subscribers` ON `subscribers`.`id` = `subscriber_id`, json_each(`signups`.`topics`)
WHERE `signups`.`confirmed_at` IS NOT NULL;--> statement-breakpoint
-- Mail to an address can stop for several reasons, and each ends by itself.
CREATE TABLE `new_mail_suppressions` (
	`hash` text NOT NULL,
	`reason` text NOT NULL,
	`at` integer NOT NULL,
	`mirrored_at` integer,
	PRIMARY KEY(`hash`, `reason`)
);
--> statement-breakpoint
INSERT INTO `new_mail_suppressions` (`hash`, `reason`, `at`) SELECT `hash`, `reason`, `at` FROM `mail_suppressions`;--> statement-breakpoint
DROP TABLE `mail_suppressions`;--> statement-breakpoint
ALTER TABLE `new_mail_suppressions` RENAME TO `mail_suppressions`;--> statement-breakpoint
-- Who left before there was this list has no hash yet: SQL cannot make it, cron does (newsletter/leaving.ts).
INSERT INTO `mail_suppressions` (`hash`, `reason`, `at`)
SELECT 'subscriber:' || `id`, 'left', coalesce(`left_at`, 0) FROM `subscribers` WHERE `status` = 'left';--> statement-breakpoint
CREATE INDEX `mail_suppressions_to_mirror` ON `mail_suppressions` (`at`) WHERE mirrored_at is null;--> statement-breakpoint
ALTER TABLE `outbox` ADD `lane` text DEFAULT 'transactional' NOT NULL;--> statement-breakpoint
CREATE INDEX `outbox_besides_newsletters` ON `outbox` (`due_at`) WHERE template <> 'newsletter.campaign';
