-- What the migrations make. Refreshed by: npm test -- test/docs/schema.test.ts --update

create schema ledger;
grant usage on schema ledger to daybook_eraser;
grant usage on schema ledger to daybook_service;


-- What the next decision needs of an account; equal to a fold of its transactions.
create table ledger.accounts (
  book_id       text not null,
  entity_id     text not null,
  policy_id     text not null,
  resource      text not null,
  version       bigint not null,
  last_position bigint not null,
  scale         smallint not null,
  kept_from     date,
  -- [accrued, consumed, pending, adjusted]: signed sums of all that is effective before kept_from, in units of 10^-scale.
  opening       json not null,
  -- [[day, accrued, consumed, pending, adjusted], …]: signed sums of each kept day, ascending, in units of 10^-scale.
  days          json not null,
  -- Balance of the tightest kept day, or day from which another limit holds: the one that is the least above its own limit; the lowest balance, where no day has one.
  lowest        numeric not null,
  -- Minus the limit of that day; lower where allowNegative, or a limit that was tightened, has brought a day below its own; null: no day has one.
  floor         numeric,
  constraint accounts_pkey primary key (book_id, entity_id, policy_id),
  constraint accounts_not_overdrawn check (floor is null or lowest >= floor),
  constraint accounts_scale_check check (scale >= 0 and scale <= 8),
  constraint accounts_version_check check (version >= 1)
) with (fillfactor=50);
grant insert, select, update on ledger.accounts to daybook_service;


-- One row per tenant's ledger; derived from its book-defined events.
create table ledger.books (
  book_id   text not null,
  name      text,
  time_zone text not null,
  constraint books_pkey primary key (book_id)
);
grant insert, select, update on ledger.books to daybook_service;


-- Who may read by a secret address when somebody is away. No part of the record.
create table ledger.calendar_feeds (
  book_id      text not null,
  -- Made of the idempotency key of the call that made it, so that a repeated call finds it.
  feed_id      text not null,
  -- Whose leave it shows: of one entity, or of all with a manager, or of all of a department.
  entity_id    text,
  manager      text,
  department   text,
  actor_type   text not null,
  actor_id     text not null,
  created_at   timestamp with time zone not null,
  -- SHA-256 of the secret part of its address, which is kept nowhere; null once it is revoked.
  token_digest bytea,
  revoked_at   timestamp with time zone,
  constraint calendar_feeds_pkey primary key (book_id, feed_id),
  constraint calendar_feeds_book_id_fkey foreign key (book_id) references ledger.books(book_id),
  constraint calendar_feeds_of_one check (num_nonnulls(entity_id, manager, department) = 1),
  constraint calendar_feeds_read_until_revoked check ((token_digest is null) = (revoked_at is not null)),
  constraint calendar_feeds_token_digest_check check (length(token_digest) = 32)
);
create unique index calendar_feeds_by_token on ledger.calendar_feeds using btree (book_id, token_digest) where (token_digest is not null);
grant insert, select on ledger.calendar_feeds to daybook_service;
grant update (revoked_at) on ledger.calendar_feeds to daybook_service;
grant update (token_digest) on ledger.calendar_feeds to daybook_service;


-- Every version of every calendar, each the content of one calendar-defined event.
create table ledger.calendar_versions (
  book_id         text not null,
  calendar_id     text not null,
  version         bigint not null,
  "position"      bigint not null,
  effective_from  date not null,
  working_days    json not null,
  hours_per_day   json not null,
  holidays        json not null,
  region          text,
  -- Those of the region over the years that it names, as they were known when the version was recorded.
  public_holidays json,
  -- Dates that are worked as on another weekday; null: none.
  worked_days     json,
  -- A rota, which holds instead of working_days; null: every week is the same.
  weeks           json,
  -- A day of the first week of the rota.
  weeks_from      date,
  constraint calendar_versions_pkey primary key (book_id, calendar_id, version),
  constraint calendar_versions_book_id_position_fkey foreign key (book_id, "position") references ledger.events(book_id, "position"),
  constraint calendar_versions_holidays_of_region check ((region is null) = (public_holidays is null)),
  constraint calendar_versions_rota_whole check ((weeks is null) = (weeks_from is null))
);
create index calendar_versions_defined_after on ledger.calendar_versions using btree (book_id, "position") where ("position" > 0);
create trigger calendar_versions_not_changed before delete or update on ledger.calendar_versions for each row execute function ledger.refuse_change();
create trigger calendar_versions_not_truncated before truncate on ledger.calendar_versions for each statement execute function ledger.refuse_change();
grant insert, select on ledger.calendar_versions to daybook_service;


