-- What *straight* does without: the chain, and the one order of the book. All else is the record as the migrations make
-- it: the same rows, keys, indexes, checks and guards.
alter table ledger.events
  drop column hash,
  drop column erasable_digest;
drop table ledger.heads;
create sequence ledger.positions;
select setval('ledger.positions', max(position)) from ledger.events;
grant usage on ledger.positions to daybook_service;
