CREATE TABLE `customer_import_faults` (
	`import_id` text NOT NULL,
	`row` integer NOT NULL,
	`cells` text NOT NULL,
	`errors` text NOT NULL,
	PRIMARY KEY(`import_id`, `row`),
	FOREIGN KEY (`import_id`) REFERENCES `customer_imports`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `customer_import_numbers` (
	`import_id` text NOT NULL,
	`number` text NOT NULL,
	PRIMARY KEY(`import_id`, `number`),
	FOREIGN KEY (`import_id`) REFERENCES `customer_imports`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `customer_import_parts` (
	`import_id` text NOT NULL,
	`part` integer NOT NULL,
	`bytes` blob NOT NULL,
	PRIMARY KEY(`import_id`, `part`),
	FOREIGN KEY (`import_id`) REFERENCES `customer_imports`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `customer_imports` (
	`id` text PRIMARY KEY NOT NULL,
	`state` text NOT NULL,
	`file_name` text NOT NULL,
	`size` integer NOT NULL,
	`plan` text,
	`offset` integer NOT NULL,
	`row` integer NOT NULL,
	`added` integer NOT NULL,
	`changed` integer NOT NULL,
	`unchanged` integer NOT NULL,
	`refused` integer NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`started_at` integer,
	`finished_at` integer,
	`fault` text
);
--> statement-breakpoint
CREATE TABLE `customer_series` (
	`prefix` text PRIMARY KEY NOT NULL,
	`last` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `customers` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`number` text NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`organisation` text,
	`email` text NOT NULL,
	`lang` text NOT NULL,
	`phone` text,
	`address` text,
	`billing_address` text,
	`payment_reference` text,
	`ip` text,
	`source` text NOT NULL,
	`key_hash` text,
	`request_hash` text,
	`registered_at` integer NOT NULL,
	`changed_at` integer NOT NULL,
	`closed_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `customers_number_unique` ON `customers` (`number`);--> statement-breakpoint
CREATE UNIQUE INDEX `customers_key_hash_unique` ON `customers` (`key_hash`);--> statement-breakpoint
CREATE INDEX `customers_by_email` ON `customers` (`email`,`seq`);--> statement-breakpoint
CREATE INDEX `customers_by_name` ON `customers` (name collate nocase,`seq`);--> statement-breakpoint
CREATE INDEX `customers_closed` ON `customers` (`closed_at`) WHERE closed_at is not null;--> statement-breakpoint
CREATE TABLE `registrations` (
	`id` text PRIMARY KEY NOT NULL,
	`email` text NOT NULL,
	`lang` text NOT NULL,
	`filled_in` text,
	`surface` text NOT NULL,
	`page_origin` text,
	`policy_date` text,
	`ip` text,
	`requested_at` integer NOT NULL,
	`confirmed_at` integer,
	`number` text
);
--> statement-breakpoint
CREATE INDEX `registrations_by_age` ON `registrations` (`requested_at`);--> statement-breakpoint
CREATE TABLE `retired_numbers` (
	`number` text PRIMARY KEY NOT NULL,
	`retired_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `mail_suppressions` (
	`hash` text PRIMARY KEY NOT NULL,
	`reason` text NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `notice_mails` (
	`date` text NOT NULL,
	`customer_number` text NOT NULL,
	`mail_id` text,
	`state` text NOT NULL,
	`due_at` integer NOT NULL,
	`sent_at` integer,
	`failed_at` integer,
	`reason` text,
	PRIMARY KEY(`date`, `customer_number`),
	FOREIGN KEY (`date`) REFERENCES `policy_versions`(`date`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `notice_mails_mail_id_unique` ON `notice_mails` (`mail_id`);--> statement-breakpoint
CREATE INDEX `notice_mails_by_state` ON `notice_mails` (`date`,`state`,`customer_number`);--> statement-breakpoint
CREATE INDEX `notice_mails_by_customer` ON `notice_mails` (`customer_number`);--> statement-breakpoint
CREATE TABLE `notice_runs` (
	`date` text PRIMARY KEY NOT NULL,
	`state` text NOT NULL,
	`cursor` integer NOT NULL,
	`taken` integer NOT NULL,
	`next_at` integer NOT NULL,
	`started_at` integer NOT NULL,
	`finished_at` integer,
	FOREIGN KEY (`date`) REFERENCES `policy_versions`(`date`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `notice_showings` (
	`customer_number` text NOT NULL,
	`date` text NOT NULL,
	`surface` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`customer_number`, `date`),
	FOREIGN KEY (`date`) REFERENCES `policy_versions`(`date`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `notice_showings_by_date` ON `notice_showings` (`date`,`at`);--> statement-breakpoint
CREATE TABLE `policy_drafts` (
	`id` text PRIMARY KEY NOT NULL,
	`state` text NOT NULL,
	`date` text,
	`effective` text,
	`notice_until` text,
	`significance` text NOT NULL,
	`texts` text NOT NULL,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`changed_at` integer NOT NULL,
	`changed_by` text NOT NULL,
	`approved_by` text,
	`fault` text
);
--> statement-breakpoint
ALTER TABLE `policy_versions` ADD `inventory` text;--> statement-breakpoint
CREATE INDEX `acknowledgements_by_date` ON `acknowledgements` (`date`,`at`);