-- The record, and what is written in the same database transaction as it.
--
-- Why: everything Daybook answers is a sum over `events` and `transactions`; here they get their keys, their checks,
-- the privileges that keep the service from changing them, and the guards that keep everybody else from it.
-- Locks: creates only new objects, so nothing waits. Time: milliseconds.

-- On Citus the guards below need this setting; elsewhere it is an unknown name in a custom class, and harmless.
set local citus.enable_unsafe_triggers = on;

create schema ledger;

-- Roles are shared by all databases of a server, so another database may have made them already.
do $$
begin
  begin
    create role daybook_service nologin;
  exception when duplicate_object or unique_violation then null;
  end;
  begin
    create role daybook_eraser nologin;
  exception when duplicate_object or unique_violation then null;
  end;
end $$;

-- Whoever migrates may act in both roles: the service's connections start in daybook_service.
do $$
begin
  execute format('grant daybook_service, daybook_eraser to %I', current_user);
exception when insufficient_privilege or invalid_grant_operation then
  if not pg_has_role(current_user, 'daybook_service', 'member') then
    raise;
  end if;
end $$;


-- 1. Books, and the end of each book's history ----------------------------------------------------------------------

create table ledger.books (
  book_id   text primary key,
  name      text,
  time_zone text not null
);
comment on table ledger.books is 'One row per tenant''s ledger; derived from its book-defined events.';

create table ledger.events (
  book_id         text        not null,
  position        bigint      not null check (position >= 1),
  type            text        not null,
  stream          text,
  stream_version  bigint check (stream_version >= 1),
  idempotency_key text        not null check (length(idempotency_key) between 1 and 255),
  fingerprint     bytea       not null check (length(fingerprint) = 32),
  actor_type      text        not null,
  actor_id        text        not null,
  data            json        not null,
  decision        json        not null,
  erasable        json,
  erasable_digest bytea       not null check (length(erasable_digest) = 32),
  recorded_at     timestamptz not null check (recorded_at = date_trunc('milliseconds', recorded_at)),
  hash            bytea       not null check (length(hash) = 32),
  constraint events_one_per_key unique (book_id, idempotency_key),
  check ((stream is null) = (stream_version is null))
);
comment on table ledger.events is 'The record: one row per accepted command, dense positions in commit order, chained by hash.';
comment on column ledger.events.fingerprint is 'SHA-256 of the salt (in erasable) and the canonical command: tells a replay from a reused key.';

-- Partial: of the events, only definitions (and later requests) belong to a stream.
create unique index events_one_per_stream_version on ledger.events (book_id, stream, stream_version) where stream is not null;

-- Last of the table's indexes: while a table is empty all of them cost the same, the planner then takes the newest, and
-- a session keeps the plan. Foreign keys are checked by position; through another index each check would read the book.
alter table ledger.events add primary key (book_id, position);

create table ledger.heads (
  book_id     text primary key references ledger.books,
  position    bigint      not null,
  hash        bytea       not null,
  recorded_at timestamptz not null,
  definitions bigint      not null,
  foreign key (book_id, position) references ledger.events
) with (fillfactor = 50);
comment on table ledger.heads is 'The end of each book''s history. Its row lock is the one order of the book: the writer takes it before it reads anything.';
comment on column ledger.heads.definitions is 'Position of the last event that defined something: what a process keeps of definitions is exact while this is unchanged.';


-- 2. Transactions ---------------------------------------------------------------------------------------------------

