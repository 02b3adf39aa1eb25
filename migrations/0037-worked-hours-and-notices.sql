-- Hours that somebody has worked, and notices that leave of a year will lapse.
--
-- Why: some policies earn by hours worked, and some leave lapses only of whoever was told so. Both are events, and no more than
-- that: they are read where they are recorded, by the entity that they are about. That hours are reversed once is what
-- `events_one_per_stream_version` holds.
-- Locks: writes wait while the index is made: a second or so for each million of events.

create index events_about_earning on ledger.events (book_id, (data ->> 'entity'), position)
  where type in ('worked-hours-recorded', 'worked-hours-reversed', 'notice-given');
