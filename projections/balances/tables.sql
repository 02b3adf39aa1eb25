-- How each account stood at the end of each month in which something takes effect on it. Quantities are signed, as they
-- add up to what is available, and without trailing zeros.

create table projections.balance_snapshots (
  book_id           text    not null,
  entity_id         text    not null,
  policy_id         text    not null,
  month_end         date    not null,
  accrued           numeric not null,
  consumed          numeric not null,
  pending           numeric not null,
  adjusted          numeric not null,
  lowest            numeric not null,
  days              text    not null,
  last_position     bigint  not null,
  transaction_count bigint  not null,
  primary key (book_id, entity_id, policy_id, month_end)
) with (fillfactor = 50);
comment on table projections.balance_snapshots is 'Per account and month end: the sum of everything effective by then. A back-dated transaction adds to all later ones.';
comment on column projections.balance_snapshots.lowest is 'Lowest balance at the end of any day of the month on which something takes effect.';
comment on column projections.balance_snapshots.days is 'What takes effect on each day of the month, ascending: 5a2.5;17a1c-0.5 is 2.5 accrued on the 5th, 1 accrued and 0.5 consumed on the 17th; p is pending, j adjusted.';
comment on column projections.balance_snapshots.last_position is 'Of the transactions effective by the month end.';