create table ledger.transactions (
  book_id           text    not null,
  position          bigint  not null,
  line              integer not null check (line >= 1),
  type              text    not null,
  component         text    not null,
  entity_id         text    not null,
  policy_id         text    not null,
  resource          text    not null,
  amount            numeric not null check (amount <> 0 and abs(amount) < 1e18 and scale(amount) <= 8),
  effective_on      date    not null check (effective_on between '1900-01-01' and '2999-12-31'),
  portion           text check (portion in ('full', 'am', 'pm')),
  reverses_position bigint,
  reverses_line     integer,
  reference         text,
  foreign key (book_id, position) references ledger.events,
  -- The component follows from the type, and so does the sign; a reversal takes its target's component.
  constraint transactions_type_component_sign check (
    case type
      when 'accrual'     then component = 'accrued' and amount > 0
      when 'consumption' then component = 'consumed' and amount < 0
      when 'pending'     then component = 'pending' and amount < 0
      when 'adjustment'  then component = 'adjusted'
      when 'reversal'    then component in ('accrued', 'consumed', 'pending', 'adjusted')
      else false
    end),
  constraint transactions_reversal_names_target check (
    (type = 'reversal') = (reverses_position is not null) and (reverses_position is null) = (reverses_line is null))
);
comment on table ledger.transactions is 'The record: signed effects on what is available, each part of one event.';

-- One entity's history in recorded order: balances, statements and lists read this.
create index transactions_of_entity on ledger.transactions (book_id, entity_id, position, line);
create index transactions_by_reference on ledger.transactions (book_id, reference, position, line)
  where reference is not null;
-- After the two above, for the reason given with the one of events.
alter table ledger.transactions
  add primary key (book_id, position, line),
  add foreign key (book_id, reverses_position, reverses_line) references ledger.transactions;
-- At most one reversal of a transaction.
create unique index transactions_reversed_once on ledger.transactions (book_id, reverses_position, reverses_line)
  where reverses_position is not null;


-- 3. Written with the record, because the next decision depends on it ------------------------------------------------

create table ledger.day_claims (
  book_id              text    not null,
  entity_id            text    not null,
  resource             text    not null,
  day                  date    not null,
  am                   boolean not null,
  pm                   boolean not null,
  position             bigint  not null,
  line                 integer not null,
  released_at_position bigint,
  primary key (book_id, position, line),
  foreign key (book_id, position, line) references ledger.transactions,
  check (am or pm)
);
comment on table ledger.day_claims is 'Which half days are taken, by which transaction; a full day takes both halves, a reversal releases them.';
create unique index day_claims_am_once on ledger.day_claims (book_id, entity_id, resource, day)
  where am and released_at_position is null;
create unique index day_claims_pm_once on ledger.day_claims (book_id, entity_id, resource, day)
  where pm and released_at_position is null;

create table ledger.accounts (
  book_id       text     not null,
  entity_id     text     not null,
  policy_id     text     not null,
  resource      text     not null,
  version       bigint   not null check (version >= 1),
  last_position bigint   not null,
  scale         smallint not null check (scale between 0 and 8),
  kept_from     date,
  opening       json     not null,
  days          json     not null,
  lowest        numeric  not null,
  floor         numeric,
  primary key (book_id, entity_id, policy_id),
  constraint accounts_not_overdrawn check (floor is null or lowest >= floor)
) with (fillfactor = 50);
comment on table ledger.accounts is 'What the next decision needs of an account; equal to a fold of its transactions.';
comment on column ledger.accounts.opening is '[accrued, consumed, pending, adjusted]: signed sums of all that is effective before kept_from, in units of 10^-scale.';
comment on column ledger.accounts.days is '[[day, accrued, consumed, pending, adjusted], …]: signed sums of each kept day, ascending, in units of 10^-scale.';
comment on column ledger.accounts.lowest is 'Lowest balance on any kept day.';
comment on column ledger.accounts.floor is 'Minus the overdraft limit; lower only where allowNegative took the balance below it; null: unlimited.';


-- 4. Definitions: derived from their events, kept for reading ---------------------------------------------------------

create table ledger.policy_versions (
  book_id         text     not null,
  policy_id       text     not null,
  version         bigint   not null,
  position        bigint   not null,
  effective_from  date     not null,
  resource        text     not null,
  unit            text     not null,
  scale           smallint not null check (scale between 0 and 8),
  day_exclusive   boolean  not null,
  overdraft_limit numeric check (overdraft_limit >= 0),
  name            text,
  primary key (book_id, policy_id, version),
  foreign key (book_id, position) references ledger.events
);
comment on table ledger.policy_versions is 'Every version of every policy, each the content of one policy-defined event.';

