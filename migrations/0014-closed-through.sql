-- A book is closed up to a month, and open after it.
--
-- Why: a month was closed by itself. A line in an open month before it moved the balance at the end of the closed one: what
-- payroll had pulled changed all the same. Closing a month now closes every month before it, and reopening one opens every
-- month after it, so what is closed is one month: the last.
-- Locks: `heads` exclusively, for two columns, and while each book's last closed month is found and the check reads the
-- table once: milliseconds. `requests` against writing, while an index of those that are pending is made: a second or two for
-- a million requests.
--
-- A book in which months were closed by themselves is closed up to the last of them.

alter table ledger.heads
  add column closed_through text,
  add column first_touched text;

update ledger.heads
   set closed_through = (select max(closed collate "C") from unnest(closed_periods) as closed);

alter table ledger.heads
  drop constraint heads_touches_no_closed_period,
  drop column closed_periods,
  drop column touched_periods,
  add constraint heads_touches_no_closed_period check ((first_touched collate "C" <= closed_through collate "C") is not true);
comment on column ledger.heads.closed_through is 'The last month (YYYY-MM) that is closed, with every month before it, as the period events say; null: none is.';
comment on column ledger.heads.first_touched is 'The earliest month in which a line of the last group is effective; null: it has no lines.';

-- Whoever closes a month is told what is still pending in it.
create index requests_pending on ledger.requests (book_id, from_day, submitted_position) where status = 'pending';
