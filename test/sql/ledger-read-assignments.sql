-- What src/ledger/read/assignments.ts asks. Refreshed by: npm test -- test/sql/queries.test.ts --update

-- ASSIGNMENTS, planned each time
select h.position as head, r.*
from ledger.heads as h
left join lateral (select v.*, e.*
  from (select entity_id, assignment_id, version, position, effective_from, policy_id, resource, from_day, to_day, service_since, share, amounts, terms
    from ledger.assignments as versions
    where book_id = $1
    and version = (select max(newer.version) as version
      from ledger.assignments as newer
      where newer.book_id = $1
      and newer.entity_id = versions.entity_id
      and newer.assignment_id = versions.assignment_id)
    and 1 = 1
    order by entity_id, assignment_id, version
    limit $2) as v
  cross join lateral (select recorded_at, encode(hash, 'hex') as hash
    from ledger.events
    where book_id = $1
    and position = v.position
    limit 1) as e) as r on true
where h.book_id = $1
order by r.entity_id, r.assignment_id, r.version;

-- … with entity, policy, afterEntity, after
select h.position as head, r.*
from ledger.heads as h
left join lateral (select v.*, e.*
  from (select entity_id, assignment_id, version, position, effective_from, policy_id, resource, from_day, to_day, service_since, share, amounts, terms
    from ledger.assignments as versions
    where book_id = $1
    and version = (select max(newer.version) as version
      from ledger.assignments as newer
      where newer.book_id = $1
      and newer.entity_id = versions.entity_id
      and newer.assignment_id = versions.assignment_id)
    and (entity_id = $2
      and policy_id = $3)
    and (entity_id, assignment_id) > ($4, $5)
    order by entity_id, assignment_id, version
    limit $6) as v
  cross join lateral (select recorded_at, encode(hash, 'hex') as hash
    from ledger.events
    where book_id = $1
    and position = v.position
    limit 1) as e) as r on true
where h.book_id = $1
order by r.entity_id, r.assignment_id, r.version;

-- … within reach
select h.position as head, r.*
from ledger.heads as h
left join lateral (select v.*, e.*
  from (select entity_id, assignment_id, version, position, effective_from, policy_id, resource, from_day, to_day, service_since, share, amounts, terms
    from ledger.assignments as versions
    where book_id = $1
    and version = (select max(newer.version) as version
      from ledger.assignments as newer
      where newer.book_id = $1
      and newer.entity_id = versions.entity_id
      and newer.assignment_id = versions.assignment_id)
    and (entity_id = $2
      and policy_id = $3)
    and (entity_id, assignment_id) > ($4, $5)
    and entity_id = any($6::text[])
    order by entity_id, assignment_id, version
    limit $7) as v
  cross join lateral (select recorded_at, encode(hash, 'hex') as hash
    from ledger.events
    where book_id = $1
    and position = v.position
    limit 1) as e) as r on true
where h.book_id = $1
order by r.entity_id, r.assignment_id, r.version;

-- … where kinds are hidden
select h.position as head, r.*
from ledger.heads as h
left join lateral (select v.*, e.*
  from (select entity_id, assignment_id, version, position, effective_from, policy_id, resource, from_day, to_day, service_since, share, amounts, terms
    from ledger.assignments as versions
    where book_id = $1
    and version = (select max(newer.version) as version
      from ledger.assignments as newer
      where newer.book_id = $1
      and newer.entity_id = versions.entity_id
      and newer.assignment_id = versions.assignment_id)
    and (entity_id = $2
      and policy_id = $3)
    and (entity_id, assignment_id) > ($4, $5)
    and entity_id = any($6::text[])
    and (not resource = any($7::text[])
      or entity_id = any($8::text[]))
    order by entity_id, assignment_id, version
    limit $9) as v
  cross join lateral (select recorded_at, encode(hash, 'hex') as hash
    from ledger.events
    where book_id = $1
    and position = v.position
    limit 1) as e) as r on true
where h.book_id = $1
order by r.entity_id, r.assignment_id, r.version;

-- ASSIGNMENT (read-assignment)
select h.position as head, r.*
from ledger.heads as h
left join lateral (select v.*, e.*
  from (select entity_id, assignment_id, version, position, effective_from, policy_id, resource, from_day, to_day, service_since, share, amounts, terms
    from ledger.assignments as versions
    where book_id = $1
    and version = (select max(newer.version) as version
      from ledger.assignments as newer
      where newer.book_id = $1
      and newer.entity_id = versions.entity_id
      and newer.assignment_id = versions.assignment_id)
    and entity_id = $2
    and assignment_id = $3
    order by entity_id, assignment_id, version
    limit 1) as v
  cross join lateral (select recorded_at, encode(hash, 'hex') as hash
    from ledger.events
    where book_id = $1
    and position = v.position
    limit 1) as e) as r on true
where h.book_id = $1
order by r.entity_id, r.assignment_id, r.version;

