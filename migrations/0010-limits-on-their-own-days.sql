-- A limit holds on its own days: an account is held to what it has on its tightest day, by the limit of that day.
--
-- Why: `lowest` was the lowest balance of all kept days, and `floor` the lowest limit of the last command's days. Where a
-- policy's limit has changed, a balance that a wider limit allows on its days is not to be held against the others, and one
-- before a tighter limit has to be. So both are now of one and the same day: of the kept days, and the days after the first
-- of them from which another limit holds, the one whose balance is the least above its own limit. Where a policy has had one
-- limit, that is what they were.
--
-- Accounts that are below the limit of a day stay where they are: their floor is as low as they are, or were before their
-- last event, as `allowNegative` leaves it.
-- Locks: the rows of accounts whose policy has had more than one limit. Time: as long as it takes to sum their transactions,
-- about a second for a hundred thousand.

with changed as (
  select k.book_id, k.entity_id, k.policy_id, k.kept_from, k.last_position
    from ledger.accounts k
   cross join lateral (
           select count(distinct coalesce(overdraft_limit, -1)) as limits
             from ledger.policy_versions
            where book_id = k.book_id
              and policy_id = k.policy_id
              and position < k.last_position) as b
   where b.limits > 1
), tightest as (
  select k.book_id, k.entity_id, k.policy_id, h.*
    from changed k
   cross join lateral (
           select coalesce((array_agg(balance order by balance - floor, day) filter (where floor is not null))[1],
                           min(balance)) as lowest,
                  (array_agg(floor order by balance - floor, day) filter (where floor is not null))[1] as floor,
                  least(min(before - floor), 0) as before,
                  least(min(balance - floor), 0) as after
             from (
                    select greatest(d.effective_on, s.from_day) as day, d.balance, d.before, s.floor
                      from (
                             select effective_on,
                                    lead(effective_on, 1, 'infinity') over by_day as next_on,
                                    sum(sum(amount)) over by_day as balance,
                                    coalesce(sum(sum(amount) filter (where position < k.last_position)) over by_day, 0)
                                      as before
                               from ledger.transactions
                              where book_id = k.book_id
                                and entity_id = k.entity_id
                                and policy_id = k.policy_id
                              group by effective_on
                             window by_day as (order by effective_on)
                           ) as d
                      join (
                             select case when row_number() over by_day = 1 then '-infinity' else effective_from end
                                      as from_day,
                                    lead(effective_from, 1, 'infinity') over by_day as until_day,
                                    -overdraft_limit as floor
                               from (
                                      select distinct on (effective_from) effective_from, overdraft_limit
                                        from ledger.policy_versions
                                       where book_id = k.book_id
                                         and policy_id = k.policy_id
                                         and position < k.last_position
                                       order by effective_from, version desc
                                    ) as versions
                             window by_day as (order by effective_from)
                           ) as s on s.from_day < d.next_on and s.until_day > d.effective_on
                     where k.kept_from is null
                        or d.effective_on >= k.kept_from
                  ) as held
         ) as h
)
update ledger.accounts a
   set lowest = t.lowest,
       floor = case when t.lowest >= t.floor then t.floor else t.floor + least(t.before, t.after) end
  from tightest t
 where a.book_id = t.book_id
   and a.entity_id = t.entity_id
   and a.policy_id = t.policy_id;

comment on column ledger.accounts.lowest is 'Balance of the tightest kept day, or day from which another limit holds: the one that is the least above its own limit; the lowest balance, where no day has one.';
comment on column ledger.accounts.floor is 'Minus the limit of that day; lower where allowNegative, or a limit that was tightened, has brought a day below its own; null: no day has one.';
