-- Whom an erasure finds: what somebody did, and the keys of definitions that changed nothing about somebody.
--
-- Why: whatever a person said has to be found in one look while the book's head is locked, however long its history is.
-- Callers that are no persons (systems, administrators) are not in the index: what they append costs nothing more.
-- Locks: `events` and `unchanged_definitions` against writing while the indexes are made; about a second for each million
-- events of persons.

create index events_by_person on ledger.events (book_id, actor_id, position)
  where actor_type in ('employee', 'manager');

create index unchanged_definitions_not_erased on ledger.unchanged_definitions (book_id, position)
  where salt is not null;