-- Which half days are taken, by which transaction; a full day takes both halves, a reversal releases them.
create table ledger.day_claims (
  book_id              text not null,
  entity_id            text not null,
  resource             text not null,
  day                  date not null,
  am                   boolean not null,
  pm                   boolean not null,
  "position"           bigint not null,
  line                 integer not null,
  released_at_position bigint,
  constraint day_claims_pkey primary key (book_id, "position", line),
  constraint day_claims_book_id_position_line_fkey foreign key (book_id, "position", line) references ledger.transactions(book_id, "position", line),
  constraint day_claims_check check (am or pm)
);
create unique index day_claims_am_once on ledger.day_claims using btree (book_id, entity_id, resource, day) where (am and (released_at_position is null));
create unique index day_claims_pm_once on ledger.day_claims using btree (book_id, entity_id, resource, day) where (pm and (released_at_position is null));
grant insert, select on ledger.day_claims to daybook_service;
grant update (released_at_position) on ledger.day_claims to daybook_service;


-- Who decides for whom in which period, as the last delegation-defined event of the two says.
create table ledger.delegations (
  book_id     text not null,
  entity_id   text not null,
  delegate_id text not null,
  version     bigint not null,
  "position"  bigint not null,
  from_day    date not null,
  to_day      date not null,
  constraint delegations_pkey primary key (book_id, delegate_id, entity_id),
  constraint delegations_book_id_position_fkey foreign key (book_id, "position") references ledger.events(book_id, "position"),
  constraint delegations_check check (entity_id <> delegate_id),
  constraint delegations_check1 check (from_day <= to_day)
);
create index delegations_of_entity on ledger.delegations using btree (book_id, entity_id, delegate_id);
grant insert, select, update on ledger.delegations to daybook_service;


-- What decides things about an entity, as its last entity-defined event says.
create table ledger.entities (
  book_id     text not null,
  entity_id   text not null,
  version     bigint not null,
  "position"  bigint not null,
  kind        text,
  department  text,
  manager     text,
  hired_on    date,
  left_on     date,
  calendar    text,
  -- [{from, to}, …], by day; null: no more than what hired_on and left_on say.
  employments json,
  constraint entities_pkey primary key (book_id, entity_id),
  constraint entities_book_id_position_fkey foreign key (book_id, "position") references ledger.events(book_id, "position"),
  constraint entities_employments_apart check (employments is null or ledger.employments_apart(employments)),
  constraint entities_show_last_employment check (employments is null or not hired_on is distinct from (((employments -> '-1'::integer) ->> 'from'::text)::date) and not left_on is distinct from (((employments -> '-1'::integer) ->> 'to'::text)::date))
);
create index entities_by_department on ledger.entities using btree (book_id, department, entity_id) where (department is not null);
create index entities_by_manager on ledger.entities using btree (book_id, manager, entity_id) where (manager is not null);
create index entities_defined_after on ledger.entities using btree (book_id, "position") where ("position" > 0);
create index entities_of_calendar on ledger.entities using btree (book_id, calendar, entity_id) where (calendar is not null);
grant insert, select, update on ledger.entities to daybook_service;


-- The record: one row per accepted command, dense positions in commit order, chained by hash.
create table ledger.events (
  book_id         text not null,
  "position"      bigint not null,
  type            text not null,
  stream          text,
  stream_version  bigint,
  idempotency_key text not null,
  -- SHA-256 of the salt (in erasable) and the canonical command: tells a replay from a reused key.
  fingerprint     bytea not null,
  actor_type      text not null,
  actor_id        text not null,
  data            json not null,
  decision        json not null,
  erasable        json,
  erasable_digest bytea not null,
  recorded_at     timestamp with time zone not null,
  hash            bytea not null,
  constraint events_pkey primary key (book_id, "position"),
  constraint events_one_per_key unique (book_id, idempotency_key),
  constraint events_check check ((stream is null) = (stream_version is null)),
  constraint events_erasable_digest_check check (length(erasable_digest) = 32),
  constraint events_fingerprint_check check (length(fingerprint) = 32),
  constraint events_hash_check check (length(hash) = 32),
  constraint events_idempotency_key_check check (length(idempotency_key) >= 1 and length(idempotency_key) <= 255),
  constraint events_position_check check ("position" >= 1),
  constraint events_recorded_at_check check (recorded_at = date_trunc('milliseconds'::text, recorded_at)),
  constraint events_stream_version_check check (stream_version >= 1)
);
create unique index events_one_per_stream_version on ledger.events using btree (book_id, stream, stream_version) where (stream is not null);
create trigger events_not_deleted before delete on ledger.events for each row execute function ledger.refuse_change();
create trigger events_not_truncated before truncate on ledger.events for each statement execute function ledger.refuse_change();
create trigger events_only_erased before update on ledger.events for each row execute function ledger.refuse_all_but_erasure();
grant select on ledger.events to daybook_eraser;
grant update (erasable) on ledger.events to daybook_eraser;
grant insert, select on ledger.events to daybook_service;


