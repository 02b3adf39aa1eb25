-- What the migrations make. Refreshed by: npm test -- test/docs/schema.test.ts --update

create schema access;
grant usage on schema access to daybook_service;


-- What logout tokens have ended in the last quarter of an hour.
create table access.ended_logins (
  issuer        text not null,
  -- What the login server calls the login (sid); null: every one of the person.
  login_session text,
  -- Whose, as their sessions call them; null: whoever's login it is.
  subject       text,
  ended_at      timestamp with time zone not null,
  constraint ended_logins_check check (login_session is not null or subject is not null),
  constraint ended_logins_login_session_check check (length(login_session) >= 1 and length(login_session) <= 255)
);
create index ended_logins_by_time on access.ended_logins using btree (ended_at);
grant delete, insert, select on access.ended_logins to daybook_service;


create table access.keys (
  key_id            text not null,
  name              text not null,
  grants            json not null,
  allowed_addresses text[],
  created_at        timestamp with time zone not null,
  created_by        text not null,
  expires_at        timestamp with time zone,
  digest            bytea not null,
  former_digest     bytea,
  former_until      timestamp with time zone,
  last_used_at      timestamp with time zone,
  ended_at          timestamp with time zone,
  constraint keys_pkey primary key (key_id),
  constraint keys_digest_check check (length(digest) = 32),
  constraint keys_former_digest_check check (length(former_digest) = 32),
  constraint keys_former_until check ((former_digest is null) = (former_until is null)),
  constraint keys_key_id_check check (key_id ~ '^[0-9a-f]{16}$'::text)
);
grant insert, select on access.keys to daybook_service;
grant update (allowed_addresses) on access.keys to daybook_service;
grant update (digest) on access.keys to daybook_service;
grant update (ended_at) on access.keys to daybook_service;
grant update (former_digest) on access.keys to daybook_service;
grant update (former_until) on access.keys to daybook_service;
grant update (last_used_at) on access.keys to daybook_service;
grant update (name) on access.keys to daybook_service;


create table access.live_tickets (
  digest     bytea not null,
  book_id    text not null,
  principal  json not null,
  expires_at timestamp with time zone not null,
  constraint live_tickets_pkey primary key (digest),
  constraint live_tickets_digest_check check (length(digest) = 32)
);
create index live_tickets_expires_at_idx on access.live_tickets using btree (expires_at);
grant delete, insert, select on access.live_tickets to daybook_service;


create table access.sessions (
  session_id    text not null,
  user_id       text,
  subject       text not null,
  grants        json,
  entities      text[],
  address       text,
  user_agent    text,
  started_at    timestamp with time zone not null,
  last_used_at  timestamp with time zone not null,
  expires_at    timestamp with time zone not null,
  -- The login server at which somebody signed in; null: here.
  issuer        text,
  -- What the login server calls the login (sid); null: it did not say.
  login_session text,
  constraint sessions_pkey primary key (session_id),
  constraint sessions_user_id_fkey foreign key (user_id) references access.users(user_id) on delete cascade,
  constraint sessions_login_session_check check (length(login_session) >= 1 and length(login_session) <= 255),
  constraint sessions_of_issuer check (issuer is null or user_id is null),
  constraint sessions_of_login check (login_session is null or issuer is not null),
  constraint sessions_of_others check ((user_id is null) = (grants is not null) and (grants is null) = (entities is null)),
  constraint sessions_of_user check (user_id is null or user_id = subject and grants is null),
  constraint sessions_session_id_check check (session_id ~ '^[0-9a-f]{32}$'::text)
);
create index sessions_by_end on access.sessions using btree (expires_at);
create index sessions_by_entity on access.sessions using gin (entities) where (entities is not null);
create index sessions_by_login on access.sessions using btree (issuer, login_session) where (issuer is not null);
create index sessions_by_subject on access.sessions using btree (subject, session_id);
create index sessions_by_user on access.sessions using btree (user_id) where (user_id is not null);
grant delete, insert, select on access.sessions to daybook_service;
grant update (last_used_at) on access.sessions to daybook_service;


create table access.signing_keys (
  key_id             text not null,
  created_at         timestamp with time zone not null,
  public_key         json not null,
  sealed_private_key text,
  constraint signing_keys_pkey primary key (key_id)
);
create index signing_keys_by_age on access.signing_keys using btree (created_at);
grant delete, insert, select on access.signing_keys to daybook_service;


create table access.spent (
  digest     bytea not null,
  expires_at timestamp with time zone not null,
  constraint spent_pkey primary key (digest),
  constraint spent_digest_check check (length(digest) = 32)
);
create index spent_by_end on access.spent using btree (expires_at);
grant delete, insert, select on access.spent to daybook_service;


