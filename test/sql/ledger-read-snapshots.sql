-- What src/ledger/read/snapshots.ts asks. Refreshed by: npm test -- test/sql/queries.test.ts --update

-- SNAPSHOTS (list-snapshots)
select h.position as head, r.*
from ledger.heads as h
left join lateral (select v.*, e.*
  from (select position, known_at, as_of, resource, policy_id, entities, name, balances, encode(digest, 'hex') as digest
    from ledger.snapshots
    where book_id = $1
    order by position
    limit $2) as v
  cross join lateral (select recorded_at, encode(hash, 'hex') as hash
    from ledger.events
    where book_id = $1
    and position = v.position
    limit 1) as e) as r on true
where h.book_id = $1
order by r.position;

-- … with after
select h.position as head, r.*
from ledger.heads as h
left join lateral (select v.*, e.*
  from (select position, known_at, as_of, resource, policy_id, entities, name, balances, encode(digest, 'hex') as digest
    from ledger.snapshots
    where book_id = $1
    and position > $2
    order by position
    limit $3) as v
  cross join lateral (select recorded_at, encode(hash, 'hex') as hash
    from ledger.events
    where book_id = $1
    and position = v.position
    limit 1) as e) as r on true
where h.book_id = $1
order by r.position;

-- SNAPSHOT (read-snapshot)
select h.position as head, r.*
from ledger.heads as h
left join lateral (select v.*, e.*
  from (select position, known_at, as_of, resource, policy_id, entities, name, balances, encode(digest, 'hex') as digest
    from ledger.snapshots
    where book_id = $1
    and position = $2
    order by position
    limit 1) as v
  cross join lateral (select recorded_at, encode(hash, 'hex') as hash
    from ledger.events
    where book_id = $1
    and position = v.position
    limit 1) as e) as r on true
where h.book_id = $1
order by r.position;