-- The end of each book's history. Its row lock is the one order of the book: the writer takes it before it reads anything.
create table ledger.heads (
  book_id        text not null,
  "position"     bigint not null,
  hash           bytea not null,
  recorded_at    timestamp with time zone not null,
  -- Position of the last event that defined something: what a process keeps of definitions is exact while this is unchanged.
  definitions    bigint not null,
  -- The last month (YYYY-MM) that is closed, with every month before it, as the period events say; null: none is.
  closed_through text,
  -- The earliest month in which a line of the last group is effective; null: it has no lines.
  first_touched  text,
  constraint heads_pkey primary key (book_id),
  constraint heads_book_id_fkey foreign key (book_id) references ledger.books(book_id),
  constraint heads_book_id_position_fkey foreign key (book_id, "position") references ledger.events(book_id, "position"),
  constraint heads_touches_no_closed_period check (((first_touched collate "C") <= (closed_through collate "C")) is not true)
) with (fillfactor=50);
grant insert, select, update on ledger.heads to daybook_service;


-- Up to where the definitions of a book were looked at for what they change in requests; nothing of the record.
create table ledger.late_facts (
  book_id     text not null,
  -- Every definition up to it is dealt with; heads.definitions is past it where there is something to do.
  "position"  bigint not null,
  -- [[request, position, type, about], …]: what could not be counted again because a period is closed that has to be open; null: nothing.
  waiting     json,
  -- Whoever deals with the book; free once leased_till has passed.
  lease       text,
  leased_till timestamp with time zone,
  constraint late_facts_pkey primary key (book_id),
  constraint late_facts_position_check check ("position" >= 0)
);
grant insert, select, update on ledger.late_facts to daybook_service;


-- Every month that was ever closed, as its last period-closed or period-reopened event says.
create table ledger.periods (
  book_id    text not null,
  period     text not null,
  version    bigint not null,
  "position" bigint not null,
  status     text not null,
  constraint periods_pkey primary key (book_id, period),
  constraint periods_book_id_position_fkey foreign key (book_id, "position") references ledger.events(book_id, "position"),
  constraint periods_period_check check (period ~ '^(19|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])$'::text),
  constraint periods_status_check check (status = any (array['closed'::text, 'open'::text]))
);
grant insert, select, update on ledger.periods to daybook_service;


-- Every version of every policy, each the content of one policy-defined event.
create table ledger.policy_versions (
  book_id         text not null,
  policy_id       text not null,
  version         bigint not null,
  "position"      bigint not null,
  effective_from  date not null,
  resource        text not null,
  unit            text not null,
  scale           smallint not null,
  day_exclusive   boolean not null,
  overdraft_limit numeric,
  name            text,
  -- What the policy says about requests; null: nothing.
  requests        json,
  constraint policy_versions_pkey primary key (book_id, policy_id, version),
  constraint policy_versions_book_id_position_fkey foreign key (book_id, "position") references ledger.events(book_id, "position"),
  constraint policy_versions_overdraft_limit_check check (overdraft_limit >= 0::numeric),
  constraint policy_versions_scale_check check (scale >= 0 and scale <= 8)
);
create trigger policy_versions_not_changed before delete or update on ledger.policy_versions for each row execute function ledger.refuse_change();
create trigger policy_versions_not_truncated before truncate on ledger.policy_versions for each statement execute function ledger.refuse_change();
grant insert, select on ledger.policy_versions to daybook_service;


-- Names and mail: beside the record, and erasable.
create table ledger.profiles (
  book_id   text not null,
  entity_id text not null,
  name      text,
  email     text,
  metadata  json,
  constraint profiles_pkey primary key (book_id, entity_id)
);
create unique index profiles_one_per_email on ledger.profiles using btree (book_id, lower(email)) where (email is not null);
grant delete, insert, select, update on ledger.profiles to daybook_service;


