CREATE TABLE `ledger_checks` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`started_at` integer NOT NULL,
	`finished_at` integer,
	`asked_by` text,
	`seal_number` integer NOT NULL,
	`entries` integer NOT NULL,
	`faults` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `ledger_seals` (
	`number` integer PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`first_seq` integer NOT NULL,
	`last_seq` integer NOT NULL,
	`root` text NOT NULL,
	`previous` text NOT NULL,
	`head` text NOT NULL,
	`leaves` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `ledger_seals_by_place` ON `ledger_seals` (`last_seq`);--> statement-breakpoint
CREATE TABLE `cron_tasks` (
	`name` text PRIMARY KEY NOT NULL,
	`ran_at` integer NOT NULL,
	`succeeded_at` integer,
	`error` text
);
--> statement-breakpoint
CREATE TABLE `staff_members` (
	`id` text PRIMARY KEY NOT NULL,
	`email` text NOT NULL,
	`name` text NOT NULL,
	`role` text NOT NULL,
	`lang` text NOT NULL,
	`version` integer NOT NULL,
	`changed_at` integer NOT NULL,
	`changed_by` text,
	`created_at` integer NOT NULL,
	`signed_in_at` integer,
	`removed_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `staff_members_email_unique` ON `staff_members` (`email`) WHERE removed_at is null;--> statement-breakpoint
CREATE TABLE `staff_passkeys` (
	`id` text PRIMARY KEY NOT NULL,
	`member_id` text NOT NULL,
	`name` text NOT NULL,
	`public_key` text NOT NULL,
	`counter` integer NOT NULL,
	`transports` text NOT NULL,
	`created_at` integer NOT NULL,
	`used_at` integer,
	FOREIGN KEY (`member_id`) REFERENCES `staff_members`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `staff_passkeys_by_member` ON `staff_passkeys` (`member_id`);--> statement-breakpoint
CREATE TABLE `staff_roles` (
	`role` text PRIMARY KEY NOT NULL,
	`demands_passkey` integer NOT NULL,
	`version` integer NOT NULL,
	`changed_at` integer NOT NULL,
	`changed_by` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `staff_sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`hash` text NOT NULL,
	`member_id` text NOT NULL,
	`method` text NOT NULL,
	`passkey_id` text,
	`device` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`member_id`) REFERENCES `staff_members`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `staff_sessions_hash_unique` ON `staff_sessions` (`hash`);--> statement-breakpoint
CREATE INDEX `staff_sessions_by_member` ON `staff_sessions` (`member_id`);--> statement-breakpoint
CREATE INDEX `staff_sessions_by_expiry` ON `staff_sessions` (`expires_at`);--> statement-breakpoint
DROP INDEX `ledger_entries_by_subject`;--> statement-breakpoint
ALTER TABLE `ledger_entries` ADD `actor` text;--> statement-breakpoint
CREATE INDEX `ledger_entries_by_actor` ON `ledger_entries` (`actor`,`at`);--> statement-breakpoint
CREATE INDEX `ledger_entries_by_kind` ON `ledger_entries` (`kind`,`at`);--> statement-breakpoint
CREATE INDEX `ledger_entries_by_time` ON `ledger_entries` (`at`);--> statement-breakpoint
CREATE INDEX `ledger_entries_by_subject` ON `ledger_entries` (`subject`,`at`);--> statement-breakpoint
ALTER TABLE `api_keys` ADD `created_by` text;--> statement-breakpoint
ALTER TABLE `api_keys` ADD `used_at` integer;--> statement-breakpoint
CREATE INDEX `tokens_of_staff` ON `tokens` (`subject`) WHERE purpose in ('staff.invite', 'staff.sign-in');