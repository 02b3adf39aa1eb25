-- What src/ledger/read/notices.ts asks. Refreshed by: npm test -- test/sql/queries.test.ts --update

-- NOTICES, planned each time
select h.position as head, r.*
from ledger.heads as h
left join lateral (select *
  from ( select data ->> 'entity' as entity_id, position, data ->> 'policy' as policy_id, data ->> 'resource' as resource, (data ->> 'year')::integer as year, (data ->> 'givenOn')::date as given_on, recorded_at, encode(hash, 'hex') as hash
    from ledger.events
    where book_id = $1
    and type = 'notice-given') as notices
  where 1 = 1
  order by entity_id, position
  limit $2) as r on true
where h.book_id = $1
order by r.entity_id, r.position;

-- … with entity, policy, year, afterEntity, after
select h.position as head, r.*
from ledger.heads as h
left join lateral (select *
  from ( select data ->> 'entity' as entity_id, position, data ->> 'policy' as policy_id, data ->> 'resource' as resource, (data ->> 'year')::integer as year, (data ->> 'givenOn')::date as given_on, recorded_at, encode(hash, 'hex') as hash
    from ledger.events
    where book_id = $1
    and type = 'notice-given') as notices
  where (entity_id = $2
    and policy_id = $3
    and year = $4)
  and (entity_id, position) > ($5, $6)
  order by entity_id, position
  limit $7) as r on true
where h.book_id = $1
order by r.entity_id, r.position;

-- … within reach
select h.position as head, r.*
from ledger.heads as h
left join lateral (select *
  from ( select data ->> 'entity' as entity_id, position, data ->> 'policy' as policy_id, data ->> 'resource' as resource, (data ->> 'year')::integer as year, (data ->> 'givenOn')::date as given_on, recorded_at, encode(hash, 'hex') as hash
    from ledger.events
    where book_id = $1
    and type = 'notice-given') as notices
  where (entity_id = $2
    and policy_id = $3
    and year = $4)
  and (entity_id, position) > ($5, $6)
  and entity_id = any($7::text[])
  order by entity_id, position
  limit $8) as r on true
where h.book_id = $1
order by r.entity_id, r.position;

-- … where kinds are hidden
select h.position as head, r.*
from ledger.heads as h
left join lateral (select *
  from ( select data ->> 'entity' as entity_id, position, data ->> 'policy' as policy_id, data ->> 'resource' as resource, (data ->> 'year')::integer as year, (data ->> 'givenOn')::date as given_on, recorded_at, encode(hash, 'hex') as hash
    from ledger.events
    where book_id = $1
    and type = 'notice-given') as notices
  where (entity_id = $2
    and policy_id = $3
    and year = $4)
  and (entity_id, position) > ($5, $6)
  and entity_id = any($7::text[])
  and (not resource = any($8::text[])
    or entity_id = any($9::text[]))
  order by entity_id, position
  limit $10) as r on true
where h.book_id = $1
order by r.entity_id, r.position;