-- … within reach
select h.position as head, r.*
from ledger.heads as h
left join lateral (select v.*, e.*
  from (select entity_id, assignment_id, version, position, effective_from, policy_id, resource, from_day, to_day, service_since, share, amounts, terms
    from ledger.assignments as versions
    where book_id = $1
    and version = (select max(newer.version) as version
      from ledger.assignments as newer
      where newer.book_id = $1
      and newer.entity_id = versions.entity_id
      and newer.assignment_id = versions.assignment_id)
    and entity_id = $2
    and assignment_id = $3
    and entity_id = any($4::text[])
    order by entity_id, assignment_id, version
    limit 1) as v
  cross join lateral (select recorded_at, encode(hash, 'hex') as hash
    from ledger.events
    where book_id = $1
    and position = v.position
    limit 1) as e) as r on true
where h.book_id = $1
order by r.entity_id, r.assignment_id, r.version;

-- … where kinds are hidden
select h.position as head, r.*
from ledger.heads as h
left join lateral (select v.*, e.*
  from (select entity_id, assignment_id, version, position, effective_from, policy_id, resource, from_day, to_day, service_since, share, amounts, terms
    from ledger.assignments as versions
    where book_id = $1
    and version = (select max(newer.version) as version
      from ledger.assignments as newer
      where newer.book_id = $1
      and newer.entity_id = versions.entity_id
      and newer.assignment_id = versions.assignment_id)
    and entity_id = $2
    and assignment_id = $3
    and entity_id = any($4::text[])
    and (not resource = any($5::text[])
      or entity_id = any($6::text[]))
    order by entity_id, assignment_id, version
    limit 1) as v
  cross join lateral (select recorded_at, encode(hash, 'hex') as hash
    from ledger.events
    where book_id = $1
    and position = v.position
    limit 1) as e) as r on true
where h.book_id = $1
order by r.entity_id, r.assignment_id, r.version;

-- ASSIGNMENT_VERSIONS (list-assignment-versions)
select h.position as head, r.*
from ledger.heads as h
left join lateral (select v.*, e.*
  from (select entity_id, assignment_id, version, position, effective_from, policy_id, resource, from_day, to_day, service_since, share, amounts, terms
    from ledger.assignments as versions
    where book_id = $1
    and entity_id = $2
    and assignment_id = $3
    order by entity_id, assignment_id, version
    limit $4) as v
  cross join lateral (select recorded_at, encode(hash, 'hex') as hash
    from ledger.events
    where book_id = $1
    and position = v.position
    limit 1) as e) as r on true
where h.book_id = $1
order by r.entity_id, r.assignment_id, r.version;

-- … with after
select h.position as head, r.*
from ledger.heads as h
left join lateral (select v.*, e.*
  from (select entity_id, assignment_id, version, position, effective_from, policy_id, resource, from_day, to_day, service_since, share, amounts, terms
    from ledger.assignments as versions
    where book_id = $1
    and entity_id = $2
    and assignment_id = $3
    and version > $4
    order by entity_id, assignment_id, version
    limit $5) as v
  cross join lateral (select recorded_at, encode(hash, 'hex') as hash
    from ledger.events
    where book_id = $1
    and position = v.position
    limit 1) as e) as r on true
where h.book_id = $1
order by r.entity_id, r.assignment_id, r.version;

-- … within reach
select h.position as head, r.*
from ledger.heads as h
left join lateral (select v.*, e.*
  from (select entity_id, assignment_id, version, position, effective_from, policy_id, resource, from_day, to_day, service_since, share, amounts, terms
    from ledger.assignments as versions
    where book_id = $1
    and entity_id = $2
    and assignment_id = $3
    and version > $4
    and entity_id = any($5::text[])
    order by entity_id, assignment_id, version
    limit $6) as v
  cross join lateral (select recorded_at, encode(hash, 'hex') as hash
    from ledger.events
    where book_id = $1
    and position = v.position
    limit 1) as e) as r on true
where h.book_id = $1
order by r.entity_id, r.assignment_id, r.version;

-- … where kinds are hidden
select h.position as head, r.*
from ledger.heads as h
left join lateral (select v.*, e.*
  from (select entity_id, assignment_id, version, position, effective_from, policy_id, resource, from_day, to_day, service_since, share, amounts, terms
    from ledger.assignments as versions
    where book_id = $1
    and entity_id = $2
    and assignment_id = $3
    and version > $4
    and entity_id = any($5::text[])
    and (not resource = any($6::text[])
      or entity_id = any($7::text[]))
    order by entity_id, assignment_id, version
    limit $8) as v
  cross join lateral (select recorded_at, encode(hash, 'hex') as hash
    from ledger.events
    where book_id = $1
    and position = v.position
    limit 1) as e) as r on true
where h.book_id = $1
order by r.entity_id, r.assignment_id, r.version;
