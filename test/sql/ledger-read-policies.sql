-- What src/ledger/read/policies.ts asks. Refreshed by: npm test -- test/sql/queries.test.ts --update

-- NEWEST_POLICIES (list-policies)
select h.position as head, r.*
from ledger.heads as h
left join lateral (select v.*, e.*
  from (select policy_id, version, position, effective_from, resource, unit, scale, day_exclusive, overdraft_limit, name, requests, retired_from, kind_visible_to, earning
    from ledger.policy_versions as versions
    where book_id = $1
    and version = (select max(newer.version) as version
      from ledger.policy_versions as newer
      where newer.book_id = $1
      and newer.policy_id = versions.policy_id)
    order by policy_id, version
    limit $2) as v
  cross join lateral (select recorded_at, encode(hash, 'hex') as hash
    from ledger.events
    where book_id = $1
    and position = v.position
    limit 1) as e) as r on true
where h.book_id = $1
order by r.policy_id, r.version;

-- … with after
select h.position as head, r.*
from ledger.heads as h
left join lateral (select v.*, e.*
  from (select policy_id, version, position, effective_from, resource, unit, scale, day_exclusive, overdraft_limit, name, requests, retired_from, kind_visible_to, earning
    from ledger.policy_versions as versions
    where book_id = $1
    and version = (select max(newer.version) as version
      from ledger.policy_versions as newer
      where newer.book_id = $1
      and newer.policy_id = versions.policy_id)
    and policy_id > $2
    order by policy_id, version
    limit $3) as v
  cross join lateral (select recorded_at, encode(hash, 'hex') as hash
    from ledger.events
    where book_id = $1
    and position = v.position
    limit 1) as e) as r on true
where h.book_id = $1
order by r.policy_id, r.version;

-- NEWEST_POLICY (read-policy)
select h.position as head, r.*
from ledger.heads as h
left join lateral (select v.*, e.*
  from (select policy_id, version, position, effective_from, resource, unit, scale, day_exclusive, overdraft_limit, name, requests, retired_from, kind_visible_to, earning
    from ledger.policy_versions as versions
    where book_id = $1
    and version = (select max(newer.version) as version
      from ledger.policy_versions as newer
      where newer.book_id = $1
      and newer.policy_id = versions.policy_id)
    and policy_id = $2
    order by policy_id, version
    limit 1) as v
  cross join lateral (select recorded_at, encode(hash, 'hex') as hash
    from ledger.events
    where book_id = $1
    and position = v.position
    limit 1) as e) as r on true
where h.book_id = $1
order by r.policy_id, r.version;

-- POLICY_VERSIONS (list-policy-versions)
select h.position as head, r.*
from ledger.heads as h
left join lateral (select v.*, e.*
  from (select policy_id, version, position, effective_from, resource, unit, scale, day_exclusive, overdraft_limit, name, requests, retired_from, kind_visible_to, earning
    from ledger.policy_versions as versions
    where book_id = $1
    and policy_id = $2
    order by policy_id, version
    limit $3) as v
  cross join lateral (select recorded_at, encode(hash, 'hex') as hash
    from ledger.events
    where book_id = $1
    and position = v.position
    limit 1) as e) as r on true
where h.book_id = $1
order by r.policy_id, r.version;

-- … with after
select h.position as head, r.*
from ledger.heads as h
left join lateral (select v.*, e.*
  from (select policy_id, version, position, effective_from, resource, unit, scale, day_exclusive, overdraft_limit, name, requests, retired_from, kind_visible_to, earning
    from ledger.policy_versions as versions
    where book_id = $1
    and policy_id = $2
    and version > $3
    order by policy_id, version
    limit $4) as v
  cross join lateral (select recorded_at, encode(hash, 'hex') as hash
    from ledger.events
    where book_id = $1
    and position = v.position
    limit 1) as e) as r on true
where h.book_id = $1
order by r.policy_id, r.version;
