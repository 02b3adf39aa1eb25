-- Lines that count hours take hours of their day, and a line that counts days takes no more than the day has.
--
-- Why: a line of hours claimed the whole day or a half of it, whatever it took: five hours of a morning and eight of an
-- afternoon fitted into a day of nine, and two absences of two hours did not. What a claim takes of its day is now in its row:
-- days, where it has halves, or hours, where it has none. Hours are summed: of one day they are never more than 24, nor more
-- than the day had when the last of them was claimed.
-- Locks: `day_claims` exclusively, while the claims of hours are written anew and the checks read the table once: a second or
-- two for a million claims.

set local citus.enable_unsafe_triggers = on;

alter table ledger.day_claims
  add column taken numeric,
  add column most numeric,
  drop constraint day_claims_check;

-- Earlier rules claimed halves for hours.
update ledger.day_claims c
   set am = false, pm = false, taken = -t.amount
  from ledger.transactions t
 where t.book_id = c.book_id
   and t.position = c.position
   and t.line = c.line
   and exists (
         select
           from ledger.policy_versions p
          where p.book_id = t.book_id
            and p.policy_id = t.policy_id
            and p.unit = 'hour');

alter table ledger.day_claims
  add constraint day_claims_check check (
    case
      when am and pm then taken is null or taken <= 1
      when am or pm  then taken is null or taken <= 0.5
      else taken is not null and taken > 0
    end);
comment on column ledger.day_claims.taken is 'What it takes of its day: hours, where it has no half of it; else days, or null where it counts in something else, or earlier rules recorded it.';
comment on column ledger.day_claims.most is 'Hours that lines might take of the day together, when these were claimed; null: it takes none, or no more than there was before.';

create index day_claims_of_hours on ledger.day_claims (book_id, entity_id, resource, day)
  where not am and not pm and released_at_position is null;

-- What unique indexes are for halves, this is for hours, of which several claims may share a day. It is asked for claims of
-- hours alone.
create function ledger.refuse_more_hours() returns trigger language plpgsql as $$
begin
  if (select sum(taken)
        from ledger.day_claims
       where book_id = new.book_id
         and entity_id = new.entity_id
         and resource = new.resource
         and day = new.day
         and not am
         and not pm
         and released_at_position is null) > least(new.most, 24)
  then
    raise exception 'more hours are taken of % than the day has', new.day
      using errcode = 'check_violation', constraint = 'day_claims_within_hours', table = 'day_claims', schema = 'ledger';
  end if;
  return null;
end $$;

create trigger day_claims_within_hours after insert on ledger.day_claims
  for each row when (new.most is not null and new.released_at_position is null)
  execute function ledger.refuse_more_hours();
