-- What the tables alone cannot say: the bitácora only grows, fences only rise, and mail servers see one view.

create sequence fence;
--> statement-breakpoint
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the bitácora is append-only: % on % refused', tg_op, tg_table_name using errcode = 'restrict_violation';
end $$;
--> statement-breakpoint
create trigger event_append_only before update or delete on event for each row execute function refuse_change();
--> statement-breakpoint
create trigger event_no_truncate before truncate on event for each statement execute function refuse_change();
--> statement-breakpoint
create trigger event_seal_append_only before update or delete on event_seal for each row execute function refuse_change();
--> statement-breakpoint
create trigger event_seal_no_truncate before truncate on event_seal for each statement execute function refuse_change();
--> statement-breakpoint
-- Only rows that may sign in at this moment. Runs with its owner's rights: a mail server needs no more than select on it.
create view mailbox_login as
  select local as username, domain, password, quota_mb
  from mailbox
  where active and closed_at is null and password is not null
    and (password_until is null or password_until > now());
--> statement-breakpoint
-- Counts first, under one lock a key, so that parallel guesses see each other; says the seconds to wait when full.
-- pairs: [{ "key": text, "count": int, "seconds": int }]
create function count_attempt(pairs jsonb, out ids bigint[], out retry_after integer) language plpgsql as $$
declare
  moment timestamptz;
begin
  perform pg_advisory_xact_lock(h)
    from (select distinct hashtextextended(p.key, 0) as h
          from jsonb_to_recordset(pairs) as p(key text) order by 1) as locks;
  moment := clock_timestamp();
  select max(ceil(extract(epoch from full_pair.frees - moment)))::integer into retry_after
  from (
    select (select a.at from attempt a
            where a.key = p.key and a.at > moment - make_interval(secs => p.seconds)
            order by a.at desc offset p.count - 1 limit 1) + make_interval(secs => p.seconds) as frees
    from jsonb_to_recordset(pairs) as p(key text, count integer, seconds integer)
  ) as full_pair
  where full_pair.frees is not null;
  if retry_after is null then
    with counted as (
      insert into attempt (key, at)
      select distinct p.key, moment from jsonb_to_recordset(pairs) as p(key text)
      returning id
    )
    select array_agg(id) into ids from counted;
  else
    retry_after := greatest(retry_after, 1);
  end if;
end $$;
--> statement-breakpoint
-- The words of a name, accents and letter case aside, to be found in any order and by their beginnings.
create function words_of(said text) returns tsvector language sql immutable parallel safe as $$
  select array_to_tsvector(array_remove(string_to_array(lower(regexp_replace(
    regexp_replace(normalize(said, nfd), E'[\u0300-\u036f]', '', 'g'), '[^A-Za-z0-9]+', ' ', 'g')), ' '), ''))
$$;
--> statement-breakpoint
create index centre_words on centre using gin (words_of(name));
--> statement-breakpoint
create index account_words on account using gin (words_of(unit)) where unit <> '';
--> statement-breakpoint
-- Kept with the person: to look through the bitácora by a frequent name asks for the words of very many.
alter table person add column words tsvector
  generated always as (words_of(given || ' ' || surname1 || ' ' || surname2)) stored;
--> statement-breakpoint
create index person_name on person using gin (words);
