-- Periods that are closed and reopened, and the snapshots that payroll pulls.
--
-- Why: after payroll has run, nothing may be added to its month any more unless somebody says so. A line that comes too
-- late may be recorded on a later day; `meant_for` says which day it is about. A snapshot is a few members and a digest:
-- its balances are computed from the record again whenever they are read, and the record does not change.
-- Locks: `transactions` and `heads` exclusively, while the checks that they get read them once: about a second for ten
-- million transactions. Everything else is new.

-- On Citus the guards below need this setting; elsewhere it is an unknown name in a custom class, and harmless.
set local citus.enable_unsafe_triggers = on;


-- 1. Periods --------------------------------------------------------------------------------------------------------

alter table ledger.transactions
  add column meant_for date check (meant_for between '1900-01-01' and '2999-12-31'),
  add constraint transactions_meant_for_earlier_day check (meant_for < effective_on);
comment on column ledger.transactions.meant_for is 'The day in a closed period that it is about, where it was recorded on a later one instead; the day that it claims.';

-- Every group moves the head, in the statement that writes its lines. So this row can refuse what the decision missed,
-- as that of an account refuses an overdraft: without a trigger, and without looking at another table.
alter table ledger.heads
  add column closed_periods text[],
  add column touched_periods text[],
  add constraint heads_touches_no_closed_period check (not (touched_periods && closed_periods));
comment on column ledger.heads.closed_periods is 'The months (YYYY-MM) that are closed, ascending, as the period events say; null before the first of them.';
comment on column ledger.heads.touched_periods is 'The months in which the lines of the last group are effective.';

create table ledger.periods (
  book_id  text   not null,
  period   text   not null check (period ~ '^(19|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])$'),
  version  bigint not null,
  position bigint not null,
  status   text   not null check (status in ('closed', 'open')),
  primary key (book_id, period),
  foreign key (book_id, position) references ledger.events
);
comment on table ledger.periods is 'Every month that was ever closed, as its last period-closed or period-reopened event says.';


-- 2. Snapshots ------------------------------------------------------------------------------------------------------

create table ledger.snapshots (
  book_id   text   not null,
  position  bigint not null,
  known_at  bigint not null check (known_at >= 1),
  as_of     date   not null,
  resource  text,
  policy_id text,
  entities  json,
  name      text,
  balances  bigint not null check (balances >= 0),
  digest    bytea  not null check (length(digest) = 32),
  primary key (book_id, position),
  foreign key (book_id, position) references ledger.events,
  foreign key (book_id, known_at) references ledger.events,
  check (known_at < position)
);
comment on table ledger.snapshots is 'Every snapshot, each the content of one snapshot-taken event: what it is of, and the digest of its balances.';


-- 3. Privileges and guards ------------------------------------------------------------------------------------------

grant select, insert, update on ledger.periods to daybook_service;
grant select, insert on ledger.snapshots to daybook_service;

create trigger snapshots_not_changed before update or delete on ledger.snapshots
  for each row execute function ledger.refuse_change();
create trigger snapshots_not_truncated before truncate on ledger.snapshots
  for each statement execute function ledger.refuse_change();
