-- Finds what lines claim of days, or give back, since a later definition.
--
-- Why: the calendar shows every day that is claimed. Lines that claim their days since a later definition are found by the
-- position of that definition, and by that of what gives the day back.
-- Locks: writes to `day_claims` wait while the indexes are built, which reads the table twice: milliseconds for every hundred
-- thousand claims. No other claim is in these indexes, so that what is taken and given back every day costs what it did.

create index day_claims_begun_later on ledger.day_claims (book_id, claimed_by_position)
  where claimed_by_position is not null;
create index day_claims_ended_later on ledger.day_claims (book_id, released_at_position)
  where claimed_by_position is not null;