create table access.users (
  user_id           text not null,
  email             text not null,
  name              text not null,
  grants            json not null,
  entities          text[] not null,
  created_at        timestamp with time zone not null,
  created_by        text not null,
  password          text,
  invitation_digest bytea,
  invitation_until  timestamp with time zone,
  -- When a session of theirs was last begun; null: never. It lasted 12 hours at most.
  last_sign_in_at   timestamp with time zone,
  constraint users_pkey primary key (user_id),
  constraint users_email_check check (email <> ''::text),
  constraint users_invitation check ((invitation_digest is null) = (invitation_until is null)),
  constraint users_invitation_digest_check check (length(invitation_digest) = 32),
  constraint users_password_check check (password ~~ '$argon2id$%'::text),
  constraint users_user_id_check check (user_id ~ '^[0-9a-f]{16}$'::text)
);
create index users_by_entity on access.users using gin (entities);
create unique index users_by_invitation on access.users using btree (invitation_digest) where (invitation_digest is not null);
create unique index users_one_per_email on access.users using btree (lower(email));
grant delete, insert, select on access.users to daybook_service;
grant update (email) on access.users to daybook_service;
grant update (entities) on access.users to daybook_service;
grant update (grants) on access.users to daybook_service;
grant update (invitation_digest) on access.users to daybook_service;
grant update (invitation_until) on access.users to daybook_service;
grant update (last_sign_in_at) on access.users to daybook_service;
grant update (name) on access.users to daybook_service;
grant update (password) on access.users to daybook_service;


create schema audit;
grant usage on schema audit to daybook_eraser;
grant usage on schema audit to daybook_service;


-- What was called, beside the record: each entry once, chained by hash, deleted when it is old.
create table audit.entries (
  entry_id      bigint not null,
  -- When it was answered, by the clock of the process that answered.
  at            timestamp with time zone not null,
  -- null: it is about no book.
  book_id       text,
  actor_type    text not null,
  actor_id      text,
  via_kind      text,
  via_id        text,
  -- The role, or the single right, that let the caller in.
  role          text,
  action        text not null,
  -- Whether data about people were read.
  is_read       boolean not null,
  -- Whom it is about; null: nobody, or everybody within reach.
  entity_id     text,
  -- What else it is about, such as key:3f9c2a7e51b04d68.
  subject       text,
  outcome       text not null,
  problem       text,
  -- How often the same happened within the moment that a batch gathers.
  times         bigint not null,
  -- {ip, salt, session, userAgent}, canonical JSON; null once it is erased. The hash covers only its digest.
  client        json,
  client_digest bytea not null,
  hash          bytea not null,
  constraint entries_pkey primary key (entry_id),
  constraint entries_actor_has_id check ((actor_id is null) = (actor_type = 'nobody'::text)),
  constraint entries_at_check check (at = date_trunc('milliseconds'::text, at)),
  constraint entries_client_digest_check check (length(client_digest) = 32),
  constraint entries_entry_id_check check (entry_id >= 1),
  constraint entries_hash_check check (length(hash) = 32),
  constraint entries_outcome_check check (outcome = any (array['accepted'::text, 'refused'::text, 'failed'::text])),
  constraint entries_times_check check (times >= 1),
  constraint entries_via_whole check ((via_kind is null) = (via_id is null))
);
create index entries_about_user on audit.entries using btree (subject) where ((actor_type = 'nobody'::text) and (subject is not null) and (client is not null));
create index entries_by_client on audit.entries using btree (actor_id, book_id, at, entry_id) where (actor_type = 'client'::text);
create index entries_by_person on audit.entries using btree (book_id, actor_id, at, entry_id) where (actor_type = any (array['employee'::text, 'manager'::text, 'user'::text]));
create index entries_by_user on audit.entries using btree (actor_id) where ((actor_type = 'user'::text) and (client is not null));
create index entries_of_book on audit.entries using btree (book_id, at, entry_id);
create index entries_of_entity on audit.entries using btree (book_id, entity_id, at, entry_id) where (entity_id is not null);
create index entries_of_everybody on audit.entries using btree (book_id, at, entry_id) where ((entity_id is null) and is_read);
create index entries_of_no_book on audit.entries using btree (at, entry_id) where (book_id is null);
create trigger entries_not_truncated before truncate on audit.entries for each statement execute function audit.refuse_change();
create trigger entries_only_forgotten before delete or update on audit.entries for each row execute function audit.refuse_all_but_forgetting();
grant delete, select on audit.entries to daybook_eraser;
grant update (client) on audit.entries to daybook_eraser;
grant insert, select on audit.entries to daybook_service;


-- The end of the chain: its row lock is the order of the entries, whichever process writes them.
create table audit.head (
  is_head   boolean not null default true,
  entry_id  bigint not null,
  hash      bytea not null,
  -- The last entry that was deleted for its age; pruned: its hash.
  pruned_id bigint not null,
  pruned    bytea not null,
  constraint head_pkey primary key (is_head),
  constraint head_hash_check check (length(hash) = 32),
  constraint head_is_head_check check (is_head),
  constraint head_pruned_check check (length(pruned) = 32)
);
create trigger head_not_truncated before truncate on audit.head for each statement execute function audit.refuse_change();
create trigger head_stays before delete on audit.head for each row execute function audit.refuse_change();
grant select on audit.head to daybook_eraser;
grant update (pruned) on audit.head to daybook_eraser;
grant update (pruned_id) on audit.head to daybook_eraser;
grant select on audit.head to daybook_service;
grant update (entry_id) on audit.head to daybook_service;
grant update (hash) on audit.head to daybook_service;


