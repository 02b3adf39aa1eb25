-- What each batch of a run has posted, so that whoever asks how far a run has come need not count events.
-- Locks: `earning.batches`, for a moment.

alter table earning.batches add column posted json;
comment on column earning.batches.posted is 'How many of each kind it posted: [accruals, carryOvers, lapses, corrections]; null: it is still to be worked out.';
