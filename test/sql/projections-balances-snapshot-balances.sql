-- What projections/balances/snapshot-balances.ts asks. Refreshed by: npm test -- test/sql/queries.test.ts --update

-- SNAPSHOT_ACCOUNTS (balances-page-1)
 select h.position as head, b.time_zone, a.*, e.earned_through, n.*, (select state = 'active'
  from projections.builds
  where projection = 'balances'
  and build = 1) as is_active, case when row_number() over (partition by a.policy_id
  order by a.entity_id) = 1 then ( select json_agg(json_build_object( 'policy', policy_id, 'version', version, 'effectiveFrom', effective_from, 'position', position, 'resource', resource, 'unit', unit, 'scale', scale, 'dayExclusive', day_exclusive, 'name', name, 'overdraftLimit', trim_scale(overdraft_limit)::text, 'terms', earning)
    order by version)
  from ledger.policy_versions
  where book_id = $1
  and policy_id = a.policy_id ) end as policy
from ledger.heads h join ledger.books b on b.book_id = h.book_id
left join lateral (select entity_id, policy_id, resource, version, last_position, scale, kept_from, opening, days, has_lots
  from ledger.accounts
  where book_id = $1
  order by entity_id, policy_id
  limit $2) as a on true
left join earning.books r on r.book_id = h.book_id
left join lateral ( select case when r.through > m.through
  and (m.next_due is null
    or m.next_due > r.through) then r.through else m.through end as earned_through
  from earning.accounts m
  where m.book_id = h.book_id
  and m.entity_id = a.entity_id
  and m.policy_id = a.policy_id
  limit 1) as e on true
left join lateral ( select p.position as applied, s.month_end as base_end, s.sums as base_sums, s.days as base_days, s.transaction_count as base_count, t.lines as tail, l.whole_lowest, l.whole_closing, l.months, l.last_count
  from projections.checkpoints p
  cross join lateral ( select json_agg(json_build_array(effective_on, component, amount::text)) as lines, min(effective_on) filter (where effective_on > $3::date) as first_later
    from ( select policy_id, effective_on, component, amount
      from ledger.transactions
      where book_id = $1
      and (entity_id, position) > (a.entity_id, least(p.position, least($4, h.position)))
      and (entity_id, position) <= (a.entity_id, greatest(p.position, least($4, h.position)))
      order by entity_id, position, line ) as of_entity
    where policy_id = a.policy_id ) as t
  left join lateral ( select month_end, json_build_array(accrued::text, consumed::text, pending::text, adjusted::text) as sums, days, transaction_count
    from projections."balance_snapshots_1"
    where book_id = $1
    and entity_id = a.entity_id
    and policy_id = a.policy_id
    and month_end <= $5::date
    order by month_end desc
    limit 1) as s on true
  cross join lateral ( select min(lowest) filter (where is_whole) as whole_lowest, (array_agg(balance
        order by month_end desc) filter (where is_whole))[1] as whole_closing, json_agg(json_build_array(month_end, days)
      order by month_end) filter (where not is_whole) as months, max(transaction_count) as last_count
    from ( select month_end, lowest, days, transaction_count, accrued + consumed + pending + adjusted as balance, month_end < least(t.first_later, f.first_change, 'infinity') as is_whole
      from projections."balance_snapshots_1"
      cross join ( select case when count(distinct coalesce(overdraft_limit, -1)) > 1 then min(effective_from) filter (where effective_from > $3::date) end as first_change
        from ledger.policy_versions
        where book_id = $1
        and policy_id = a.policy_id
        and position <= least($4, h.position)) as f
      where book_id = $1
      and entity_id = a.entity_id
      and policy_id = a.policy_id
      and month_end > $5::date ) as m ) as l
  where p.book_id = $1
  and p.projection = 'balances'
  and p.build = 1
  and (a.kept_from > $3::date
    or a.last_position > least($4, h.position))
  and least($4, h.position) * 2 >= p.position
  and ( select true
    from projections.withheld
    where book_id = $1
    and projection = 'balances'
    and build = 1
    and entity_id = a.entity_id
    limit 1) is null ) as n on true