create or replace function audit.refuse_all_but_forgetting()
 returns trigger
 language plpgsql
as $function$
declare
  erased audit.entries := old;
begin
  erased.client := null;
  if current_user = 'daybook_eraser' and tg_op = 'DELETE' then
    return old;
  end if;
  if current_user = 'daybook_eraser' and tg_op = 'UPDATE' and new::text = erased::text then
    return new;
  end if;
  raise exception 'the audit trail is append-only: % on %.% is refused', tg_op, tg_table_schema, tg_table_name
    using errcode = 'restrict_violation';
end $function$;


create or replace function audit.refuse_change()
 returns trigger
 language plpgsql
as $function$
begin
  raise exception 'the audit trail is append-only: % on %.% is refused', tg_op, tg_table_schema, tg_table_name
    using errcode = 'restrict_violation';
end $function$;


create schema earning;
grant usage on schema earning to daybook_service;


-- How far the rules of each account have come. Without a row it is worked out from its beginning.
create table earning.accounts (
  book_id     text not null,
  entity_id   text not null,
  policy_id   text not null,
  -- Up to this day everything is posted.
  through     date not null,
  -- The first day on which something may be due; null: nothing is in sight.
  next_due    date,
  -- The account's version then: with another one, somebody has recorded something.
  version     bigint not null,
  -- The position of the book that it was worked out from.
  seen        bigint not null,
  -- Those that were worked out: of another one everything is still to be posted.
  assignments text[] not null,
  constraint accounts_pkey primary key (book_id, entity_id, policy_id),
  constraint accounts_seen_check check (seen >= 0),
  constraint accounts_version_check check (version >= 0)
) with (fillfactor=80);
grant delete, insert, select, update on earning.accounts to daybook_service;


-- The accounts of a run that still goes on, in portions: the n-th entity with the n-th policy.
create table earning.batches (
  book_id     text not null,
  run_id      text not null,
  number      bigint not null,
  entities    text[] not null,
  policies    text[] not null,
  worked_out  boolean not null,
  problems    json,
  -- Whoever works on it; free once leased_till has passed.
  lease       text,
  leased_till timestamp with time zone,
  -- How many of each kind it posted: [accruals, carryOvers, lapses, corrections]; null: it is still to be worked out.
  posted      json,
  constraint batches_pkey primary key (book_id, run_id, number),
  constraint batches_book_id_run_id_fkey foreign key (book_id, run_id) references earning.runs(book_id, run_id) on delete cascade,
  constraint batches_leased check ((lease is null) = (leased_till is null))
);
create index batches_open on earning.batches using btree (book_id, run_id, number) where (not worked_out);
grant delete, insert, select, update on earning.batches to daybook_service;


-- Up to which day a run over everybody has finished: accounts of which nothing was due have come as far.
create table earning.books (
  book_id text not null,
  through date not null,
  constraint books_pkey primary key (book_id),
  constraint books_book_id_fkey foreign key (book_id) references ledger.books(book_id)
);
grant delete, insert, select, update on earning.books to daybook_service;


-- Who asked for what the rules post, up to which day, and what it came to.
create table earning.runs (
  book_id         text not null,
  run_id          text not null,
  idempotency_key text not null,
  -- What was asked for, as canonical JSON: the same key with another is refused.
  fingerprint     text not null,
  through         date not null,
  entities        text[],
  policies        text[],
  started_by      text not null,
  started_at      timestamp with time zone not null,
  -- The position of the book when it began.
  started_after   bigint not null,
  finished_at     timestamp with time zone,
  -- The last position of the book when it had finished.
  "position"      bigint,
  status          text not null,
  -- How many were worked out: something was due, or had changed.
  accounts        bigint not null,
  -- How many entities these are of.
  people          bigint not null,
  postings        json,
  amounts         json,
  problems        json,
  constraint runs_pkey primary key (book_id, run_id),
  constraint runs_of_key unique (book_id, idempotency_key),
  constraint runs_book_id_fkey foreign key (book_id) references ledger.books(book_id),
  constraint runs_accounts_check check (accounts >= 0),
  constraint runs_finished check ((finished_at is null) = (status = 'running'::text)),
  constraint runs_people_check check (people >= 0),
  constraint runs_started_after_check check (started_after >= 0),
  constraint runs_status_check check (status = any (array['running'::text, 'done'::text, 'failed'::text]))
);
create index runs_by_day on earning.runs using btree (book_id, through);
create index runs_by_start on earning.runs using btree (book_id, started_after, run_id);
create index runs_running on earning.runs using btree (book_id, run_id) where (status = 'running'::text);
grant delete, insert, select, update on earning.runs to daybook_service;


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
  -- Whether something on it has a last day, was taken away by a rule, or paid out: then its lots say what may be taken.
  has_lots      boolean not null,
  constraint accounts_pkey primary key (book_id, entity_id, policy_id),
  constraint accounts_not_overdrawn check (floor is null or lowest >= floor),
  constraint accounts_scale_check check (scale >= 0 and scale <= 8),
  constraint accounts_version_check check (version >= 1)
) with (fillfactor=50);
grant insert, select, update on ledger.accounts to daybook_service;