-- What the next decision about a request needs; equal to a fold of the events of its stream.
create table ledger.requests (
  book_id            text not null,
  request_id         text not null,
  version            bigint not null,
  -- The version before the last group that moved it; 0 where that made it.
  version_before     bigint not null,
  versions_added     bigint not null,
  -- Of its last event.
  "position"         bigint not null,
  submitted_position bigint not null,
  entity_id          text not null,
  resource           text not null,
  -- The only policy that it draws on; null: any of the resource.
  policy_id          text,
  status             text not null,
  -- Steps of its approval that are taken.
  steps              smallint not null,
  -- What of an approved request somebody asked to be cancelled: "all", or a list of days.
  cancellation       json,
  from_day           date not null,
  to_day             date not null,
  from_portion       text not null,
  to_portion         text not null,
  hours_per_day      numeric,
  -- How many of its lines are pending.
  held               integer not null,
  -- How many of its lines are consumptions.
  taken              integer not null,
  -- [[position, line, day, effective on, policy, amount, portion claimed], …]: its lines that are not reversed, by day.
  lines              json not null,
  -- Days that were cancelled one by one since it was submitted or last changed, ascending; null: none.
  given_back         json,
  -- Days that a late fact took since it was submitted or last changed, ascending; null: none.
  lost               json,
  -- What it was when nothing but lost days was left of it; null: it has days, or ended otherwise.
  lost_as            text,
  -- portions, fromTime, toTime, countCalendarDays, as far as it says them; null: none.
  counted            json,
  constraint requests_pkey primary key (book_id, request_id),
  constraint requests_book_id_position_fkey foreign key (book_id, "position") references ledger.events(book_id, "position"),
  constraint requests_book_id_submitted_position_fkey foreign key (book_id, submitted_position) references ledger.events(book_id, "position"),
  constraint requests_cancellation_of_approved check (cancellation is null or status = 'approved'::text),
  constraint requests_check check (from_day <= to_day),
  constraint requests_check1 check (submitted_position <= "position"),
  constraint requests_from_portion_check check (from_portion = any (array['full'::text, 'am'::text, 'pm'::text])),
  constraint requests_lines_counted check (json_array_length(lines) = (held + taken)),
  constraint requests_lines_fit_status check (held >= 0 and taken >= 0 and
  case status
      when 'pending'::text then held > 0 and taken = 0
      when 'approved'::text then held = 0 and taken > 0
      when 'rejected'::text then held = 0 and taken = 0
      when 'cancelled'::text then held = 0 and taken = 0
      else false
  end),
  constraint requests_lost_as_check check (lost_as = any (array['pending'::text, 'approved'::text])),
  constraint requests_lost_is_cancelled check (lost_as is null or status = 'cancelled'::text and lost is not null),
  constraint requests_steps_check check (steps >= 0),
  constraint requests_to_portion_check check (to_portion = any (array['full'::text, 'am'::text, 'pm'::text])),
  constraint requests_version_check check (version >= 1),
  constraint requests_version_moves_on check (version = (version_before + versions_added)),
  constraint requests_versions_added_check check (versions_added >= 1)
) with (fillfactor=50);
create unique index requests_in_order on ledger.requests using btree (book_id, submitted_position);
create index requests_of_entity on ledger.requests using btree (book_id, entity_id, submitted_position);
create index requests_pending on ledger.requests using btree (book_id, from_day, submitted_position) where (status = 'pending'::text);
grant insert, select, update on ledger.requests to daybook_service;


-- Every snapshot, each the content of one snapshot-taken event: what it is of, and the digest of its balances.
create table ledger.snapshots (
  book_id    text not null,
  "position" bigint not null,
  known_at   bigint not null,
  as_of      date not null,
  resource   text,
  policy_id  text,
  entities   json,
  name       text,
  balances   bigint not null,
  digest     bytea not null,
  constraint snapshots_pkey primary key (book_id, "position"),
  constraint snapshots_book_id_known_at_fkey foreign key (book_id, known_at) references ledger.events(book_id, "position"),
  constraint snapshots_book_id_position_fkey foreign key (book_id, "position") references ledger.events(book_id, "position"),
  constraint snapshots_balances_check check (balances >= 0),
  constraint snapshots_check check (known_at < "position"),
  constraint snapshots_digest_check check (length(digest) = 32),
  constraint snapshots_known_at_check check (known_at >= 1)
);
create trigger snapshots_not_changed before delete or update on ledger.snapshots for each row execute function ledger.refuse_change();
create trigger snapshots_not_truncated before truncate on ledger.snapshots for each statement execute function ledger.refuse_change();
grant insert, select on ledger.snapshots to daybook_service;