where h.book_id = $1
order by a.entity_id, a.policy_id;

-- … with entity, policy, resource, afterEntity, afterPolicy
 select h.position as head, b.time_zone, a.*, e.earned_through, n.*, (select state = 'active'
  from projections.builds
  where projection = 'balances'
  and build = 1) as is_active, case when row_number() over (partition by a.policy_id
  order by a.entity_id) = 1 then ( select json_agg(json_build_object( 'policy', policy_id, 'version', version, 'effectiveFrom', effective_from, 'position', position, 'resource', resource, 'unit', unit, 'scale', scale, 'dayExclusive', day_exclusive, 'name', name, 'overdraftLimit', trim_scale(overdraft_limit)::text, 'terms', earning)
    order by version)
  from ledger.policy_versions
  where book_id = $1
  and policy_id = a.policy_id ) end as policy
from ledger.heads h join ledger.books b on b.book_id = h.book_id
left join lateral (select entity_id, policy_id, resource, version, last_position, scale, kept_from, opening, days, has_lots
  from ledger.accounts
  where (book_id = $1
    and entity_id = $2
    and policy_id = $3
    and resource = $4)
  and (entity_id, policy_id) > ($5, $6)
  order by entity_id, policy_id
  limit $7) as a on true
left join earning.books r on r.book_id = h.book_id
left join lateral ( select case when r.through > m.through
  and (m.next_due is null
    or m.next_due > r.through) then r.through else m.through end as earned_through
  from earning.accounts m
  where m.book_id = h.book_id
  and m.entity_id = a.entity_id
  and m.policy_id = a.policy_id
  limit 1) as e on true
left join lateral ( select p.position as applied, s.month_end as base_end, s.sums as base_sums, s.days as base_days, s.transaction_count as base_count, t.lines as tail, l.whole_lowest, l.whole_closing, l.months, l.last_count
  from projections.checkpoints p
  cross join lateral ( select json_agg(json_build_array(effective_on, component, amount::text)) as lines, min(effective_on) filter (where effective_on > $8::date) as first_later
    from ( select policy_id, effective_on, component, amount
      from ledger.transactions
      where book_id = $1
      and (entity_id, position) > (a.entity_id, least(p.position, least($9, h.position)))
      and (entity_id, position) <= (a.entity_id, greatest(p.position, least($9, h.position)))
      order by entity_id, position, line ) as of_entity
    where policy_id = a.policy_id ) as t
  left join lateral ( select month_end, json_build_array(accrued::text, consumed::text, pending::text, adjusted::text) as sums, days, transaction_count
    from projections."balance_snapshots_1"
    where book_id = $1
    and entity_id = a.entity_id
    and policy_id = a.policy_id
    and month_end <= $10::date
    order by month_end desc
    limit 1) as s on true
  cross join lateral ( select min(lowest) filter (where is_whole) as whole_lowest, (array_agg(balance
        order by month_end desc) filter (where is_whole))[1] as whole_closing, json_agg(json_build_array(month_end, days)
      order by month_end) filter (where not is_whole) as months, max(transaction_count) as last_count
    from ( select month_end, lowest, days, transaction_count, accrued + consumed + pending + adjusted as balance, month_end < least(t.first_later, f.first_change, 'infinity') as is_whole
      from projections."balance_snapshots_1"
      cross join ( select case when count(distinct coalesce(overdraft_limit, -1)) > 1 then min(effective_from) filter (where effective_from > $8::date) end as first_change
        from ledger.policy_versions
        where book_id = $1
        and policy_id = a.policy_id
        and position <= least($9, h.position)) as f
      where book_id = $1
      and entity_id = a.entity_id
      and policy_id = a.policy_id
      and month_end > $10::date ) as m ) as l
  where p.book_id = $1
  and p.projection = 'balances'
  and p.build = 1
  and (a.kept_from > $8::date
    or a.last_position > least($9, h.position))
  and least($9, h.position) * 2 >= p.position
  and ( select true
    from projections.withheld
    where book_id = $1
    and projection = 'balances'
    and build = 1
    and entity_id = a.entity_id
    limit 1) is null ) as n on true
