-- How far each read model has come, and what it could not apply.
--
-- Why: read models follow the record at their own pace, each book by itself; this is what they are claimed, resumed,
-- rebuilt and inspected by. Their own tables are not here: the service makes those from projections/<name>/tables.sql,
-- so that a read model can be added, dropped and rebuilt without a migration.
-- Locks: creates only new objects, so nothing waits. Time: milliseconds.

create schema projections;
comment on schema projections is 'Read models: derived from the record, and dropped and rebuilt at any time.';

create table projections.builds (
  projection  text        not null check (projection ~ '^[a-z][a-z_]*$'),
  build       integer     not null check (build >= 1),
  version     integer     not null check (version >= 1),
  state       text        not null check (state in ('building', 'active', 'kept')),
  tables      text[]      not null,
  started_at  timestamptz not null default now(),
  switched_at timestamptz,
  lease       text,
  leased_till timestamptz,
  primary key (projection, build),
  -- Deferrable: two of them may change places in one statement.
  constraint builds_one_per_state unique (projection, state) deferrable
);
comment on table projections.builds is 'One row per set of tables of a read model: the one that is read, the one before it, the one that is being built.';
comment on column projections.builds.tables is 'What to drop when it is dropped: another version of the projection may have had other tables.';
comment on column projections.builds.lease is 'Whoever is building it; free once leased_till has passed.';
comment on column projections.builds.version is 'Of the projection in the code that fills it: another version neither reads nor writes these tables.';

create table projections.checkpoints (
  book_id       text    not null,
  projection    text    not null,
  build         integer not null,
  position      bigint  not null check (position >= 0),
  rebuilt_up_to bigint,
  rebuilt_after text,
  primary key (book_id, projection, build)
) with (fillfactor = 50);
comment on table projections.checkpoints is 'The last position that a build has fully applied of a book. Its row lock is the claim: whoever applies events holds it.';
comment on column projections.checkpoints.rebuilt_up_to is 'While the book is rebuilt from the record: the position it is rebuilt as of; null before and after.';
comment on column projections.checkpoints.rebuilt_after is 'The slice of the record that was rebuilt last: what an interrupted rebuild goes on after.';

create table projections.withheld (
  book_id     text        not null,
  projection  text        not null,
  build       integer     not null,
  entity_id   text        not null,
  position    bigint      not null,
  state       text        not null check (state in ('parked', 'skipped')),
  error       text        not null,
  withheld_at timestamptz not null default now(),
  reason      text,
  primary key (book_id, projection, build, entity_id, position),
  check ((state = 'skipped') = (reason is not null))
);
comment on table projections.withheld is 'What a build has not applied: of a parked entity everything from the position on, of a skipped event that one alone.';
create unique index withheld_parked_once on projections.withheld (book_id, projection, build, entity_id)
  where state = 'parked';

-- The service makes and drops the read models' tables itself, and so owns them.
grant usage, create on schema projections to daybook_service;
grant select, insert, update, delete on projections.builds, projections.checkpoints, projections.withheld
  to daybook_service;
