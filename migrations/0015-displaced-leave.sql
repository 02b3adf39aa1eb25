-- Leave of which other leave takes days: annual leave on whose days somebody is ill.
--
-- Why: the days are given back in the event of the leave that takes them, and taken again where it has them no more. Whoever
-- decides that needs to know what there was; and whoever reads a request, in which events of others it moved. A request of
-- which nothing is left but such days is cancelled, as one that lost all of them to a late fact, and comes back like it.
-- Locks: `requests` exclusively, for milliseconds: both columns are null everywhere. The check that takes the place of an
-- older one reads the table once: a second or two for a million requests.

alter table ledger.requests
  add column displaced json,
  add column moved_at  json,
  drop constraint requests_lost_is_cancelled,
  add constraint requests_lost_is_cancelled check (
    lost_as is null
    or (status = 'cancelled' and (lost is not null or displaced is not null))),
  -- Others take days from what is held or taken, and from what was.
  add constraint requests_displaced_is_live check (
    displaced is null
    or (json_array_length(displaced) > 0
        and (status in ('pending', 'approved') or lost_as is not null))),
  -- Versions are its own events, of which the first submits it, and those of others.
  add constraint requests_moved_by_versions check (
    moved_at is null
    or (json_array_length(moved_at) > 0 and json_array_length(moved_at) < version));
comment on column ledger.requests.displaced is '[{date, portion, lines, by}, …]: days that others take, with what they cost; null: none.';
comment on column ledger.requests.moved_at is 'Positions of the events of other requests that moved this one, ascending; null: none.';
comment on column ledger.requests.lost_as is 'What it was when nothing was left of it but days that were lost or that others take; null: it has days, or ended otherwise.';