-- The record: signed effects on what is available, each part of one event.
create table ledger.transactions (
  book_id           text not null,
  "position"        bigint not null,
  line              integer not null,
  type              text not null,
  component         text not null,
  entity_id         text not null,
  policy_id         text not null,
  resource          text not null,
  amount            numeric not null,
  effective_on      date not null,
  portion           text,
  reverses_position bigint,
  reverses_line     integer,
  reference         text,
  -- The day in a closed period that it is about, where it was recorded on a later one instead; the day that it claims.
  meant_for         date,
  constraint transactions_pkey primary key (book_id, "position", line),
  constraint transactions_book_id_position_fkey foreign key (book_id, "position") references ledger.events(book_id, "position"),
  constraint transactions_book_id_reverses_position_reverses_line_fkey foreign key (book_id, reverses_position, reverses_line) references ledger.transactions(book_id, "position", line),
  constraint transactions_amount_check check (amount <> 0::numeric and abs(amount) < '1000000000000000000'::numeric and scale(amount) <= 8),
  constraint transactions_effective_on_check check (effective_on >= '1900-01-01'::date and effective_on <= '2999-12-31'::date),
  constraint transactions_line_check check (line >= 1),
  constraint transactions_meant_for_check check (meant_for >= '1900-01-01'::date and meant_for <= '2999-12-31'::date),
  constraint transactions_meant_for_earlier_day check (meant_for < effective_on),
  constraint transactions_portion_check check (portion = any (array['full'::text, 'am'::text, 'pm'::text])),
  constraint transactions_reversal_names_target check ((type = 'reversal'::text) = (reverses_position is not null) and (reverses_position is null) = (reverses_line is null)),
  constraint transactions_type_component_sign check (
  case type
      when 'accrual'::text then component = 'accrued'::text and amount > 0::numeric
      when 'consumption'::text then component = 'consumed'::text and amount < 0::numeric
      when 'pending'::text then component = 'pending'::text and amount < 0::numeric
      when 'adjustment'::text then component = 'adjusted'::text
      when 'reversal'::text then component = any (array['accrued'::text, 'consumed'::text, 'pending'::text, 'adjusted'::text])
      else false
  end)
);
create index transactions_by_reference on ledger.transactions using btree (book_id, reference, "position", line) where (reference is not null);
create index transactions_of_entity on ledger.transactions using btree (book_id, entity_id, "position", line);
create unique index transactions_reversed_once on ledger.transactions using btree (book_id, reverses_position, reverses_line) where (reverses_position is not null);
create trigger transactions_not_changed before delete or update on ledger.transactions for each row execute function ledger.refuse_change();
create trigger transactions_not_truncated before truncate on ledger.transactions for each statement execute function ledger.refuse_change();
grant insert, select on ledger.transactions to daybook_service;


-- Keys of definitions that found everything as they wanted it: a late retry must not undo what came since. position: the event they found.
create table ledger.unchanged_definitions (
  book_id         text not null,
  idempotency_key text not null,
  -- As in events; the salt may be set to null by the erasure role.
  fingerprint     bytea not null,
  salt            text,
  "position"      bigint not null,
  constraint unchanged_definitions_pkey primary key (book_id, idempotency_key),
  constraint unchanged_definitions_book_id_position_fkey foreign key (book_id, "position") references ledger.events(book_id, "position"),
  constraint unchanged_definitions_fingerprint_check check (length(fingerprint) = 32),
  constraint unchanged_definitions_idempotency_key_check check (length(idempotency_key) >= 1 and length(idempotency_key) <= 255)
);
grant select on ledger.unchanged_definitions to daybook_eraser;
grant update (salt) on ledger.unchanged_definitions to daybook_eraser;
grant insert, select on ledger.unchanged_definitions to daybook_service;


