-- What src/ledger/read/delegations.ts asks. Refreshed by: npm test -- test/sql/queries.test.ts --update

-- DELEGATIONS, planned each time
select h.position as head, r.*
from ledger.heads as h
left join lateral (select v.*, e.*
  from (select entity_id, delegate_id, from_day, to_day, version, position
    from ledger.delegations
    where book_id = $1
    and entity_id = $2
    order by delegate_id
    limit $3) as v
  cross join lateral (select recorded_at, encode(hash, 'hex') as hash
    from ledger.events
    where book_id = $1
    and position = v.position
    limit 1) as e) as r on true
where h.book_id = $1
order by r.delegate_id;

-- … with after
select h.position as head, r.*
from ledger.heads as h
left join lateral (select v.*, e.*
  from (select entity_id, delegate_id, from_day, to_day, version, position
    from ledger.delegations
    where book_id = $1
    and entity_id = $2
    and delegate_id > $3
    order by delegate_id
    limit $4) as v
  cross join lateral (select recorded_at, encode(hash, 'hex') as hash
    from ledger.events
    where book_id = $1
    and position = v.position
    limit 1) as e) as r on true
where h.book_id = $1
order by r.delegate_id;

-- … within reach
select h.position as head, r.*
from ledger.heads as h
left join lateral (select v.*, e.*
  from (select entity_id, delegate_id, from_day, to_day, version, position
    from ledger.delegations
    where book_id = $1
    and entity_id = $2
    and delegate_id > $3
    and entity_id = any($4::text[])
    order by delegate_id
    limit $5) as v
  cross join lateral (select recorded_at, encode(hash, 'hex') as hash
    from ledger.events
    where book_id = $1
    and position = v.position
    limit 1) as e) as r on true
where h.book_id = $1
order by r.delegate_id;
