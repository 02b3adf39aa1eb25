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
  unit         text    not null,
  day          date    not null,
  accrued      numeric not null,
  consumed     numeric not null,
  pending      numeric not null,
  adjusted     numeric not null,
  transactions bigint  not null,
  primary key (book_id, resource, unit, day)
);
comment on table projections.stats_resources is 'Of all entities together, under the policies of one unit: what takes effect on a day, signed as it adds up to what is available.';

create table projections.stats_consumers (
  book_id   text    not null,
  resource  text    not null,
  unit      text    not null,
  year      integer not null,
  entity_id text    not null,
  consumed  numeric not null,
  primary key (book_id, resource, unit, year, entity_id)
);
comment on table projections.stats_consumers is 'What each entity takes in a year under the policies of one unit, by effective day: positive, net of reversals.';
create index on projections.stats_consumers (book_id, resource, unit, year, consumed desc, entity_id);