-- Every version of every assignment, each the content of one assignment-defined event. Its days, and since when service counts, are those of its newest version.
create table ledger.assignments (
  book_id        text not null,
  entity_id      text not null,
  assignment_id  text not null,
  version        bigint not null,
  "position"     bigint not null,
  effective_from date not null,
  policy_id      text not null,
  -- What its policy counts: of what kind it is may be for hr alone to know.
  resource       text not null,
  from_day       date not null,
  -- The last day; null: until further notice.
  to_day         date,
  service_since  date,
  -- Of full time; null: full time.
  share          numeric,
  amounts        json,
  -- What holds of this entity alone, in place of what the policy says.
  terms          json,
  constraint assignments_pkey primary key (book_id, entity_id, assignment_id, version),
  constraint assignments_book_id_position_fkey foreign key (book_id, "position") references ledger.events(book_id, "position"),
  constraint assignments_from_before_to check (to_day >= from_day),
  constraint assignments_share_above_zero check (share > 0::numeric)
);
create index assignments_defined_after on ledger.assignments using btree (book_id, "position");
create index assignments_of_policy on ledger.assignments using btree (book_id, policy_id, entity_id, assignment_id, version);
create index assignments_with_own_terms on ledger.assignments using btree (book_id, policy_id) where (terms is not null);
create trigger assignments_apart before insert on ledger.assignments for each row execute function ledger.refuse_other_assignment();
create trigger assignments_not_changed before delete or update on ledger.assignments for each row execute function ledger.refuse_change();
create trigger assignments_not_truncated before truncate on ledger.assignments for each statement execute function ledger.refuse_change();
grant insert, select on ledger.assignments to daybook_service;


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
  maker_kind   text,
  -- The caller who made it: it shows what they may see when it is read. Null: the bootstrap key, before there were others.
  maker_id     text,
  constraint calendar_feeds_pkey primary key (book_id, feed_id),
  constraint calendar_feeds_book_id_fkey foreign key (book_id) references ledger.books(book_id),
  constraint calendar_feeds_maker check ((maker_kind is null) = (maker_id is null)),
  constraint calendar_feeds_maker_kind_check check (maker_kind = any (array['admin'::text, 'client'::text, 'user'::text])),
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


-- What each carry-over of an account kept; as its event says, which may have no transaction.
create table ledger.carry_overs (
  book_id       text not null,
  "position"    bigint not null,
  entity_id     text not null,
  policy_id     text not null,
  on_day        date not null,
  -- Lots without a last day are concerned that were earned before this day.
  earned_before date not null,
  kept          numeric not null,
  -- The last day on which what was kept may be taken; null: for ever.
  valid_until   date,
  -- How much of what was kept has no last day.
  never_lapses  numeric not null,
  constraint carry_overs_pkey primary key (book_id, "position"),
  constraint carry_overs_book_id_position_fkey foreign key (book_id, "position") references ledger.events(book_id, "position"),
  constraint carry_overs_check check (earned_before <= on_day and on_day <= valid_until),
  constraint carry_overs_earned_before_check check (earned_before >= '1900-01-01'::date),
  constraint carry_overs_kept_check check (kept >= 0::numeric and kept < '1000000000000000000'::numeric and scale(kept) <= 8),
  constraint carry_overs_never_lapses_check check (never_lapses >= 0::numeric and never_lapses < '1000000000000000000'::numeric and scale(never_lapses) <= 8),
  constraint carry_overs_on_day_check check (on_day >= '1900-01-01'::date and on_day <= '2999-12-31'::date),
  constraint carry_overs_valid_until_check check (valid_until <= '2999-12-31'::date)
);
create index carry_overs_of_account on ledger.carry_overs using btree (book_id, entity_id, policy_id, "position");
create trigger carry_overs_not_changed before delete or update on ledger.carry_overs for each row execute function ledger.refuse_change();
create trigger carry_overs_not_truncated before truncate on ledger.carry_overs for each statement execute function ledger.refuse_change();
grant insert, select on ledger.carry_overs to daybook_service;


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
  -- The definition since which the line claims its day; null: since it was recorded.
  claimed_by_position  bigint,
  -- What it takes of its day: hours, where it has no half of it; else days, or null where it counts in something else, or earlier rules recorded it.
  taken                numeric,
  -- Hours that lines might take of the day together, when these were claimed; null: it takes none, or no more than there was before.
  most                 numeric,
  constraint day_claims_pkey primary key (book_id, "position", line),
  constraint day_claims_book_id_position_line_fkey foreign key (book_id, "position", line) references ledger.transactions(book_id, "position", line),
  constraint day_claims_by_later_definition check (claimed_by_position > "position"),
  constraint day_claims_check check (
  case
      when am and pm then taken is null or taken <= 1::numeric
      when am or pm then taken is null or taken <= 0.5
      else taken is not null and taken > 0::numeric
  end)
);
create unique index day_claims_am_once on ledger.day_claims using btree (book_id, entity_id, resource, day) where (am and (released_at_position is null));
create index day_claims_begun_later on ledger.day_claims using btree (book_id, claimed_by_position) where (claimed_by_position is not null);
create index day_claims_ended_later on ledger.day_claims using btree (book_id, released_at_position) where (claimed_by_position is not null);
create index day_claims_of_hours on ledger.day_claims using btree (book_id, entity_id, resource, day) where ((not am) and (not pm) and (released_at_position is null));
create unique index day_claims_pm_once on ledger.day_claims using btree (book_id, entity_id, resource, day) where (pm and (released_at_position is null));
create trigger day_claims_within_hours after insert on ledger.day_claims for each row when (new.most is not null and new.released_at_position is null) execute function ledger.refuse_more_hours();
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
create index events_about_earning on ledger.events using btree (book_id, ((data ->> 'entity'::text)), "position") where (type = any (array['worked-hours-recorded'::text, 'worked-hours-reversed'::text, 'notice-given'::text]));
create index events_by_person on ledger.events using btree (book_id, actor_id, "position") where (actor_type = any (array['employee'::text, 'manager'::text]));
create unique index events_one_per_stream_version on ledger.events using btree (book_id, stream, stream_version) where (stream is not null);
create index events_with_metadata on ledger.events using btree (book_id, "position") where ((erasable)::text ~~ '%"metadata":%'::text);
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