where h.book_id = $1
order by a.entity_id, a.policy_id;

-- … within reach
 select h.position as head, b.time_zone, a.*, e.earned_through, n.*, (select state = 'active'
  from projections.builds
  where projection = 'balances'
  and build = 1) as is_active, case when row_number() over (partition by a.policy_id
  order by a.entity_id) = 1 then ( select json_agg(json_build_object( 'policy', policy_id, 'version', version, 'effectiveFrom', effective_from, 'position', position, 'resource', resource, 'unit', unit, 'scale', scale, 'dayExclusive', day_exclusive, 'name', name, 'overdraftLimit', trim_scale(overdraft_limit)::text, 'terms', earning)
    order by version)
  from ledger.policy_versions
  where book_id = $1
  and policy_id = a.policy_id ) end as policy
from ledger.heads h join ledger.books b on b.book_id = h.book_id
left join lateral (select entity_id, policy_id, resource, version, last_position, scale, kept_from, opening, days, has_lots
  from ledger.accounts
  where (book_id = $1
    and entity_id = $2
    and policy_id = $3
    and resource = $4)
  and (entity_id, policy_id) > ($5, $6)
  and entity_id = any($7::text[])
  order by entity_id, policy_id
  limit $8) as a on true
left join earning.books r on r.book_id = h.book_id
left join lateral ( select case when r.through > m.through
  and (m.next_due is null
    or m.next_due > r.through) then r.through else m.through end as earned_through
  from earning.accounts m
  where m.book_id = h.book_id
  and m.entity_id = a.entity_id
  and m.policy_id = a.policy_id
  limit 1) as e on true
left join lateral ( select p.position as applied, s.month_end as base_end, s.sums as base_sums, s.days as base_days, s.transaction_count as base_count, t.lines as tail, l.whole_lowest, l.whole_closing, l.months, l.last_count
  from projections.checkpoints p
  cross join lateral ( select json_agg(json_build_array(effective_on, component, amount::text)) as lines, min(effective_on) filter (where effective_on > $9::date) as first_later
    from ( select policy_id, effective_on, component, amount
      from ledger.transactions
      where book_id = $1
      and (entity_id, position) > (a.entity_id, least(p.position, least($10, h.position)))
      and (entity_id, position) <= (a.entity_id, greatest(p.position, least($10, h.position)))
      order by entity_id, position, line ) as of_entity
    where policy_id = a.policy_id ) as t
  left join lateral ( select month_end, json_build_array(accrued::text, consumed::text, pending::text, adjusted::text) as sums, days, transaction_count
    from projections."balance_snapshots_1"
    where book_id = $1
    and entity_id = a.entity_id
    and policy_id = a.policy_id
    and month_end <= $11::date
    order by month_end desc
    limit 1) as s on true
  cross join lateral ( select min(lowest) filter (where is_whole) as whole_lowest, (array_agg(balance
        order by month_end desc) filter (where is_whole))[1] as whole_closing, json_agg(json_build_array(month_end, days)
      order by month_end) filter (where not is_whole) as months, max(transaction_count) as last_count
    from ( select month_end, lowest, days, transaction_count, accrued + consumed + pending + adjusted as balance, month_end < least(t.first_later, f.first_change, 'infinity') as is_whole
      from projections."balance_snapshots_1"
      cross join ( select case when count(distinct coalesce(overdraft_limit, -1)) > 1 then min(effective_from) filter (where effective_from > $9::date) end as first_change
        from ledger.policy_versions
        where book_id = $1
        and policy_id = a.policy_id
        and position <= least($10, h.position)) as f
      where book_id = $1
      and entity_id = a.entity_id
      and policy_id = a.policy_id
      and month_end > $11::date ) as m ) as l
  where p.book_id = $1
  and p.projection = 'balances'
  and p.build = 1
  and (a.kept_from > $9::date
    or a.last_position > least($10, h.position))
  and least($10, h.position) * 2 >= p.position
  and ( select true
    from projections.withheld
    where book_id = $1
    and projection = 'balances'
    and build = 1
    and entity_id = a.entity_id
    limit 1) is null ) as n on true
