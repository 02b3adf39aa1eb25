-- Calendars say more: dates that are worked as on another weekday, weeks that follow one another and begin anew, and halves
-- of days as they are named.
--
-- Why: a rota is no week, and a Saturday that is worked instead of a Friday is no holiday. Both are part of what leave is
-- counted by, so they stand with the versions of a calendar and with the patterns of an entity.
-- Locks: both tables exclusively, for columns without a default: milliseconds.

alter table ledger.calendar_versions
  add column worked_days json,
  add column weeks       json,
  add column weeks_from  date,
  add constraint calendar_versions_rota_whole check ((weeks is null) = (weeks_from is null));
comment on column ledger.calendar_versions.worked_days is 'Dates that are worked as on another weekday; null: none.';
comment on column ledger.calendar_versions.weeks is 'A rota, which holds instead of working_days; null: every week is the same.';
comment on column ledger.calendar_versions.weeks_from is 'A day of the first week of the rota.';

alter table ledger.work_patterns
  add column weeks      json,
  add column weeks_from date,
  add constraint work_patterns_rota_whole check ((weeks is null) = (weeks_from is null));
comment on column ledger.work_patterns.weeks is 'A rota, which holds instead of working_days; null: every week is the same.';
