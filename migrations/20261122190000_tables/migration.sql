CREATE TABLE "account" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"kind" text NOT NULL,
	"state" text NOT NULL,
	"unit" text DEFAULT '' NOT NULL,
	"version" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"blocked_until" timestamp with time zone,
	"closed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "account_link" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "account_link_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"account_id" uuid NOT NULL,
	"provider" text NOT NULL,
	"external_id" text NOT NULL,
	"seen_as" text NOT NULL,
	"authority" boolean NOT NULL,
	"origin" text NOT NULL,
	"evidence" text,
	"observed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"stands_at" text DEFAULT '' NOT NULL,
	"password_at" text DEFAULT '' NOT NULL,
	"drift" text DEFAULT '' NOT NULL,
	CONSTRAINT "account_link_once" UNIQUE("account_id","provider"),
	CONSTRAINT "account_link_external" UNIQUE("provider","external_id")
);
--> statement-breakpoint
CREATE TABLE "address" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "address_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"local" text NOT NULL,
	"domain" text NOT NULL,
	"account_id" uuid,
	"role" text NOT NULL,
	"until" timestamp with time zone,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "address_once" UNIQUE("local","domain"),
	CONSTRAINT "address_lower" CHECK ("local" = lower("local") and "domain" = lower("domain"))
);
--> statement-breakpoint
CREATE TABLE "affiliation" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "affiliation_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"person_id" uuid NOT NULL,
	"source" text NOT NULL,
	"profile" text NOT NULL,
	"key" text NOT NULL,
	"centre" text DEFAULT '' NOT NULL,
	"post" text DEFAULT '' NOT NULL,
	"period" text DEFAULT '' NOT NULL,
	"status" text NOT NULL,
	"status_as_came" text NOT NULL,
	"end_reason" text,
	"load_id" bigint NOT NULL,
	"from" timestamp with time zone DEFAULT now() NOT NULL,
	"to" timestamp with time zone,
	CONSTRAINT "affiliation_once" UNIQUE("source","profile","person_id","key","centre","post")
);
--> statement-breakpoint
CREATE TABLE "approval" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"deed" text NOT NULL,
	"account_id" uuid,
	"person_id" uuid,
	"ask" jsonb NOT NULL,
	"state" text DEFAULT 'open' NOT NULL,
	"asked_by" uuid NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"decided_by" uuid,
	"decided_at" timestamp with time zone,
	"why" text,
	"movement_id" uuid
);
--> statement-breakpoint
CREATE TABLE "attempt" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "attempt_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"key" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "centre" (
	"cct" text PRIMARY KEY,
	"source" text NOT NULL,
	"name" text NOT NULL,
	"level" text DEFAULT '' NOT NULL,
	"shift" text DEFAULT '' NOT NULL,
	"municipality" text DEFAULT '' NOT NULL,
	"director_curp" text,
	"phone" text DEFAULT '' NOT NULL,
	"status" text NOT NULL,
	"load_id" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "challenge" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"token" text NOT NULL UNIQUE,
	"purpose" text NOT NULL,
	"member_id" uuid,
	"expects" jsonb NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "code" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "code_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"visit_id" uuid NOT NULL,
	"hmac" text NOT NULL,
	"issued_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone,
	"voided_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "contact" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "contact_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"person_id" uuid,
	"cct" text,
	"address" text NOT NULL,
	"origin" text NOT NULL,
	"verified_at" timestamp with time zone,
	"cooling_until" timestamp with time zone,
	"bounced_at" timestamp with time zone,
	"from" timestamp with time zone DEFAULT now() NOT NULL,
	"to" timestamp with time zone,
	CONSTRAINT "contact_owner" CHECK (("person_id" is null) <> ("cct" is null))
);
--> statement-breakpoint
CREATE TABLE "contact_change" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"person_id" uuid NOT NULL,
	"address" text NOT NULL,
	"check" text NOT NULL,
	"reason" text NOT NULL,
	"vouched" boolean NOT NULL,
	"state" text NOT NULL,
	"code_hmac" text,
	"code_expires_at" timestamp with time zone,
	"asked_by" uuid NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"verified_at" timestamp with time zone,
	"decided_by" uuid,
	"decided_at" timestamp with time zone,
	"movement_id" uuid
);
--> statement-breakpoint
CREATE TABLE "credential_issue" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "credential_issue_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"account_id" uuid NOT NULL,
	"movement_id" uuid NOT NULL CONSTRAINT "credential_issue_movement" UNIQUE,
	"fence" bigint NOT NULL,
	"issued_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"claimed_at" timestamp with time zone,
	"expired_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "event" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "event_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"kind" text NOT NULL,
	"movement_id" uuid,
	"person_id" uuid,
	"actor" text NOT NULL,
	"channel" text NOT NULL,
	"origin" text,
	"reference" text,
	"detail" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "event_seal" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "event_seal_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"event_id" bigint NOT NULL UNIQUE,
	"digest" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "file" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"name" text NOT NULL,
	"type" text NOT NULL,
	"bytes" integer NOT NULL,
	"digest" text NOT NULL,
	"member_id" uuid NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"used_at" timestamp with time zone,
	"purged_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "holding" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "holding_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"account_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"as" text NOT NULL,
	"kind" text NOT NULL,
	"from" timestamp with time zone DEFAULT now() NOT NULL,
	"to" timestamp with time zone,
	"reason" text,
	"oficio" jsonb
);
--> statement-breakpoint
CREATE TABLE "kiosk" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"name" text NOT NULL UNIQUE,
	"token" text NOT NULL UNIQUE,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"off_at" timestamp with time zone,
	"seen_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "letter_template" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "letter_template_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"letter" text NOT NULL,
	"version" text NOT NULL,
	"words" jsonb NOT NULL,
	"from" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "letter_template_once" UNIQUE("letter","version")
);
--> statement-breakpoint
CREATE TABLE "link" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "link_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"digest" text NOT NULL UNIQUE,
	"purpose" text NOT NULL,
	"account_id" uuid,
	"person_id" uuid NOT NULL,
	"movement_id" uuid,
	"issued_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone,
	"superseded_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "mailbox" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"local" text NOT NULL,
	"domain" text NOT NULL,
	"display_name" text NOT NULL,
	"password" text,
	"password_until" timestamp with time zone,
	"active" boolean DEFAULT true NOT NULL,
	"closed_at" timestamp with time zone,
	"quota_mb" integer NOT NULL,
	"marker" uuid NOT NULL UNIQUE,
	"fence" bigint NOT NULL,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "mailbox_lower" CHECK ("local" = lower("local") and "domain" = lower("domain"))
);
--> statement-breakpoint
CREATE TABLE "member" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"login" text NOT NULL UNIQUE,
	"name" text NOT NULL,
	"roles" text[] NOT NULL,
	"units" text[] NOT NULL,
	"person_id" uuid,
	"source" text NOT NULL,
	"subject" text UNIQUE,
	"password" text,
	"password_at" timestamp with time zone,
	"password_given" boolean DEFAULT false NOT NULL,
	"totp" text,
	"totp_step" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"off_at" timestamp with time zone,
	CONSTRAINT "member_login_lower" CHECK ("login" = lower("login"))
);
--> statement-breakpoint
CREATE TABLE "movement" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"seq" bigint GENERATED ALWAYS AS IDENTITY (sequence name "movement_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"folio" text NOT NULL UNIQUE,
	"kind" text NOT NULL,
	"state" text NOT NULL,
	"account_id" uuid,
	"person_id" uuid,
	"actor" text NOT NULL,
	"channel" text NOT NULL,
	"origin" text,
	"visit_id" uuid UNIQUE,
	"privacy_notice" text NOT NULL,
	"oficio" jsonb,
	"reason" text,
	"detail" jsonb NOT NULL,
	"intended_at" timestamp with time zone DEFAULT now() NOT NULL,
	"applied_at" timestamp with time zone,
	"delivered_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"fence" bigint DEFAULT 0 NOT NULL,
	"lease_until" timestamp with time zone,
	"next_at" timestamp with time zone DEFAULT now() NOT NULL,
	"problem" text,
	"delivery_to" text,
	"delivery_state" text,
	"delivery_smtp" text,
	"sends" smallint DEFAULT 0 NOT NULL,
	"trailing" boolean DEFAULT false NOT NULL,
	"attended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "movement_step" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "movement_step_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"movement_id" uuid NOT NULL,
	"provider" text NOT NULL,
	"ordinal" smallint NOT NULL,
	"state" text NOT NULL,
	"attempt" integer DEFAULT 0 NOT NULL,
	"fence" bigint,
	"outcome" text,
	"reference" text,
	"task" text,
	"at" timestamp with time zone,
	CONSTRAINT "movement_step_once" UNIQUE("movement_id","provider")
);
--> statement-breakpoint
CREATE TABLE "oficio" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"folio" text NOT NULL UNIQUE,
	"letter" text NOT NULL,
	"template_id" bigint NOT NULL,
	"state" text NOT NULL,
	"area" text NOT NULL,
	"year" integer NOT NULL,
	"ordinal" integer,
	"number" text NOT NULL,
	"movement_id" uuid,
	"account_id" uuid,
	"content" jsonb NOT NULL,
	"member_id" uuid NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"sent_at" timestamp with time zone,
	"acknowledged_at" timestamp with time zone,
	"acknowledged_by" text,
	"acknowledged_on" date,
	"file_id" uuid
);
--> statement-breakpoint
CREATE TABLE "passkey" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"member_id" uuid NOT NULL,
	"credential" text NOT NULL UNIQUE,
	"public_key" text NOT NULL,
	"counter" bigint NOT NULL,
	"transports" text[] NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "person" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"given" text NOT NULL,
	"surname1" text NOT NULL,
	"surname2" text DEFAULT '' NOT NULL,
	"paused_until" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "person_identifier" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "person_identifier_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"person_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"value" text NOT NULL,
	"source" text DEFAULT '' NOT NULL,
	"from" timestamp with time zone DEFAULT now() NOT NULL,
	"to" timestamp with time zone,
	"superseded_by" bigint
);
--> statement-breakpoint
CREATE TABLE "proposal" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "proposal_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"provider" text NOT NULL,
	"external_id" text NOT NULL,
	"person_id" uuid NOT NULL,
	"evidence" text NOT NULL,
	"seen_as" text DEFAULT '' NOT NULL,
	"entry_name" text DEFAULT '' NOT NULL,
	"state" text DEFAULT 'open' NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"decided_by" text,
	"decided_at" timestamp with time zone,
	CONSTRAINT "proposal_once" UNIQUE("provider","external_id","person_id")
);
--> statement-breakpoint
CREATE TABLE "recovery_code" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "recovery_code_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"member_id" uuid NOT NULL,
	"digest" text NOT NULL UNIQUE,
	"used_at" timestamp with time zone,
	"voided_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "roster_load" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "roster_load_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"source" text NOT NULL,
	"kind" text NOT NULL,
	"as_of" date NOT NULL,
	"digest" text NOT NULL,
	"counts" jsonb NOT NULL,
	"replaced" boolean DEFAULT false NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "saved_view" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"member_id" uuid NOT NULL,
	"name" text NOT NULL,
	"query" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "saved_view_once" UNIQUE("member_id","name")
);
--> statement-breakpoint
CREATE TABLE "series" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "series_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"area" text NOT NULL,
	"year" integer NOT NULL,
	"last" integer NOT NULL,
	CONSTRAINT "series_once" UNIQUE("area","year")
);
--> statement-breakpoint
CREATE TABLE "staff_session" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"token" text NOT NULL UNIQUE,
	"member_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	"proven_at" timestamp with time zone DEFAULT now() NOT NULL,
	"factor" text NOT NULL,
	"address" text NOT NULL,
	"browser" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "visit" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"token" text NOT NULL UNIQUE,
	"profile" text NOT NULL,
	"person_id" uuid NOT NULL,
	"options" jsonb NOT NULL,
	"counted" jsonb NOT NULL,
	"shown" jsonb NOT NULL,
	"channel" text NOT NULL,
	"origin" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"extensions" smallint DEFAULT 0 NOT NULL,
	"confirmed_at" timestamp with time zone,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE UNIQUE INDEX "account_unit" ON "account" ("kind","unit") WHERE "unit" <> '' and "state" <> 'closed';--> statement-breakpoint
