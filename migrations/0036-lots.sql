-- Lots: what is earned may have a last day; and what the rules of a policy post says by which rule, and for which days.
--
-- Why: leave that is carried into a year lapses in it, time off in lieu after some months. Which lot a day of leave draws is
-- worked out from the transactions, and stored nowhere. A carry-over that keeps everything records no transaction: what it
-- kept, and until when, stands in a table of its own, written with its event.
-- Locks: `transactions` exclusively, while the one check that it gets reads it once: about a second for ten million
-- transactions. Everything else is new.

-- On Citus the guards below need this setting; elsewhere it is an unknown name in a custom class, and harmless.
set local citus.enable_unsafe_triggers = on;


-- 1. What a transaction may say besides -----------------------------------------------------------------------------

-- One check, which most rows pass at its first condition.
alter table ledger.transactions
  add column valid_until date,
  add column carried_in boolean,
  add column rule text,
  add column period_from date,
  add column period_to date,
  add constraint transactions_earned_fits check (
    num_nonnulls(valid_until, carried_in, rule, period_from, period_to) = 0
    or (
      (valid_until is null
       or type = 'accrual' and valid_until between coalesce(meant_for, effective_on) and '2999-12-31')
      and (carried_in is null or carried_in and type = 'accrual')
      and num_nonnulls(rule, period_from, period_to) in (0, 3)
      and (rule is null
           or type in ('accrual', 'adjustment')
              and rule in ('accrual', 'carry-over', 'lapse', 'cap', 'encashment', 'correction', 'settlement')
              and period_from between '1900-01-01' and period_to
              and period_to <= '2999-12-31')));
comment on column ledger.transactions.valid_until is 'Of an accrual: the last day on which what is left of it may be taken; null: it does not lapse by itself.';
comment on column ledger.transactions.carried_in is 'True of an accrual that counts as carried into its leave year; null otherwise.';
comment on column ledger.transactions.rule is 'By which rule of its policy it was posted; null: somebody recorded it.';
comment on column ledger.transactions.period_from is 'First of the days that a posting is about; period_to: the last of them.';


-- 2. What carry-overs kept ------------------------------------------------------------------------------------------

create table ledger.carry_overs (
  book_id       text    not null,
  position      bigint  not null,
  entity_id     text    not null,
  policy_id     text    not null,
  on_day        date    not null check (on_day between '1900-01-01' and '2999-12-31'),
  earned_before date    not null check (earned_before >= '1900-01-01'),
  kept          numeric not null check (kept >= 0 and kept < 1e18 and scale(kept) <= 8),
  valid_until   date check (valid_until <= '2999-12-31'),
  never_lapses  numeric not null check (never_lapses >= 0 and never_lapses < 1e18 and scale(never_lapses) <= 8),
  foreign key (book_id, position) references ledger.events,
  check (earned_before <= on_day and on_day <= valid_until)
);
comment on table ledger.carry_overs is 'What each carry-over of an account kept; as its event says, which may have no transaction.';
comment on column ledger.carry_overs.earned_before is 'Lots without a last day are concerned that were earned before this day.';
comment on column ledger.carry_overs.valid_until is 'The last day on which what was kept may be taken; null: for ever.';
comment on column ledger.carry_overs.never_lapses is 'How much of what was kept has no last day.';

create index carry_overs_of_account on ledger.carry_overs (book_id, entity_id, policy_id, position);
-- After the one above, for the reason given in 0001 with the one of events.
alter table ledger.carry_overs add primary key (book_id, position);

grant select, insert on ledger.carry_overs to daybook_service;

create trigger carry_overs_not_changed before update or delete on ledger.carry_overs
  for each row execute function ledger.refuse_change();
create trigger carry_overs_not_truncated before truncate on ledger.carry_overs
  for each statement execute function ledger.refuse_change();