-- What an entity works by from a day on, as the last work-pattern-defined event about that day says.
create table ledger.work_patterns (
  book_id        text not null,
  entity_id      text not null,
  effective_from date not null,
  -- Of the entity: its first pattern is 1, whatever day that is from.
  version        bigint not null,
  "position"     bigint not null,
  calendar       text,
  working_days   json,
  hours_per_day  json,
  -- A rota, which holds instead of working_days; null: every week is the same.
  weeks          json,
  weeks_from     date,
  constraint work_patterns_pkey primary key (book_id, entity_id, effective_from),
  constraint work_patterns_book_id_position_fkey foreign key (book_id, "position") references ledger.events(book_id, "position"),
  constraint work_patterns_rota_whole check ((weeks is null) = (weeks_from is null))
);
create index work_patterns_defined_after on ledger.work_patterns using btree (book_id, "position") where ("position" > 0);
create index work_patterns_of_calendar on ledger.work_patterns using btree (book_id, calendar, entity_id) where (calendar is not null);
grant insert, select, update on ledger.work_patterns to daybook_service;


create or replace function ledger.employments_apart(employments json)
 returns boolean
 language sql
 immutable parallel safe
as $function$
  select coalesce(bool_and(
           coalesce(begins <= ends, true)
           and (nth = 1 or coalesce(begins > ends_before, false))), false)
    from (
           select nth,
                  (days ->> 'from') collate "C" as begins,
                  (days ->> 'to') collate "C" as ends,
                  lag(days ->> 'to') over (order by nth) collate "C" as ends_before
             from json_array_elements(employments) with ordinality as e(days, nth)
         ) as periods
$function$;


create or replace function ledger.refuse_all_but_erasure()
 returns trigger
 language plpgsql
as $function$
declare
  erased ledger.events := old;
begin
  erased.erasable := null;
  if current_user = 'daybook_eraser' and new::text = erased::text then
    return new;
  end if;
  raise exception 'the record is append-only: % on %.% is refused', tg_op, tg_table_schema, tg_table_name
    using errcode = 'restrict_violation';
end $function$;


create or replace function ledger.refuse_change()
 returns trigger
 language plpgsql
as $function$
begin
  raise exception 'the record is append-only: % on %.% is refused', tg_op, tg_table_schema, tg_table_name
    using errcode = 'restrict_violation';
end $function$;


create schema projections;
grant usage on schema projections to daybook_service;
grant create on schema projections to daybook_service;


-- One row per set of tables of a read model: the one that is read, the one before it, the one that is being built.
create table projections.builds (
  projection  text not null,
  build       integer not null,
  -- Of the projection in the code that fills it: another version neither reads nor writes these tables.
  version     integer not null,
  state       text not null,
  -- What to drop when it is dropped: another version of the projection may have had other tables.
  tables      text[] not null,
  started_at  timestamp with time zone not null default now(),
  switched_at timestamp with time zone,
  -- Whoever is building it; free once leased_till has passed.
  lease       text,
  leased_till timestamp with time zone,
  constraint builds_pkey primary key (projection, build),
  constraint builds_one_per_state unique (projection, state) deferrable,
  constraint builds_build_check check (build >= 1),
  constraint builds_projection_check check (projection ~ '^[a-z][a-z_]*$'::text),
  constraint builds_state_check check (state = any (array['building'::text, 'active'::text, 'kept'::text])),
  constraint builds_version_check check (version >= 1)
);
grant delete, insert, select, update on projections.builds to daybook_service;


-- The last position that a build has fully applied of a book. Its row lock is the claim: whoever applies events holds it.
create table projections.checkpoints (
  book_id       text not null,
  projection    text not null,
  build         integer not null,
  "position"    bigint not null,
  -- While the book is rebuilt from the record: the position it is rebuilt as of; null before and after.
  rebuilt_up_to bigint,
  -- The slice of the record that was rebuilt last: what an interrupted rebuild goes on after.
  rebuilt_after text,
  constraint checkpoints_pkey primary key (book_id, projection, build),
  constraint checkpoints_position_check check ("position" >= 0)
) with (fillfactor=50);
grant delete, insert, select, update on projections.checkpoints to daybook_service;


-- What a build has not applied: of a parked entity everything from the position on, of a skipped event that one alone.
create table projections.withheld (
  book_id     text not null,
  projection  text not null,
  build       integer not null,
  entity_id   text not null,
  "position"  bigint not null,
  state       text not null,
  error       text not null,
  withheld_at timestamp with time zone not null default now(),
  reason      text,
  constraint withheld_pkey primary key (book_id, projection, build, entity_id, "position"),
  constraint withheld_check check ((state = 'skipped'::text) = (reason is not null)),
  constraint withheld_state_check check (state = any (array['parked'::text, 'skipped'::text]))
);
create unique index withheld_parked_once on projections.withheld using btree (book_id, projection, build, entity_id) where (state = 'parked'::text);
grant delete, insert, select, update on projections.withheld to daybook_service;
