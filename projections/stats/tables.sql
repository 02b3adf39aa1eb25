-- What dashboards show of a book as a whole. Every row is a sum that events add to.

create table projections.stats_events (
  book_id text   not null,
  day     date   not null,
  type    text   not null,
  events  bigint not null,
  primary key (book_id, day, type)
);
comment on table projections.stats_events is 'Events by the day they were recorded on (UTC) and their type.';

create table projections.stats_resources (
  book_id      text    not null,
  resource     text    not null,
  day          date    not null,
  accrued      numeric not null,
  consumed     numeric not null,
  pending      numeric not null,
  adjusted     numeric not null,
  transactions bigint  not null,
  primary key (book_id, resource, day)
);
comment on table projections.stats_resources is 'Of all entities together: what takes effect on a day, signed as it adds up to what is available.';

create table projections.stats_consumers (
  book_id   text    not null,
  resource  text    not null,
  year      integer not null,
  entity_id text    not null,
  consumed  numeric not null,
  primary key (book_id, resource, year, entity_id)
);
comment on table projections.stats_consumers is 'What each entity takes in a year, by effective day: positive, net of reversals.';
create index on projections.stats_consumers (book_id, resource, year, consumed desc, entity_id);
