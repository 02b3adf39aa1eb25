-- What a request says of single days, of hours, and of how it is counted.
--
-- Why: any half day of a span can be asked for, hours between two times, and leave of which every day counts. Whoever counts
-- the request again needs that, without reading its events.
-- Locks: `requests` exclusively, for milliseconds: the column is null everywhere.

alter table ledger.requests add column counted json;
comment on column ledger.requests.counted is 'portions, fromTime, toTime, countCalendarDays, as far as it says them; null: none.';
