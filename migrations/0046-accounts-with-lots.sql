-- Which accounts are looked at lot by lot: something on them has a last day, was taken away by a rule, or paid out.
--
-- Why: a lot counts only up to its last day, whether or not it was posted that it is over. Of an account without such lots
-- its row says all; of the others everything is read, and only of them.
-- Locks: `accounts` exclusively, while it gets the column and the few rows that are marked are written.

alter table ledger.accounts add column has_lots boolean not null default false;
comment on column ledger.accounts.has_lots is 'Whether something on it has a last day, was taken away by a rule, or paid out: then its lots say what may be taken.';

update ledger.accounts a
   set has_lots = true
 where exists (
         select
           from ledger.transactions t
          where t.book_id = a.book_id
            and t.entity_id = a.entity_id
            and t.policy_id = a.policy_id
            and (t.valid_until is not null
                 or t.rule in ('lapse', 'carry-over', 'cap', 'encashment', 'settlement')))
    or exists (
         select
           from ledger.carry_overs c
          where c.book_id = a.book_id
            and c.entity_id = a.entity_id
            and c.policy_id = a.policy_id
            and c.valid_until is not null);

-- Whoever writes an account says it.
alter table ledger.accounts alter column has_lots drop default;
