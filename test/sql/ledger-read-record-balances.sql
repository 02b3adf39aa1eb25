-- What src/ledger/read/record-balances.ts asks. Refreshed by: npm test -- test/sql/queries.test.ts --update

-- RECORD_ACCOUNTS (read-account-page)
 select h.position as head, b.time_zone, a.*, e.earned_through, case when row_number() over (partition by a.policy_id
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
where h.book_id = $1
order by a.entity_id, a.policy_id;

-- … with entity, policy, resource, afterEntity, afterPolicy
 select h.position as head, b.time_zone, a.*, e.earned_through, case when row_number() over (partition by a.policy_id
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
where h.book_id = $1
order by a.entity_id, a.policy_id;

-- … within reach
 select h.position as head, b.time_zone, a.*, e.earned_through, case when row_number() over (partition by a.policy_id
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
where h.book_id = $1
order by a.entity_id, a.policy_id;

-- … where kinds are hidden
 select h.position as head, b.time_zone, a.*, e.earned_through, case when row_number() over (partition by a.policy_id
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
where h.book_id = $1
order by a.entity_id, a.policy_id;
