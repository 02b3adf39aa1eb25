-- The tables of *sql*: a balance that is updated under a guard, and one row for each change, with the keys that the record
-- has: position and line, idempotency key, entity's history.
create table balances (
  book_id   text    not null,
  entity_id text    not null,
  policy_id text    not null,
  balance   numeric not null check (balance >= -1000000),
  primary key (book_id, entity_id, policy_id)
) with (fillfactor = 50);

create table entries (
  book_id         text        not null,
  position        bigint      not null generated always as identity,
  line            integer     not null,
  idempotency_key text        not null,
  type            text        not null,
  entity_id       text        not null,
  policy_id       text        not null,
  amount          numeric     not null check (amount <> 0),
  effective_on    date        not null,
  recorded_at     timestamptz not null default now(),
  primary key (book_id, position, line),
  unique (book_id, idempotency_key)
);
create index entries_of_entity on entries (book_id, entity_id, position, line);

insert into balances select 'main', 'e' || n, 'annual', 0 from generate_series(0, 9999) n;
analyze balances;
