CREATE TABLE `conversations` (
	`id` text PRIMARY KEY NOT NULL,
	`reference` text NOT NULL,
	`status` text NOT NULL,
	`email` text NOT NULL,
	`name` text,
	`subject` text,
	`customer_number` text,
	`lang` text NOT NULL,
	`surface` text NOT NULL,
	`page_origin` text,
	`key_hash` text,
	`request_hash` text NOT NULL,
	`created_at` integer NOT NULL,
	`confirmed_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `conversations_reference_unique` ON `conversations` (`reference`);--> statement-breakpoint
CREATE UNIQUE INDEX `conversations_key_hash_unique` ON `conversations` (`key_hash`);--> statement-breakpoint
CREATE INDEX `conversations_unconfirmed` ON `conversations` (`created_at`) WHERE status = 'unconfirmed';--> statement-breakpoint
CREATE TABLE `messages` (
	`id` text PRIMARY KEY NOT NULL,
	`conversation_id` text NOT NULL,
	`channel` text NOT NULL,
	`body` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`conversation_id`) REFERENCES `conversations`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `messages_by_conversation` ON `messages` (`conversation_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `ledger_entries` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`kind` text NOT NULL,
	`at` integer NOT NULL,
	`subject` text,
	`body` text,
	`salt` text,
	`commitment` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `ledger_entries_id_unique` ON `ledger_entries` (`id`);--> statement-breakpoint
CREATE INDEX `ledger_entries_by_subject` ON `ledger_entries` (`subject`);--> statement-breakpoint
CREATE TABLE `outbox` (
	`id` text PRIMARY KEY NOT NULL,
	`template` text NOT NULL,
	`recipient` text NOT NULL,
	`lang` text NOT NULL,
	`params` text NOT NULL,
	`state` text NOT NULL,
	`attempts` integer NOT NULL,
	`due_at` integer NOT NULL,
	`lease_until` integer,
	`created_at` integer NOT NULL,
	`sent_at` integer,
	`last_error` text
);
--> statement-breakpoint
CREATE INDEX `outbox_by_state` ON `outbox` (`state`,`due_at`);--> statement-breakpoint
CREATE INDEX `outbox_by_recipient` ON `outbox` (`recipient`,`created_at`);--> statement-breakpoint
CREATE TABLE `signups` (
	`id` text PRIMARY KEY NOT NULL,
	`subscriber_id` text NOT NULL,
	`lang` text NOT NULL,
	`topics` text NOT NULL,
	`wording` text,
	`policy_date` text,
	`surface` text NOT NULL,
	`page_origin` text,
	`requested_at` integer NOT NULL,
	`confirmed_at` integer,
	FOREIGN KEY (`subscriber_id`) REFERENCES `subscribers`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `signups_by_subscriber` ON `signups` (`subscriber_id`,`requested_at`);--> statement-breakpoint
CREATE INDEX `signups_by_age` ON `signups` (`confirmed_at`,`requested_at`);--> statement-breakpoint
CREATE TABLE `subscribers` (
	`id` text PRIMARY KEY NOT NULL,
	`email` text NOT NULL,
	`status` text NOT NULL,
	`lang` text NOT NULL,
	`topics` text NOT NULL,
	`requested_at` integer NOT NULL,
	`confirmed_at` integer,
	`left_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `subscribers_email_unique` ON `subscribers` (`email`);--> statement-breakpoint
CREATE INDEX `subscribers_pending` ON `subscribers` (`requested_at`) WHERE status = 'pending';--> statement-breakpoint
CREATE TABLE `api_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`hash` text NOT NULL,
	`scopes` text NOT NULL,
	`created_at` integer NOT NULL,
	`revoked_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_keys_hash_unique` ON `api_keys` (`hash`);--> statement-breakpoint
CREATE TABLE `spent_challenges` (
	`hash` text PRIMARY KEY NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `spent_challenges_by_expiry` ON `spent_challenges` (`expires_at`);--> statement-breakpoint
CREATE TABLE `tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`purpose` text NOT NULL,
	`hash` text NOT NULL,
	`subject` text NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer
);
--> statement-breakpoint
CREATE INDEX `tokens_by_expiry` ON `tokens` (`expires_at`);--> statement-breakpoint
CREATE TABLE `acknowledgements` (
	`customer_number` text NOT NULL,
	`date` text NOT NULL,
	`surface` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`customer_number`, `date`),
	FOREIGN KEY (`date`) REFERENCES `policy_versions`(`date`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `policy_texts` (
	`date` text NOT NULL,
	`lang` text NOT NULL,
	`title` text NOT NULL,
	`summary` text NOT NULL,
	`markdown` text NOT NULL,
	`sha256` text NOT NULL,
	PRIMARY KEY(`date`, `lang`)
);
--> statement-breakpoint
CREATE TABLE `policy_versions` (
	`date` text PRIMARY KEY NOT NULL,
	`effective` text NOT NULL,
	`significance` text NOT NULL,
	`notice_until` text NOT NULL,
	`published_at` integer NOT NULL
);