-- What the next decision about a hold needs; equal to a fold of the events of its stream.
create table ledger.holds (
  book_id         text not null,
  hold_id         text not null,
  version         bigint not null,
  -- The version before the last group that moved it; 0 where that made it.
  version_before  bigint not null,
  versions_added  bigint not null,
  -- Of its last event.
  "position"      bigint not null,
  -- Of its first event, whose lines are those that it holds.
  placed_position bigint not null,
  status          text not null,
  placed_at       timestamp with time zone not null,
  -- From this instant on it holds nothing, whether or not that is recorded yet.
  expires_at      timestamp with time zone not null,
  -- When its second event was recorded; null: it holds its lines.
  ended_at        timestamp with time zone,
  -- Of all its lines.
  reference       text,
  -- [[line, entity, policy, resource, amount held, effective on, portion claimed, amount taken], …]: its lines in their order.
  lines           json not null,
  constraint holds_pkey primary key (book_id, hold_id),
  constraint holds_book_id_placed_position_fkey foreign key (book_id, placed_position) references ledger.events(book_id, "position"),
  constraint holds_book_id_position_fkey foreign key (book_id, "position") references ledger.events(book_id, "position"),
  constraint holds_end_after_they_begin check (expires_at > placed_at and expires_at <= (placed_at + '720:00:00'::interval)),
  constraint holds_end_once check (
  case status
      when 'held'::text then version = 1 and "position" = placed_position and ended_at is null
      when 'taken'::text then version = 2 and "position" > placed_position and ended_at >= placed_at and ended_at < expires_at
      when 'released'::text then version = 2 and "position" > placed_position and ended_at >= placed_at and ended_at < expires_at
      when 'lapsed'::text then version = 2 and "position" > placed_position and ended_at >= expires_at
      else false
  end is true),
  constraint holds_lines_check check (json_array_length(lines) >= 1 and json_array_length(lines) <= 100),
  constraint holds_version_moves_on check (version = (version_before + versions_added)),
  constraint holds_versions_added_check check (versions_added >= 1)
) with (fillfactor=50);
create index holds_ending on ledger.holds using btree (book_id, expires_at) where (status = 'held'::text);
create index holds_held on ledger.holds using btree (book_id, placed_position) where (status = 'held'::text);
create unique index holds_in_order on ledger.holds using btree (book_id, placed_position);
grant insert, select, update on ledger.holds to daybook_service;


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
  -- From when on nothing is accrued or taken under it, until the version after it begins; null: it is not retired.
  retired_from    date,
  -- Who sees what kind of leave it is: the team, or hr alone; null: managers, and whoever reads about everybody.
  kind_visible_to text,
  -- What the version says of earning: the members leaveYear, earning, carryOver, spending, encashment, countsAsWorked and lateLeave of its event, those that it has. Null: none of them.
  earning         json,
  constraint policy_versions_pkey primary key (book_id, policy_id, version),
  constraint policy_versions_book_id_position_fkey foreign key (book_id, "position") references ledger.events(book_id, "position"),
  constraint policy_versions_kind_visible_to_check check (kind_visible_to = any (array['team'::text, 'hr'::text])),
  constraint policy_versions_overdraft_limit_check check (overdraft_limit >= 0::numeric),
  constraint policy_versions_retired_from_check check (retired_from >= '1900-01-01'::date and retired_from <= '2999-12-31'::date),
  constraint policy_versions_scale_check check (scale >= 0 and scale <= 8)
);
create trigger policy_versions_not_changed before delete or update on ledger.policy_versions for each row execute function ledger.refuse_change();
create trigger policy_versions_not_truncated before truncate on ledger.policy_versions for each statement execute function ledger.refuse_change();
create trigger policy_versions_of_one_kind before insert on ledger.policy_versions for each row execute function ledger.refuse_other_kind_of_policy();
grant insert, select on ledger.policy_versions to daybook_service;


