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
