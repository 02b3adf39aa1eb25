-- Whom events are sent to: webhooks, how far each has come, and what became of the last attempts. No part of the record.
--
-- Locks: `ledger.books` against writing, for the moment in which the reference to it is made.

create schema webhooks;
grant usage on schema webhooks to daybook_service;

create table webhooks.webhooks (
  book_id           text        not null references ledger.books,
  webhook_id        text        not null,
  url               text        not null,
  events            text[],
  entities          text[],
  includes_erasable boolean     not null,
  enabled           boolean     not null,
  version           bigint      not null check (version > 0),
  created_at        timestamptz not null,
  created_by        text        not null,
  secret            text        not null,
  former_secret     text,
  former_until      timestamptz,
  position          bigint      not null check (position >= 0),
  attempts          bigint      not null check (attempts >= 0),
  failures          integer     not null check (failures >= 0),
  failing_since     timestamptz,
  next_attempt_at   timestamptz,
  disabled_at       timestamptz,
  disabled_because  text        check (disabled_because in ('failing', 'gone')),
  lease             text,
  leased_till       timestamptz,
  primary key (book_id, webhook_id),
  constraint webhooks_former check ((former_secret is null) = (former_until is null)),
  constraint webhooks_failing check ((failures = 0) = (failing_since is null)),
  constraint webhooks_next_attempt check (next_attempt_at is null or failures > 0),
  constraint webhooks_disabled check (
    (disabled_at is null) = (disabled_because is null) and not (enabled and disabled_at is not null)),
  constraint webhooks_leased check ((lease is null) = (leased_till is null))
-- A row changes with each event that is sent: room for its next version keeps that from the index.
) with (fillfactor = 70);
comment on table webhooks.webhooks is 'Addresses that events of a book are sent to, in order. No part of the record.';
comment on column webhooks.webhooks.events is 'Types of the events that are sent; null: all, also those that a later release knows.';
comment on column webhooks.webhooks.entities is 'Only events about one of these are sent; null: all.';
comment on column webhooks.webhooks.includes_erasable is 'Whether what may have to be forgotten is sent as well: reasons, comments, metadata, addresses.';
comment on column webhooks.webhooks.created_by is 'The caller who made it, as <kind>:<id>.';
comment on column webhooks.webhooks.secret is 'What its events are signed with, encrypted with DAYBOOK_SECRET_KEY.';
comment on column webhooks.webhooks.former_secret is 'The secret before the last rotation: both sign until former_until.';
comment on column webhooks.webhooks.position is 'The checkpoint: up to there every event was sent and taken, or is none that is wanted.';
comment on column webhooks.webhooks.attempts is 'How many there were since it was made; the number of the last one.';
comment on column webhooks.webhooks.failures is 'Attempts in a row that failed.';
comment on column webhooks.webhooks.disabled_because is 'Why the service disabled it itself: failing for days, or gone (410).';
comment on column webhooks.webhooks.lease is 'Whoever sends just now; free once leased_till has passed.';

grant select, insert, delete on webhooks.webhooks to daybook_service;
grant update (url, events, entities, includes_erasable, enabled, version, secret, former_secret, former_until, position, attempts,
              failures, failing_since, next_attempt_at, disabled_at, disabled_because, lease, leased_till)
   on webhooks.webhooks to daybook_service;

create table webhooks.deliveries (
  book_id      text        not null,
  webhook_id   text        not null,
  number       bigint      not null check (number > 0),
  position     bigint      not null check (position > 0),
  type         text        not null,
  attempted_at timestamptz not null,
  duration_ms  integer     not null check (duration_ms >= 0),
  outcome      text        not null check (outcome in ('delivered', 'rejected', 'failed', 'forbidden')),
  status       integer,
  detail       text        check (length(detail) <= 200),
  primary key (book_id, webhook_id, number),
  foreign key (book_id, webhook_id) references webhooks.webhooks,
  constraint deliveries_answered check ((status is not null) = (outcome in ('delivered', 'rejected')))
);
comment on table webhooks.deliveries is 'What became of the last attempts to send an event: nothing of the event, and nothing of the answer but its status.';
comment on column webhooks.deliveries.number is 'Its number among the attempts of its webhook: 1, 2, 3 …';

create index deliveries_by_age on webhooks.deliveries (attempted_at);

grant select, insert, delete on webhooks.deliveries to daybook_service;
