CREATE TABLE `contact_topics` (
	`id` text PRIMARY KEY NOT NULL,
	`names` text NOT NULL,
	`first_hours` integer NOT NULL,
	`solved_hours` integer NOT NULL,
	`retention_months` integer NOT NULL,
	`version` integer NOT NULL,
	`changed_at` integer NOT NULL,
	`changed_by` text NOT NULL,
	`removed_at` integer
);
--> statement-breakpoint
-- SQLite cannot add a place to a table. What refers to a table goes before it, so that no row is lost with the other.
CREATE TABLE `conversations_anew` (
	`seq` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`reference` text NOT NULL,
	`status` text NOT NULL,
	`email` text NOT NULL,
	`name` text,
	`subject` text,
	`customer_number` text,
	`lang` text NOT NULL,
	`channel` text DEFAULT 'widget' NOT NULL,
	`surface` text NOT NULL,
	`page_origin` text,
	`key_hash` text,
	`request_hash` text NOT NULL,
	`topic_id` text,
	`assignee` text,
	`linked_to` text,
	`quarantined_for` text,
	`version` integer DEFAULT 1 NOT NULL,
	`change` text,
	`created_at` integer NOT NULL,
	`confirmed_at` integer,
	`last_at` integer DEFAULT 0 NOT NULL,
	`due_at` integer,
	`waiting_since` integer,
	`waited_ms` integer DEFAULT 0 NOT NULL,
	`first_response_ms` integer,
	`resolved_ms` integer,
	`closed_at` integer,
	`close_reason` text,
	`archived_at` integer,
	`delete_at` integer,
	FOREIGN KEY (`topic_id`) REFERENCES `contact_topics`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
INSERT INTO `conversations_anew` (`seq`, `id`, `reference`, `status`, `email`, `name`, `subject`, `customer_number`, `lang`, `channel`, `surface`,
	`page_origin`, `key_hash`, `request_hash`, `created_at`, `confirmed_at`, `last_at`, `due_at`)
SELECT rowid, `id`, `reference`, `status`, `email`, `name`, `subject`, `customer_number`, `lang`,
	coalesce((SELECT `channel` FROM `messages` WHERE `conversation_id` = c.`id` ORDER BY `created_at` LIMIT 1), 'widget'), `surface`,
	`page_origin`, `key_hash`, `request_hash`, `created_at`, `confirmed_at`, coalesce(`confirmed_at`, `created_at`),
	CASE `status` WHEN 'new' THEN coalesce(`confirmed_at`, `created_at`) + 86400000 END
FROM `conversations` c;
--> statement-breakpoint
CREATE TABLE `messages_kept` AS SELECT rowid AS `seq`, `id`, `conversation_id`, `channel`, `body`, `created_at` FROM `messages`;
--> statement-breakpoint
DROP TABLE `messages`;
--> statement-breakpoint
DROP TABLE `conversations`;
--> statement-breakpoint
ALTER TABLE `conversations_anew` RENAME TO `conversations`;
--> statement-breakpoint
CREATE UNIQUE INDEX `conversations_id_unique` ON `conversations` (`id`);
--> statement-breakpoint
CREATE UNIQUE INDEX `conversations_reference_unique` ON `conversations` (`reference`);
--> statement-breakpoint
CREATE UNIQUE INDEX `conversations_key_hash_unique` ON `conversations` (`key_hash`);
--> statement-breakpoint
CREATE INDEX `conversations_by_status` ON `conversations` (`status`,`last_at`);
--> statement-breakpoint
CREATE INDEX `conversations_due` ON `conversations` (`status`,`due_at`) WHERE due_at is not null;
--> statement-breakpoint
CREATE INDEX `conversations_assigned` ON `conversations` (`assignee`,`status`,`last_at`) WHERE assignee is not null;
--> statement-breakpoint
CREATE INDEX `conversations_of_topic` ON `conversations` (`topic_id`,`status`,`last_at`) WHERE topic_id is not null;
--> statement-breakpoint
CREATE INDEX `conversations_by_email` ON `conversations` (`email`,`last_at`,`status`);
--> statement-breakpoint
CREATE INDEX `conversations_by_customer` ON `conversations` (`customer_number`,`last_at`,`status`) WHERE customer_number is not null;
--> statement-breakpoint
CREATE INDEX `conversations_to_delete` ON `conversations` (`delete_at`) WHERE delete_at is not null;
--> statement-breakpoint
CREATE TABLE `messages` (
	`seq` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`conversation_id` text NOT NULL,
	`channel` text NOT NULL,
	`author` text,
	`body` text NOT NULL,
	`quoted_from` integer,
	`marks` text,
	`message_id` text,
	`mail_id` text,
	`key_hash` text,
	`request_hash` text,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`conversation_id`) REFERENCES `conversations`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
INSERT INTO `messages` (`seq`, `id`, `conversation_id`, `channel`, `body`, `created_at`)
SELECT `seq`, `id`, `conversation_id`, `channel`, `body`, `created_at` FROM `messages_kept`;
--> statement-breakpoint
DROP TABLE `messages_kept`;
--> statement-breakpoint
CREATE UNIQUE INDEX `messages_id_unique` ON `messages` (`id`);
--> statement-breakpoint
CREATE UNIQUE INDEX `messages_mail_id_unique` ON `messages` (`mail_id`);
--> statement-breakpoint
CREATE UNIQUE INDEX `messages_key_hash_unique` ON `messages` (`key_hash`);
--> statement-breakpoint
CREATE INDEX `messages_by_conversation` ON `messages` (`conversation_id`,`created_at`);
--> statement-breakpoint
CREATE TABLE `contact_answers` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`texts` text NOT NULL,
	`version` integer NOT NULL,
	`changed_at` integer NOT NULL,
	`changed_by` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `contact_answers_name_unique` ON `contact_answers` (`name`);--> statement-breakpoint
CREATE TABLE `contact_blocks` (
	`sender` text PRIMARY KEY NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `contact_days` (
	`day` text NOT NULL,
	`topic_id` text NOT NULL,
	`event` text NOT NULL,
	`count` integer NOT NULL,
	`ms` integer NOT NULL,
	`late` integer NOT NULL,
	PRIMARY KEY(`day`, `topic_id`, `event`)
);
--> statement-breakpoint
CREATE TABLE `contact_drafts` (
	`conversation_id` text NOT NULL,
	`member` text NOT NULL,
	`body` text NOT NULL,
	`version` integer NOT NULL,
	`changed_at` integer NOT NULL,
	PRIMARY KEY(`conversation_id`, `member`),
	FOREIGN KEY (`conversation_id`) REFERENCES `conversations`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `contact_drafts_by_age` ON `contact_drafts` (`changed_at`);--> statement-breakpoint
CREATE TABLE `contact_dropped_files` (
	`key` text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE `contact_files` (
	`id` text PRIMARY KEY NOT NULL,
	`message_id` text,
	`name` text NOT NULL,
	`type` text NOT NULL,
	`size` integer NOT NULL,
	`sha256` text NOT NULL,
	`refused` text,
	`key_hash` text,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`message_id`) REFERENCES `messages`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `contact_files_key_hash_unique` ON `contact_files` (`key_hash`);--> statement-breakpoint
CREATE INDEX `contact_files_of_message` ON `contact_files` (`message_id`) WHERE message_id is not null;--> statement-breakpoint
CREATE INDEX `contact_files_waiting` ON `contact_files` (`created_at`) WHERE message_id is null;--> statement-breakpoint
CREATE TABLE `contact_notes` (
	`id` text PRIMARY KEY NOT NULL,
	`conversation_id` text NOT NULL,
	`author` text NOT NULL,
	`body` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`conversation_id`) REFERENCES `conversations`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `contact_notes_of_conversation` ON `contact_notes` (`conversation_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `contact_originals` (
	`id` text PRIMARY KEY NOT NULL,
	`state` text NOT NULL,
	`envelope_from` text NOT NULL,
	`envelope_to` text NOT NULL,
	`size` integer NOT NULL,
	`reason` text,
	`tries` integer DEFAULT 0 NOT NULL,
	`received_at` integer NOT NULL,
	`lease_until` integer
);
--> statement-breakpoint
CREATE INDEX `contact_originals_by_state` ON `contact_originals` (`state`,`received_at`);--> statement-breakpoint
CREATE TABLE `contact_presence` (
	`conversation_id` text NOT NULL,
	`member` text NOT NULL,
	`is_writing` integer NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`conversation_id`, `member`)
);
--> statement-breakpoint
CREATE INDEX `contact_presence_by_age` ON `contact_presence` (`at`);--> statement-breakpoint
ALTER TABLE `staff_members` ADD `wants_alerts` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `staff_members` ADD `alerted_at` integer;