where h.book_id = $1
order by a.entity_id, a.policy_id;

-- … where kinds are hidden
 select h.position as head, b.time_zone, a.*, e.earned_through, n.*, (select state = 'active'
  from projections.builds
  where projection = 'balances'
  and build = 1) as is_active, case when row_number() over (partition by a.policy_id
  order by a.entity_id) = 1 then ( select json_agg(json_build_object( 'policy', policy_id, 'version', version, 'effectiveFrom', effective_from, 'position', position, 'resource', resource, 'unit', unit, 'scale', scale, 'dayExclusive', day_exclusive, 'name', name, 'overdraftLimit', trim_scale(overdraft_limit)::text, 'terms', earning)
    order by version)
  from ledger.policy_versions
  where book_id = $1
  and policy_id = a.policy_id ) end as policy
from ledger.heads h join ledger.books b on b.book_id = h.book_id
left join lateral (select entity_id, policy_id, resource, version, last_position, scale, kept_from, opening, days, has_lots
  from ledger.accounts
  where (book_id = $1
    and entity_id = $2
    and policy_id = $3
    and resource = $4)
  and (entity_id, policy_id) > ($5, $6)
  and entity_id = any($7::text[])
  and (not resource = any($8::text[])
    or entity_id = any($9::text[]))
  order by entity_id, policy_id
  limit $10) as a on true
left join earning.books r on r.book_id = h.book_id
left join lateral ( select case when r.through > m.through
  and (m.next_due is null
    or m.next_due > r.through) then r.through else m.through end as earned_through
  from earning.accounts m
  where m.book_id = h.book_id
  and m.entity_id = a.entity_id
  and m.policy_id = a.policy_id
  limit 1) as e on true
left join lateral ( select p.position as applied, s.month_end as base_end, s.sums as base_sums, s.days as base_days, s.transaction_count as base_count, t.lines as tail, l.whole_lowest, l.whole_closing, l.months, l.last_count
  from projections.checkpoints p
  cross join lateral ( select json_agg(json_build_array(effective_on, component, amount::text)) as lines, min(effective_on) filter (where effective_on > $11::date) as first_later
    from ( select policy_id, effective_on, component, amount
      from ledger.transactions
      where book_id = $1
      and (entity_id, position) > (a.entity_id, least(p.position, least($12, h.position)))
      and (entity_id, position) <= (a.entity_id, greatest(p.position, least($12, h.position)))
      order by entity_id, position, line ) as of_entity
    where policy_id = a.policy_id ) as t
  left join lateral ( select month_end, json_build_array(accrued::text, consumed::text, pending::text, adjusted::text) as sums, days, transaction_count
    from projections."balance_snapshots_1"
    where book_id = $1
    and entity_id = a.entity_id
    and policy_id = a.policy_id
    and month_end <= $13::date
    order by month_end desc
    limit 1) as s on true
  cross join lateral ( select min(lowest) filter (where is_whole) as whole_lowest, (array_agg(balance
        order by month_end desc) filter (where is_whole))[1] as whole_closing, json_agg(json_build_array(month_end, days)
      order by month_end) filter (where not is_whole) as months, max(transaction_count) as last_count
    from ( select month_end, lowest, days, transaction_count, accrued + consumed + pending + adjusted as balance, month_end < least(t.first_later, f.first_change, 'infinity') as is_whole
      from projections."balance_snapshots_1"
      cross join ( select case when count(distinct coalesce(overdraft_limit, -1)) > 1 then min(effective_from) filter (where effective_from > $11::date) end as first_change
        from ledger.policy_versions
        where book_id = $1
        and policy_id = a.policy_id
        and position <= least($12, h.position)) as f
      where book_id = $1
      and entity_id = a.entity_id
      and policy_id = a.policy_id
      and month_end > $13::date ) as m ) as l
  where p.book_id = $1
  and p.projection = 'balances'
  and p.build = 1
  and (a.kept_from > $11::date
    or a.last_position > least($12, h.position))
  and least($12, h.position) * 2 >= p.position
  and ( select true
    from projections.withheld
    where book_id = $1
    and projection = 'balances'
    and build = 1
    and entity_id = a.entity_id
    limit 1) is null ) as n on true
