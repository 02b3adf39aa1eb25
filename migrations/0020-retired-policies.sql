-- Policies that are retired; and rules that only the service kept so far: what a reversal may be, and what of a policy stays.
--
-- Why: whoever writes beside the service, or a fault in it, must not be able to give back what was never taken, before it was
-- taken, twice over or to somebody else; nor to let one account count days and then hours. The triggers look at rows that
-- are rare (reversals, versions of policies), so that other lines cost what they did. They decide nothing: the service has
-- decided before, and says why in plain words.
-- Locks: `policy_versions` and `transactions` exclusively, for milliseconds: no row is read. What is there stays as it is.

-- On Citus the triggers below need this setting; elsewhere it is an unknown name in a custom class, and harmless.
set local citus.enable_unsafe_triggers = on;

alter table ledger.policy_versions
  add column retired_from date check (retired_from between '1900-01-01' and '2999-12-31');
comment on column ledger.policy_versions.retired_from is 'From when on nothing is accrued or taken under it, until the version after it begins; null: it is not retired.';


-- 1. A policy counts one resource in one unit, and never more coarsely than before -------------------------------------

create function ledger.refuse_other_kind_of_policy() returns trigger language plpgsql as $$
declare
  before ledger.policy_versions;
begin
  select * into before
    from ledger.policy_versions
   where book_id = new.book_id
     and policy_id = new.policy_id
     and version = new.version - 1;
  if new.version > 1 and not found then
    raise exception 'version % of the policy % has none before it', new.version, new.policy_id
      using errcode = 'integrity_constraint_violation', constraint = 'policy_versions_of_one_kind';
  end if;
  if found and (new.resource <> before.resource or new.unit <> before.unit or new.scale < before.scale) then
    raise exception 'the policy % has another resource, another unit or a lower scale than before', new.policy_id
      using errcode = 'integrity_constraint_violation', constraint = 'policy_versions_of_one_kind';
  end if;
  return new;
end $$;

create trigger policy_versions_of_one_kind before insert on ledger.policy_versions
  for each row execute function ledger.refuse_other_kind_of_policy();


-- 2. A reversal undoes one line whole, not before it -------------------------------------------------------------------

-- After the statement, which may write an event, its lines and their reversals at once. An event that says that it was
-- decided by the first rules (it says nothing of rules) may have a reversal before its original: books are imported as they
-- were recorded.
create function ledger.refuse_misfit_reversal() returns trigger language plpgsql as $$
declare
  original ledger.transactions;
begin
  select * into original
    from ledger.transactions
   where book_id = new.book_id
     and position = new.reverses_position
     and line = new.reverses_line;
  if original.type = 'reversal' then
    raise exception 'a reversal is not reversed: %.%', new.reverses_position, new.reverses_line
      using errcode = 'integrity_constraint_violation', constraint = 'transactions_reversal_fits';
  end if;
  if (new.entity_id, new.policy_id, new.resource, new.component, new.amount, new.position > new.reverses_position)
     is distinct from
     (original.entity_id, original.policy_id, original.resource, original.component, -original.amount, true) then
    raise exception 'a reversal is the opposite of its original: %.%', new.reverses_position, new.reverses_line
      using errcode = 'integrity_constraint_violation', constraint = 'transactions_reversal_fits';
  end if;
  -- In two steps: a condition with a query in it costs every reversal half a millisecond, this one only those that need it.
  if new.effective_on < original.effective_on then
    if (select decision ->> 'rules'
          from ledger.events
         where book_id = new.book_id
           and position = new.position) is not null then
      raise exception 'a reversal takes effect before its original: %.%', new.reverses_position, new.reverses_line
        using errcode = 'integrity_constraint_violation', constraint = 'transactions_reversal_fits';
    end if;
  end if;
  return null;
end $$;

create trigger transactions_reversal_fits after insert on ledger.transactions
  for each row when (new.type = 'reversal') execute function ledger.refuse_misfit_reversal();
