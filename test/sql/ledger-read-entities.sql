-- What src/ledger/read/entities.ts asks. Refreshed by: npm test -- test/sql/queries.test.ts --update

-- ENTITIES, planned each time
select h.position as head, r.*
from ledger.heads as h
left join lateral (select v.*, e.*
  from (select n.entity_id, kind, department, manager, hired_on, left_on, calendar, name, email, personnel_number, metadata, version, position
    from ledger.entities as n
    left join ledger.profiles as p on p.book_id = n.book_id
    and p.entity_id = n.entity_id
    where n.book_id = $1
    order by n.entity_id
    limit $2) as v
  cross join lateral (select recorded_at, encode(hash, 'hex') as hash
    from ledger.events
    where book_id = $1
    and position = v.position
    limit 1) as e) as r on true
where h.book_id = $1
order by r.entity_id;

-- … with kind, department, manager, q, after
select h.position as head, r.*
from ledger.heads as h
left join lateral (select v.*, e.*
  from (select n.entity_id, kind, department, manager, hired_on, left_on, calendar, name, email, personnel_number, metadata, version, position
    from ledger.entities as n
    left join ledger.profiles as p on p.book_id = n.book_id
    and p.entity_id = n.entity_id
    where (n.book_id = $1
      and kind = $2
      and department = $3
      and manager = $4)
    and (strpos(lower(n.entity_id), lower($5)) > 0
      or strpos(lower(name), lower($5)) > 0
      or strpos(lower(email), lower($5)) > 0
      or strpos(lower(personnel_number), lower($5)) > 0)
    and n.entity_id > $6
    order by n.entity_id
    limit $7) as v
  cross join lateral (select recorded_at, encode(hash, 'hex') as hash
    from ledger.events
    where book_id = $1
    and position = v.position
    limit 1) as e) as r on true
where h.book_id = $1
order by r.entity_id;

-- … within reach
select h.position as head, r.*
from ledger.heads as h
left join lateral (select v.*, e.*
  from (select n.entity_id, kind, department, manager, hired_on, left_on, calendar, name, email, personnel_number, metadata, version, position
    from ledger.entities as n
    left join ledger.profiles as p on p.book_id = n.book_id
    and p.entity_id = n.entity_id
    where (n.book_id = $1
      and kind = $2
      and department = $3
      and manager = $4)
    and (strpos(lower(n.entity_id), lower($5)) > 0
      or strpos(lower(name), lower($5)) > 0
      or strpos(lower(email), lower($5)) > 0
      or strpos(lower(personnel_number), lower($5)) > 0)
    and n.entity_id > $6
    and n.entity_id = any($7::text[])
    order by n.entity_id
    limit $8) as v
  cross join lateral (select recorded_at, encode(hash, 'hex') as hash
    from ledger.events
    where book_id = $1
    and position = v.position
    limit 1) as e) as r on true
where h.book_id = $1
order by r.entity_id;

-- ENTITY (read-entity)
select h.position as head, r.*
from ledger.heads as h
left join lateral (select v.*, e.*
  from (select n.entity_id, kind, department, manager, hired_on, left_on, calendar, name, email, personnel_number, metadata, version, position
    from ledger.entities as n
    left join ledger.profiles as p on p.book_id = n.book_id
    and p.entity_id = n.entity_id
    where n.book_id = $1
    and n.entity_id = $2
    order by n.entity_id
    limit 1) as v
  cross join lateral (select recorded_at, encode(hash, 'hex') as hash
    from ledger.events
    where book_id = $1
    and position = v.position
    limit 1) as e) as r on true
where h.book_id = $1
order by r.entity_id;

-- … within reach
select h.position as head, r.*
from ledger.heads as h
left join lateral (select v.*, e.*
  from (select n.entity_id, kind, department, manager, hired_on, left_on, calendar, name, email, personnel_number, metadata, version, position
    from ledger.entities as n
    left join ledger.profiles as p on p.book_id = n.book_id
    and p.entity_id = n.entity_id
    where n.book_id = $1
    and n.entity_id = $2
    and n.entity_id = any($3::text[])
    order by n.entity_id
    limit 1) as v
  cross join lateral (select recorded_at, encode(hash, 'hex') as hash
    from ledger.events
    where book_id = $1
    and position = v.position
    limit 1) as e) as r on true
where h.book_id = $1
order by r.entity_id;