create table ledger.entities (
  book_id    text   not null,
  entity_id  text   not null,
  version    bigint not null,
  position   bigint not null,
  kind       text,
  department text,
  manager    text,
  hired_on   date,
  left_on    date,
  calendar   text,
  primary key (book_id, entity_id),
  foreign key (book_id, position) references ledger.events
);
comment on table ledger.entities is 'What decides things about an entity, as its last entity-defined event says.';
create index entities_by_manager on ledger.entities (book_id, manager, entity_id) where manager is not null;
create index entities_by_department on ledger.entities (book_id, department, entity_id) where department is not null;

create table ledger.profiles (
  book_id   text not null,
  entity_id text not null,
  name      text,
  email     text,
  metadata  json,
  primary key (book_id, entity_id)
);
comment on table ledger.profiles is 'Names and mail: beside the record, and erasable.';
create unique index profiles_one_per_email on ledger.profiles (book_id, lower(email)) where email is not null;

create table ledger.unchanged_definitions (
  book_id         text   not null,
  idempotency_key text   not null check (length(idempotency_key) between 1 and 255),
  fingerprint     bytea  not null check (length(fingerprint) = 32),
  salt            text,
  position        bigint not null,
  primary key (book_id, idempotency_key),
  foreign key (book_id, position) references ledger.events
);
comment on table ledger.unchanged_definitions is 'Keys of definitions that found everything as they wanted it: a late retry must not undo what came since. position: the event they found.';
comment on column ledger.unchanged_definitions.fingerprint is 'As in events; the salt may be set to null by the erasure role.';


-- 5. Privileges: the service adds to the record and can change nothing of it ------------------------------------------

grant usage on schema ledger to daybook_service, daybook_eraser;
grant select, insert
   on ledger.events, ledger.transactions, ledger.policy_versions, ledger.unchanged_definitions
   to daybook_service;
grant select, insert, update on ledger.books, ledger.heads, ledger.accounts, ledger.entities to daybook_service;
grant select, insert on ledger.day_claims to daybook_service;
grant update (released_at_position) on ledger.day_claims to daybook_service;
grant select, insert, update, delete on ledger.profiles to daybook_service;

grant select on ledger.events to daybook_eraser;
grant update (erasable) on ledger.events to daybook_eraser;
grant select, update (salt) on ledger.unchanged_definitions to daybook_eraser;


-- 6. Guards: whoever else comes, and does not switch them off ----------------------------------------------------------

create function ledger.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the record is append-only: % on %.% is refused', tg_op, tg_table_schema, tg_table_name
    using errcode = 'restrict_violation';
end $$;

-- The one change there is: the erasure role sets `erasable` to null. The hash covers only its digest.
create function ledger.refuse_all_but_erasure() returns trigger language plpgsql as $$
declare
  erased ledger.events := old;
begin
  erased.erasable := null;
  if current_user = 'daybook_eraser' and new::text = erased::text then
    return new;
  end if;
  raise exception 'the record is append-only: % on %.% is refused', tg_op, tg_table_schema, tg_table_name
    using errcode = 'restrict_violation';
end $$;

create trigger events_only_erased before update on ledger.events
  for each row execute function ledger.refuse_all_but_erasure();
create trigger events_not_deleted before delete on ledger.events
  for each row execute function ledger.refuse_change();
create trigger events_not_truncated before truncate on ledger.events
  for each statement execute function ledger.refuse_change();
create trigger transactions_not_changed before update or delete on ledger.transactions
  for each row execute function ledger.refuse_change();
create trigger transactions_not_truncated before truncate on ledger.transactions
  for each statement execute function ledger.refuse_change();
create trigger policy_versions_not_changed before update or delete on ledger.policy_versions
  for each row execute function ledger.refuse_change();
create trigger policy_versions_not_truncated before truncate on ledger.policy_versions
  for each statement execute function ledger.refuse_change();
