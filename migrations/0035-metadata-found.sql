-- Transactions are found by what their metadata says.
--
-- Why: whoever keeps the number of an order or of a ticket beside a command looks for it there.
-- Locks: writes wait while the index is made, a second or so for each million of events. It holds positions alone, and nothing
-- of what may have to be forgotten.

-- By text, since no row may be refused for what an index makes of it.
create index events_with_metadata on ledger.events (book_id, position)
  where erasable::text like '%"metadata":%';