CREATE INDEX "account_of_unit" ON "account" ("unit") WHERE "unit" <> '';--> statement-breakpoint
CREATE UNIQUE INDEX "account_link_authority" ON "account_link" ("account_id") WHERE "authority";--> statement-breakpoint
CREATE UNIQUE INDEX "address_primary" ON "address" ("account_id") WHERE "role" = 'primary';--> statement-breakpoint
CREATE INDEX "address_account" ON "address" ("account_id");--> statement-breakpoint
CREATE INDEX "address_domain" ON "address" ("domain");--> statement-breakpoint
CREATE INDEX "address_beginning" ON "address" ("local" text_pattern_ops);--> statement-breakpoint
CREATE INDEX "affiliation_person" ON "affiliation" ("person_id");--> statement-breakpoint
CREATE INDEX "affiliation_source" ON "affiliation" ("source","profile") WHERE "to" is null;--> statement-breakpoint
CREATE INDEX "affiliation_centre" ON "affiliation" ("centre") WHERE "to" is null;--> statement-breakpoint
CREATE INDEX "approval_open" ON "approval" ("at") WHERE "state" = 'open';--> statement-breakpoint
CREATE UNIQUE INDEX "approval_once" ON "approval" ("deed","account_id") WHERE "state" = 'open';--> statement-breakpoint
CREATE INDEX "attempt_key" ON "attempt" ("key","at");--> statement-breakpoint
CREATE INDEX "attempt_at" ON "attempt" ("at");--> statement-breakpoint
CREATE INDEX "centre_director" ON "centre" ("director_curp");--> statement-breakpoint
CREATE INDEX "code_visit" ON "code" ("visit_id");--> statement-breakpoint
CREATE UNIQUE INDEX "contact_current_person" ON "contact" ("person_id","origin") WHERE "to" is null and "person_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "contact_current_centre" ON "contact" ("cct","origin") WHERE "to" is null and "cct" is not null;--> statement-breakpoint
CREATE INDEX "contact_person" ON "contact" ("person_id");--> statement-breakpoint
CREATE INDEX "contact_address" ON "contact" (lower("address")) WHERE "to" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "contact_change_open" ON "contact_change" ("person_id") WHERE "state" in ('code-sent', 'waiting-approval');--> statement-breakpoint
CREATE INDEX "credential_issue_account" ON "credential_issue" ("account_id","issued_at");--> statement-breakpoint
CREATE INDEX "credential_issue_open" ON "credential_issue" ("expires_at") WHERE "claimed_at" is null and "expired_at" is null;--> statement-breakpoint
CREATE INDEX "event_movement" ON "event" ("movement_id");--> statement-breakpoint
CREATE INDEX "event_person" ON "event" ("person_id");--> statement-breakpoint
CREATE INDEX "event_kind_at" ON "event" ("kind","at");--> statement-breakpoint
CREATE UNIQUE INDEX "holding_current" ON "holding" ("account_id") WHERE "to" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "holding_kind" ON "holding" ("person_id","kind") WHERE "to" is null and "as" = 'holder';--> statement-breakpoint
CREATE INDEX "holding_person" ON "holding" ("person_id");--> statement-breakpoint
CREATE INDEX "holding_account" ON "holding" ("account_id");--> statement-breakpoint
CREATE INDEX "link_account" ON "link" ("account_id");--> statement-breakpoint
CREATE UNIQUE INDEX "mailbox_address" ON "mailbox" ("local","domain") WHERE "closed_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "movement_live_account" ON "movement" ("account_id") WHERE "state" in ('intended', 'applying', 'delivering') and not "trailing";--> statement-breakpoint
CREATE INDEX "movement_live" ON "movement" ("next_at") WHERE "state" in ('intended', 'applying', 'delivering');--> statement-breakpoint
CREATE INDEX "movement_person" ON "movement" ("person_id","seq");--> statement-breakpoint
CREATE INDEX "movement_account" ON "movement" ("account_id","seq");--> statement-breakpoint
CREATE INDEX "movement_seq" ON "movement" ("seq");--> statement-breakpoint
CREATE INDEX "movement_kind" ON "movement" ("kind","seq");--> statement-breakpoint
CREATE INDEX "movement_channel" ON "movement" ("channel","seq");--> statement-breakpoint
CREATE INDEX "movement_member" ON "movement" ("actor","seq") WHERE "actor" <> 'visitor';--> statement-breakpoint
CREATE INDEX "movement_unusual" ON "movement" ("state","seq") WHERE "state" <> 'done';--> statement-breakpoint
CREATE INDEX "movement_at" ON "movement" ("intended_at");--> statement-breakpoint
CREATE INDEX "movement_oficio" ON "movement" (lower("oficio" ->> 'number')) WHERE "oficio" is not null;--> statement-breakpoint
CREATE INDEX "movement_file" ON "movement" (("oficio" ->> 'file')) WHERE "oficio" ->> 'file' is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "oficio_number" ON "oficio" ("area","year","number");--> statement-breakpoint
CREATE INDEX "oficio_movement" ON "oficio" ("movement_id");--> statement-breakpoint
CREATE INDEX "oficio_account" ON "oficio" ("account_id");--> statement-breakpoint
CREATE INDEX "oficio_at" ON "oficio" ("at");--> statement-breakpoint
CREATE INDEX "oficio_file" ON "oficio" ("file_id");--> statement-breakpoint
CREATE INDEX "passkey_member" ON "passkey" ("member_id");--> statement-breakpoint
CREATE UNIQUE INDEX "person_identifier_current" ON "person_identifier" ("kind","source","value") WHERE "to" is null;--> statement-breakpoint
CREATE INDEX "person_identifier_value" ON "person_identifier" ("kind","value");--> statement-breakpoint
CREATE INDEX "person_identifier_person" ON "person_identifier" ("person_id");--> statement-breakpoint
CREATE INDEX "proposal_open" ON "proposal" ("person_id") WHERE "state" = 'open';--> statement-breakpoint
CREATE INDEX "recovery_code_member" ON "recovery_code" ("member_id");--> statement-breakpoint
CREATE INDEX "staff_session_member" ON "staff_session" ("member_id") WHERE "ended_at" is null;--> statement-breakpoint
CREATE INDEX "visit_expires" ON "visit" ("expires_at");--> statement-breakpoint
ALTER TABLE "account_link" ADD CONSTRAINT "account_link_account_id_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id");--> statement-breakpoint
ALTER TABLE "address" ADD CONSTRAINT "address_account_id_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id");--> statement-breakpoint
ALTER TABLE "affiliation" ADD CONSTRAINT "affiliation_person_id_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id");--> statement-breakpoint
ALTER TABLE "affiliation" ADD CONSTRAINT "affiliation_load_id_roster_load_id_fkey" FOREIGN KEY ("load_id") REFERENCES "roster_load"("id");--> statement-breakpoint
ALTER TABLE "approval" ADD CONSTRAINT "approval_account_id_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id");--> statement-breakpoint
ALTER TABLE "approval" ADD CONSTRAINT "approval_person_id_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id");--> statement-breakpoint
ALTER TABLE "approval" ADD CONSTRAINT "approval_asked_by_member_id_fkey" FOREIGN KEY ("asked_by") REFERENCES "member"("id");--> statement-breakpoint
ALTER TABLE "approval" ADD CONSTRAINT "approval_decided_by_member_id_fkey" FOREIGN KEY ("decided_by") REFERENCES "member"("id");--> statement-breakpoint
ALTER TABLE "approval" ADD CONSTRAINT "approval_movement_id_movement_id_fkey" FOREIGN KEY ("movement_id") REFERENCES "movement"("id");--> statement-breakpoint
ALTER TABLE "centre" ADD CONSTRAINT "centre_load_id_roster_load_id_fkey" FOREIGN KEY ("load_id") REFERENCES "roster_load"("id");--> statement-breakpoint
ALTER TABLE "challenge" ADD CONSTRAINT "challenge_member_id_member_id_fkey" FOREIGN KEY ("member_id") REFERENCES "member"("id");--> statement-breakpoint
ALTER TABLE "code" ADD CONSTRAINT "code_visit_id_visit_id_fkey" FOREIGN KEY ("visit_id") REFERENCES "visit"("id");--> statement-breakpoint
ALTER TABLE "contact" ADD CONSTRAINT "contact_person_id_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id");--> statement-breakpoint
ALTER TABLE "contact" ADD CONSTRAINT "contact_cct_centre_cct_fkey" FOREIGN KEY ("cct") REFERENCES "centre"("cct");--> statement-breakpoint
ALTER TABLE "contact_change" ADD CONSTRAINT "contact_change_person_id_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id");--> statement-breakpoint
ALTER TABLE "contact_change" ADD CONSTRAINT "contact_change_asked_by_member_id_fkey" FOREIGN KEY ("asked_by") REFERENCES "member"("id");--> statement-breakpoint
ALTER TABLE "contact_change" ADD CONSTRAINT "contact_change_decided_by_member_id_fkey" FOREIGN KEY ("decided_by") REFERENCES "member"("id");--> statement-breakpoint
ALTER TABLE "contact_change" ADD CONSTRAINT "contact_change_movement_id_movement_id_fkey" FOREIGN KEY ("movement_id") REFERENCES "movement"("id");--> statement-breakpoint
ALTER TABLE "credential_issue" ADD CONSTRAINT "credential_issue_account_id_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id");--> statement-breakpoint
ALTER TABLE "credential_issue" ADD CONSTRAINT "credential_issue_movement_id_movement_id_fkey" FOREIGN KEY ("movement_id") REFERENCES "movement"("id");--> statement-breakpoint
ALTER TABLE "event" ADD CONSTRAINT "event_movement_id_movement_id_fkey" FOREIGN KEY ("movement_id") REFERENCES "movement"("id");--> statement-breakpoint
ALTER TABLE "event" ADD CONSTRAINT "event_person_id_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id");--> statement-breakpoint
ALTER TABLE "event_seal" ADD CONSTRAINT "event_seal_event_id_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "event"("id");--> statement-breakpoint
ALTER TABLE "file" ADD CONSTRAINT "file_member_id_member_id_fkey" FOREIGN KEY ("member_id") REFERENCES "member"("id");--> statement-breakpoint
ALTER TABLE "holding" ADD CONSTRAINT "holding_account_id_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id");--> statement-breakpoint
ALTER TABLE "holding" ADD CONSTRAINT "holding_person_id_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id");--> statement-breakpoint
ALTER TABLE "link" ADD CONSTRAINT "link_account_id_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id");--> statement-breakpoint
ALTER TABLE "link" ADD CONSTRAINT "link_person_id_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id");--> statement-breakpoint
ALTER TABLE "link" ADD CONSTRAINT "link_movement_id_movement_id_fkey" FOREIGN KEY ("movement_id") REFERENCES "movement"("id");--> statement-breakpoint
ALTER TABLE "member" ADD CONSTRAINT "member_person_id_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id");--> statement-breakpoint
ALTER TABLE "movement" ADD CONSTRAINT "movement_account_id_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id");--> statement-breakpoint
ALTER TABLE "movement" ADD CONSTRAINT "movement_person_id_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id");--> statement-breakpoint
ALTER TABLE "movement" ADD CONSTRAINT "movement_visit_id_visit_id_fkey" FOREIGN KEY ("visit_id") REFERENCES "visit"("id");--> statement-breakpoint
ALTER TABLE "movement_step" ADD CONSTRAINT "movement_step_movement_id_movement_id_fkey" FOREIGN KEY ("movement_id") REFERENCES "movement"("id");--> statement-breakpoint
ALTER TABLE "oficio" ADD CONSTRAINT "oficio_template_id_letter_template_id_fkey" FOREIGN KEY ("template_id") REFERENCES "letter_template"("id");--> statement-breakpoint
ALTER TABLE "oficio" ADD CONSTRAINT "oficio_movement_id_movement_id_fkey" FOREIGN KEY ("movement_id") REFERENCES "movement"("id");--> statement-breakpoint
ALTER TABLE "oficio" ADD CONSTRAINT "oficio_account_id_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id");--> statement-breakpoint
ALTER TABLE "oficio" ADD CONSTRAINT "oficio_member_id_member_id_fkey" FOREIGN KEY ("member_id") REFERENCES "member"("id");--> statement-breakpoint
ALTER TABLE "oficio" ADD CONSTRAINT "oficio_file_id_file_id_fkey" FOREIGN KEY ("file_id") REFERENCES "file"("id");--> statement-breakpoint
ALTER TABLE "passkey" ADD CONSTRAINT "passkey_member_id_member_id_fkey" FOREIGN KEY ("member_id") REFERENCES "member"("id");--> statement-breakpoint
ALTER TABLE "person_identifier" ADD CONSTRAINT "person_identifier_person_id_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id");--> statement-breakpoint
ALTER TABLE "proposal" ADD CONSTRAINT "proposal_person_id_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id");--> statement-breakpoint
ALTER TABLE "recovery_code" ADD CONSTRAINT "recovery_code_member_id_member_id_fkey" FOREIGN KEY ("member_id") REFERENCES "member"("id");--> statement-breakpoint
ALTER TABLE "saved_view" ADD CONSTRAINT "saved_view_member_id_member_id_fkey" FOREIGN KEY ("member_id") REFERENCES "member"("id");--> statement-breakpoint
ALTER TABLE "staff_session" ADD CONSTRAINT "staff_session_member_id_member_id_fkey" FOREIGN KEY ("member_id") REFERENCES "member"("id");--> statement-breakpoint
ALTER TABLE "visit" ADD CONSTRAINT "visit_person_id_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id");