-- Who is away when: the days that requests hold or have taken, those that other lines claim, and the same as bits, by which
-- many are asked about at once.

create table projections.absences (
  book_id    text        not null,
  request_id text        not null,
  day        date        not null,
  entity_id  text        not null,
  portion    text        not null check (portion in ('full', 'am', 'pm')),
  status     text        not null check (status in ('pending', 'approved')),
  resource   text        not null,
  version    bigint      not null,
  changed_at timestamptz not null,
  primary key (book_id, request_id, day)
);
comment on table projections.absences is 'One row per day that a request holds or has taken; a day that is free again has none.';
comment on column projections.absences.version is 'Of the request, after the event that last changed its days or what they are.';
comment on column projections.absences.changed_at is 'When that was recorded.';
create index on projections.absences (book_id, entity_id, day, request_id);

create table projections.absence_claims (
  book_id    text        not null,
  position   bigint      not null,
  line       integer     not null,
  entity_id  text        not null,
  day        date        not null,
  portion    text        not null check (portion in ('full', 'am', 'pm')),
  resource   text        not null,
  changed_at timestamptz not null,
  primary key (book_id, position, line)
);
comment on table projections.absence_claims is 'One row per consumption of no request that claims its day, since it was recorded or since a later definition; one that is reversed has none.';
comment on column projections.absence_claims.changed_at is 'When the consumption was recorded.';
create index on projections.absence_claims (book_id, entity_id, day);

create table projections.absence_years (
  book_id   text     not null,
  year      integer  not null,
  entity_id text     not null,
  held      bit(732) not null,
  taken     bit(732) not null,
  primary key (book_id, year, entity_id)
);
comment on table projections.absence_years is 'The half days off of an entity in a year, two bits a day from 1 January on: its morning and its afternoon.';
comment on column projections.absence_years.held is 'By requests that nobody has decided yet.';
comment on column projections.absence_years.taken is 'By approved requests, and by lines of no request.';
