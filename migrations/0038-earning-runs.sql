-- Runs: what the rules post, up to which day, for whom; and of each account, how far it has come.
--
-- Why: a run is found by whichever process has time, is taken up where a killed one left it, and skips every account about
-- which nothing is due and nothing has changed. No part of the record: whatever is lost here, the next run works out again,
-- and the keys of what was posted keep it from being posted twice.
-- Locks: `ledger.books` against writing, for the moment in which the references to it are made; `transactions` against writing,
-- while they are read once for an index in which none of them is yet: about a second for ten million.

create schema earning;
grant usage on schema earning to daybook_service;

create table earning.runs (
  book_id         text        not null references ledger.books,
  run_id          text        not null,
  idempotency_key text        not null,
  fingerprint     text        not null,
  through         date        not null,
  entities        text[],
  policies        text[],
  started_by      text        not null,
  started_at      timestamptz not null,
  started_after   bigint      not null check (started_after >= 0),
  finished_at     timestamptz,
  position        bigint,
  status          text        not null check (status in ('running', 'done', 'failed')),
  accounts        bigint      not null check (accounts >= 0),
  people          bigint      not null check (people >= 0),
  postings        json,
  amounts         json,
  problems        json,
  primary key (book_id, run_id),
  constraint runs_of_key unique (book_id, idempotency_key),
  constraint runs_finished check ((finished_at is null) = (status = 'running'))
);
comment on table earning.runs is 'Who asked for what the rules post, up to which day, and what it came to.';
comment on column earning.runs.fingerprint is 'What was asked for, as canonical JSON: the same key with another is refused.';
comment on column earning.runs.started_after is 'The position of the book when it began.';
comment on column earning.runs.position is 'The last position of the book when it had finished.';
comment on column earning.runs.accounts is 'How many were worked out: something was due, or had changed.';
comment on column earning.runs.people is 'How many entities these are of.';
create index runs_by_start on earning.runs (book_id, started_after, run_id);
create index runs_running on earning.runs (book_id, run_id) where status = 'running';

create table earning.batches (
  book_id     text   not null,
  run_id      text   not null,
  number      bigint not null,
  entities    text[] not null,
  policies    text[] not null,
  worked_out  boolean not null,
  problems    json,
  lease       text,
  leased_till timestamptz,
  primary key (book_id, run_id, number),
  foreign key (book_id, run_id) references earning.runs on delete cascade,
  constraint batches_leased check ((lease is null) = (leased_till is null))
);
comment on table earning.batches is 'The accounts of a run that still goes on, in portions: the n-th entity with the n-th policy.';
comment on column earning.batches.lease is 'Whoever works on it; free once leased_till has passed.';
create index batches_open on earning.batches (book_id, run_id, number) where not worked_out;

create table earning.accounts (
  book_id     text   not null,
  entity_id   text   not null,
  policy_id   text   not null,
  through     date   not null,
  next_due    date,
  version     bigint not null check (version >= 0),
  seen        bigint not null check (seen >= 0),
  assignments text[] not null,
  primary key (book_id, entity_id, policy_id)
) with (fillfactor = 80);
comment on table earning.accounts is 'How far the rules of each account have come. Without a row it is worked out from its beginning.';
comment on column earning.accounts.through is 'Up to this day everything is posted.';
comment on column earning.accounts.next_due is 'The first day on which something may be due; null: nothing is in sight.';
comment on column earning.accounts.version is 'The account''s version then: with another one, somebody has recorded something.';
comment on column earning.accounts.seen is 'The position of the book that it was worked out from.';
comment on column earning.accounts.assignments is 'Those that were worked out: of another one everything is still to be posted.';

create table earning.books (
  book_id text not null primary key references ledger.books,
  through date not null
);
comment on table earning.books is 'Up to which day a run over everybody has finished: accounts of which nothing was due have come as far.';

grant select, insert, update, delete on earning.runs, earning.batches, earning.accounts, earning.books to daybook_service;

-- Accounts with lots that have a last day are run for their lapses, whatever their policy says.
create index transactions_with_last_day on ledger.transactions (book_id, entity_id, policy_id) where valid_until is not null;
