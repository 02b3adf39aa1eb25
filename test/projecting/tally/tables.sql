create table projections.tally (
  book_id   text    not null,
  entity_id text    not null,
  total     numeric not null,
  events    bigint  not null,
  primary key (book_id, entity_id)
);
