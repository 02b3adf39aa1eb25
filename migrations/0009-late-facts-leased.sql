-- One process at a time deals with the late facts of a book.
--
-- Why: books whose definitions changed are found by every process, many at once. Two that deal with the same book correct
-- nothing twice, since each count has a key of its own, but one of them works for nothing. A time on the row, not a lock: a
-- lock would hold a database transaction open all the while.
-- Locks: `late_facts` exclusively, for milliseconds: both columns are null everywhere.

alter table ledger.late_facts
  add column lease       text,
  add column leased_till timestamptz;
comment on column ledger.late_facts.lease is 'Whoever deals with the book; free once leased_till has passed.';