-- Names and mail: beside the record, and erasable.
create table ledger.profiles (
  book_id          text not null,
  entity_id        text not null,
  name             text,
  email            text,
  metadata         json,
  -- What payroll knows the person by; compared as it stands.
  personnel_number text,
  constraint profiles_pkey primary key (book_id, entity_id),
  constraint profiles_personnel_number_check check (personnel_number <> ''::text)
);
create unique index profiles_one_per_email on ledger.profiles using btree (book_id, lower(email)) where (email is not null);
create unique index profiles_one_per_personnel_number on ledger.profiles using btree (book_id, personnel_number) where (personnel_number is not null);
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
  -- What it was when nothing was left of it but days that were lost or that others take; null: it has days, or ended otherwise.
  lost_as            text,
  -- portions, fromTime, toTime, countCalendarDays, as far as it says them; null: none.
  counted            json,
  -- [{date, portion, lines, by}, …]: days that others take, with what they cost; null: none.
  displaced          json,
  -- Positions of the events of other requests that moved this one, ascending; null: none.
  moved_at           json,
  -- Roles that have agreed since it was submitted or last changed, in that order; null in it: anybody; null: none.
  agreed             json,
  constraint requests_pkey primary key (book_id, request_id),
  constraint requests_book_id_position_fkey foreign key (book_id, "position") references ledger.events(book_id, "position"),
  constraint requests_book_id_submitted_position_fkey foreign key (book_id, submitted_position) references ledger.events(book_id, "position"),
  constraint requests_agreed_by_somebody check (agreed is null or json_array_length(agreed) > 0),
  constraint requests_cancellation_of_approved check (cancellation is null or status = 'approved'::text),
  constraint requests_check check (from_day <= to_day),
  constraint requests_check1 check (submitted_position <= "position"),
  constraint requests_displaced_is_live check (displaced is null or json_array_length(displaced) > 0 and ((status = any (array['pending'::text, 'approved'::text])) or lost_as is not null)),
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
  constraint requests_lost_is_cancelled check (lost_as is null or status = 'cancelled'::text and (lost is not null or displaced is not null)),
  constraint requests_moved_by_versions check (moved_at is null or json_array_length(moved_at) > 0 and json_array_length(moved_at) < version),
  constraint requests_to_portion_check check (to_portion = any (array['full'::text, 'am'::text, 'pm'::text])),
  constraint requests_version_check check (version >= 1),
  constraint requests_version_moves_on check (version = (version_before + versions_added)),
  constraint requests_versions_added_check check (versions_added >= 1)
) with (fillfactor=50);
create unique index requests_in_order on ledger.requests using btree (book_id, submitted_position);
create index requests_of_entity on ledger.requests using btree (book_id, entity_id, submitted_position);
create index requests_pending on ledger.requests using btree (book_id, from_day, submitted_position) where (status = 'pending'::text);
create index requests_waiting_for_resource on ledger.requests using btree (book_id, resource, submitted_position) where ((status = 'pending'::text) or (cancellation is not null));
create index requests_waiting_of_entity on ledger.requests using btree (book_id, entity_id, submitted_position) where ((status = 'pending'::text) or (cancellation is not null));
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
  -- Of an accrual: the last day on which what is left of it may be taken; null: it does not lapse by itself.
  valid_until       date,
  -- True of an accrual that counts as carried into its leave year; null otherwise.
  carried_in        boolean,
  -- By which rule of its policy it was posted; null: somebody recorded it.
  rule              text,
  -- First of the days that a posting is about; period_to: the last of them.
  period_from       date,
  period_to         date,
  constraint transactions_pkey primary key (book_id, "position", line),
  constraint transactions_book_id_position_fkey foreign key (book_id, "position") references ledger.events(book_id, "position"),
  constraint transactions_book_id_reverses_position_reverses_line_fkey foreign key (book_id, reverses_position, reverses_line) references ledger.transactions(book_id, "position", line),
  constraint transactions_amount_check check (amount <> 0::numeric and abs(amount) < '1000000000000000000'::numeric and scale(amount) <= 8),
  constraint transactions_earned_fits check (num_nonnulls(valid_until, carried_in, rule, period_from, period_to) = 0 or (valid_until is null or type = 'accrual'::text and valid_until >= coalesce(meant_for, effective_on) and valid_until <= '2999-12-31'::date) and (carried_in is null or carried_in and type = 'accrual'::text) and (num_nonnulls(rule, period_from, period_to) = any (array[0, 3])) and (rule is null or (type = any (array['accrual'::text, 'adjustment'::text])) and (rule = any (array['accrual'::text, 'carry-over'::text, 'lapse'::text, 'cap'::text, 'encashment'::text, 'correction'::text, 'settlement'::text])) and period_from >= '1900-01-01'::date and period_from <= period_to and period_to <= '2999-12-31'::date)),
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
create index transactions_with_last_day on ledger.transactions using btree (book_id, entity_id, policy_id) where (valid_until is not null);
create trigger transactions_not_changed before delete or update on ledger.transactions for each row execute function ledger.refuse_change();
create trigger transactions_not_truncated before truncate on ledger.transactions for each statement execute function ledger.refuse_change();
create trigger transactions_reversal_fits after insert on ledger.transactions for each row when (new.type = 'reversal'::text) execute function ledger.refuse_misfit_reversal();
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
create index unchanged_definitions_not_erased on ledger.unchanged_definitions using btree (book_id, "position") where (salt is not null);
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