where h.book_id = $1
order by a.entity_id, a.policy_id;

-- SNAPSHOT_ONES (balances-one-1)
 select k.ordinal::integer, h.position as head, h.definitions, b.time_zone, (select state = 'active'
  from projections.builds
  where projection = 'balances'
  and build = 1) as is_active, a.*, e.earned_through, n.*
from ledger.heads h join ledger.books b on b.book_id = $1
cross join unnest($2::text[], $3::text[], $4::date[], $5::date[]) with ordinality as k(entity, policy, as_of, month_end, ordinal)
left join lateral ( select entity_id, policy_id, resource, version, last_position, scale, kept_from, opening, days, has_lots
  from ledger.accounts
  where book_id = $1
  and entity_id = k.entity
  and policy_id = k.policy
  limit 1) as a on true
left join earning.books r on r.book_id = h.book_id
left join lateral ( select case when r.through > m.through
  and (m.next_due is null
    or m.next_due > r.through) then r.through else m.through end as earned_through
  from earning.accounts m
  where m.book_id = h.book_id
  and m.entity_id = a.entity_id
  and m.policy_id = a.policy_id
  limit 1) as e on true
left join lateral ( select p.position as applied, s.month_end as base_end, s.sums as base_sums, s.days as base_days, s.transaction_count as base_count, t.lines as tail, l.whole_lowest, l.whole_closing, l.months, l.last_count
  from projections.checkpoints p
  cross join lateral ( select json_agg(json_build_array(effective_on, component, amount::text)) as lines, min(effective_on) filter (where effective_on > k.as_of) as first_later
    from ( select policy_id, effective_on, component, amount
      from ledger.transactions
      where book_id = $1
      and (entity_id, position) > (k.entity, least(p.position, h.position))
      and (entity_id, position) <= (k.entity, greatest(p.position, h.position))
      order by entity_id, position, line ) as of_entity
    where policy_id = k.policy ) as t
  left join lateral ( select month_end, json_build_array(accrued::text, consumed::text, pending::text, adjusted::text) as sums, days, transaction_count
    from projections."balance_snapshots_1"
    where book_id = $1
    and entity_id = k.entity
    and policy_id = k.policy
    and month_end <= k.month_end
    order by month_end desc
    limit 1) as s on true
  cross join lateral ( select min(lowest) filter (where is_whole) as whole_lowest, (array_agg(balance
        order by month_end desc) filter (where is_whole))[1] as whole_closing, json_agg(json_build_array(month_end, days)
      order by month_end) filter (where not is_whole) as months, max(transaction_count) as last_count
    from ( select month_end, lowest, days, transaction_count, accrued + consumed + pending + adjusted as balance, month_end < least(t.first_later, f.first_change, 'infinity') as is_whole
      from projections."balance_snapshots_1"
      cross join ( select case when count(distinct coalesce(overdraft_limit, -1)) > 1 then min(effective_from) filter (where effective_from > k.as_of) end as first_change
        from ledger.policy_versions
        where book_id = $1
        and policy_id = k.policy
        and position <= h.position) as f
      where book_id = $1
      and entity_id = k.entity
      and policy_id = k.policy
      and month_end > k.month_end ) as m ) as l
  where p.book_id = $1
  and p.projection = 'balances'
  and p.build = 1
  and a.kept_from > k.as_of
  and h.position * 2 >= p.position
  and ( select true
    from projections.withheld
    where book_id = $1
    and projection = 'balances'
    and build = 1
    and entity_id = k.entity
    limit 1) is null ) as n on true
where h.book_id = $1;