create or replace function ledger.refuse_misfit_reversal()
 returns trigger
 language plpgsql
as $function$
declare
  original ledger.transactions;
begin
  select * into original
    from ledger.transactions
   where book_id = new.book_id
     and position = new.reverses_position
     and line = new.reverses_line;
  if original.type = 'reversal' then
    raise exception 'a reversal is not reversed: %.%', new.reverses_position, new.reverses_line
      using errcode = 'integrity_constraint_violation', constraint = 'transactions_reversal_fits';
  end if;
  if (new.entity_id, new.policy_id, new.resource, new.component, new.amount, new.position > new.reverses_position)
     is distinct from
     (original.entity_id, original.policy_id, original.resource, original.component, -original.amount, true) then
    raise exception 'a reversal is the opposite of its original: %.%', new.reverses_position, new.reverses_line
      using errcode = 'integrity_constraint_violation', constraint = 'transactions_reversal_fits';
  end if;
  -- In two steps: a condition with a query in it costs every reversal half a millisecond, this one only those that need it.
  if new.effective_on < original.effective_on then
    if (select decision ->> 'rules'
          from ledger.events
         where book_id = new.book_id
           and position = new.position) is not null then
      raise exception 'a reversal takes effect before its original: %.%', new.reverses_position, new.reverses_line
        using errcode = 'integrity_constraint_violation', constraint = 'transactions_reversal_fits';
    end if;
  end if;
  return null;
end $function$;


create or replace function ledger.refuse_more_hours()
 returns trigger
 language plpgsql
as $function$
begin
  if (select sum(taken)
        from ledger.day_claims
       where book_id = new.book_id
         and entity_id = new.entity_id
         and resource = new.resource
         and day = new.day
         and not am
         and not pm
         and released_at_position is null) > least(new.most, 24)
  then
    raise exception 'more hours are taken of % than the day has', new.day
      using errcode = 'check_violation', constraint = 'day_claims_within_hours', table = 'day_claims', schema = 'ledger';
  end if;
  return null;
end $function$;


create or replace function ledger.refuse_other_assignment()
 returns trigger
 language plpgsql
as $function$
begin
  if exists (
       select
         from ledger.assignments a
        where a.book_id = new.book_id
          and a.entity_id = new.entity_id
          and a.assignment_id = new.assignment_id
          and a.policy_id <> new.policy_id) then
    raise exception 'the assignment % of % is to another policy than %', new.assignment_id, new.entity_id, new.policy_id
      using errcode = 'integrity_constraint_violation', constraint = 'assignments_apart';
  end if;
  if exists (
       select
         from (
                select distinct on (a.assignment_id) a.from_day, a.to_day
                  from ledger.assignments a
                 where a.book_id = new.book_id
                   and a.entity_id = new.entity_id
                   and a.policy_id = new.policy_id
                   and a.assignment_id <> new.assignment_id
                 order by a.assignment_id, a.version desc
              ) as other
        where other.from_day <= coalesce(new.to_day, 'infinity')
          and new.from_day <= coalesce(other.to_day, 'infinity')) then
    raise exception 'the assignment % of % has days in common with another one to %', new.assignment_id, new.entity_id, new.policy_id
      using errcode = 'integrity_constraint_violation', constraint = 'assignments_apart';
  end if;
  return new;
end $function$;


create or replace function ledger.refuse_other_kind_of_policy()
 returns trigger
 language plpgsql
as $function$
declare
  before ledger.policy_versions;
begin
  select * into before
    from ledger.policy_versions
   where book_id = new.book_id
     and policy_id = new.policy_id
     and version = new.version - 1;
  if new.version > 1 and not found then
    raise exception 'version % of the policy % has none before it', new.version, new.policy_id
      using errcode = 'integrity_constraint_violation', constraint = 'policy_versions_of_one_kind';
  end if;
  if found and (new.resource <> before.resource or new.unit <> before.unit or new.scale < before.scale) then
    raise exception 'the policy % has another resource, another unit or a lower scale than before', new.policy_id
      using errcode = 'integrity_constraint_violation', constraint = 'policy_versions_of_one_kind';
  end if;
  return new;
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


create schema webhooks;
grant usage on schema webhooks to daybook_service;


-- What became of the last attempts to send an event: nothing of the event, and nothing of the answer but its status.
create table webhooks.deliveries (
  book_id      text not null,
  webhook_id   text not null,
  -- Its number among the attempts of its webhook: 1, 2, 3 …
  number       bigint not null,
  "position"   bigint not null,
  type         text not null,
  attempted_at timestamp with time zone not null,
  duration_ms  integer not null,
  outcome      text not null,
  status       integer,
  detail       text,
  constraint deliveries_pkey primary key (book_id, webhook_id, number),
  constraint deliveries_book_id_webhook_id_fkey foreign key (book_id, webhook_id) references webhooks.webhooks(book_id, webhook_id),
  constraint deliveries_answered check ((status is not null) = (outcome = any (array['delivered'::text, 'rejected'::text]))),
  constraint deliveries_detail_check check (length(detail) <= 200),
  constraint deliveries_duration_ms_check check (duration_ms >= 0),
  constraint deliveries_number_check check (number > 0),
  constraint deliveries_outcome_check check (outcome = any (array['delivered'::text, 'rejected'::text, 'failed'::text, 'forbidden'::text])),
  constraint deliveries_position_check check ("position" > 0)
);
create index deliveries_by_age on webhooks.deliveries using btree (attempted_at);
grant delete, insert, select on webhooks.deliveries to daybook_service;


-- Addresses that events of a book are sent to, in order. No part of the record.
create table webhooks.webhooks (
  book_id           text not null,
  webhook_id        text not null,
  url               text not null,
  -- Types of the events that are sent; null: all, also those that a later release knows.
  events            text[],
  -- Only events about one of these are sent; null: all.
  entities          text[],
  -- Whether what may have to be forgotten is sent as well: reasons, comments, metadata, addresses.
  includes_erasable boolean not null,
  enabled           boolean not null,
  version           bigint not null,
  created_at        timestamp with time zone not null,
  -- The caller who made it, as <kind>:<id>.
  created_by        text not null,
  -- What its events are signed with, encrypted with DAYBOOK_SECRET_KEY.
  secret            text not null,
  -- The secret before the last rotation: both sign until former_until.
  former_secret     text,
  former_until      timestamp with time zone,
  -- The checkpoint: up to there every event was sent and taken, or is none that is wanted.
  "position"        bigint not null,
  -- How many there were since it was made; the number of the last one.
  attempts          bigint not null,
  -- Attempts in a row that failed.
  failures          integer not null,
  failing_since     timestamp with time zone,
  next_attempt_at   timestamp with time zone,
  disabled_at       timestamp with time zone,
  -- Why the service disabled it itself: failing for days, or gone (410).
  disabled_because  text,
  -- Whoever sends just now; free once leased_till has passed.
  lease             text,
  leased_till       timestamp with time zone,
  constraint webhooks_pkey primary key (book_id, webhook_id),
  constraint webhooks_book_id_fkey foreign key (book_id) references ledger.books(book_id),
  constraint webhooks_attempts_check check (attempts >= 0),
  constraint webhooks_disabled check ((disabled_at is null) = (disabled_because is null) and not (enabled and disabled_at is not null)),
  constraint webhooks_disabled_because_check check (disabled_because = any (array['failing'::text, 'gone'::text])),
  constraint webhooks_failing check ((failures = 0) = (failing_since is null)),
  constraint webhooks_failures_check check (failures >= 0),
  constraint webhooks_former check ((former_secret is null) = (former_until is null)),
  constraint webhooks_leased check ((lease is null) = (leased_till is null)),
  constraint webhooks_next_attempt check (next_attempt_at is null or failures > 0),
  constraint webhooks_position_check check ("position" >= 0),
  constraint webhooks_version_check check (version > 0)
) with (fillfactor=70);
grant delete, insert, select on webhooks.webhooks to daybook_service;
grant update (attempts) on webhooks.webhooks to daybook_service;
grant update (disabled_at) on webhooks.webhooks to daybook_service;
grant update (disabled_because) on webhooks.webhooks to daybook_service;
grant update (enabled) on webhooks.webhooks to daybook_service;
grant update (entities) on webhooks.webhooks to daybook_service;
grant update (events) on webhooks.webhooks to daybook_service;
grant update (failing_since) on webhooks.webhooks to daybook_service;
grant update (failures) on webhooks.webhooks to daybook_service;
grant update (former_secret) on webhooks.webhooks to daybook_service;
grant update (former_until) on webhooks.webhooks to daybook_service;
grant update (includes_erasable) on webhooks.webhooks to daybook_service;
grant update (lease) on webhooks.webhooks to daybook_service;
grant update (leased_till) on webhooks.webhooks to daybook_service;
grant update (next_attempt_at) on webhooks.webhooks to daybook_service;
grant update (position) on webhooks.webhooks to daybook_service;
grant update (secret) on webhooks.webhooks to daybook_service;
grant update (url) on webhooks.webhooks to daybook_service;
grant update (version) on webhooks.webhooks to daybook_service;
