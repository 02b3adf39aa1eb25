-- What src/ledger/read/holds.ts asks. Refreshed by: npm test -- test/sql/queries.test.ts --update

-- HOLDS, planned each time
select h.position as head, r.*
from ledger.heads as h
left join lateral (select hold_id, version, position, placed_position, status, placed_at, expires_at, ended_at, reference, lines
  from ledger.holds
  where book_id = $1
  order by placed_position
  limit $2) as r on true
where h.book_id = $1
order by r.placed_position;

-- … with status, entity, hold, after
select h.position as head, r.*
from ledger.heads as h
left join lateral (select hold_id, version, position, placed_position, status, placed_at, expires_at, ended_at, reference, lines
  from ledger.holds
  where (book_id = $1
    and status = $2
    and hold_id = $3)
  and placed_position > $4
  and placed_position in (select position
    from ledger.transactions
    where book_id = $1
    and type = 'pending'
    and entity_id = $5)
  order by placed_position
  limit $6) as r on true
where h.book_id = $1
order by r.placed_position;

-- … within reach
select h.position as head, r.*
from ledger.heads as h
left join lateral (select hold_id, version, position, placed_position, status, placed_at, expires_at, ended_at, reference, lines
  from ledger.holds
  where (book_id = $1
    and status = $2
    and hold_id = $3)
  and placed_position > $4
  and placed_position in (select position
    from ledger.transactions
    where book_id = $1
    and type = 'pending'
    and entity_id = $5
    and entity_id = any($6::text[]))
  order by placed_position
  limit $7) as r on true
where h.book_id = $1
order by r.placed_position;

-- … where kinds are hidden
select h.position as head, r.*
from ledger.heads as h
left join lateral (select hold_id, version, position, placed_position, status, placed_at, expires_at, ended_at, reference, lines
  from ledger.holds
  where (book_id = $1
    and status = $2
    and hold_id = $3)
  and placed_position > $4
  and placed_position in (select position
    from ledger.transactions
    where book_id = $1
    and type = 'pending'
    and entity_id = $5
    and entity_id = any($6::text[])
    and (not resource = any($7::text[])
      or entity_id = any($8::text[])))
  order by placed_position
  limit $9) as r on true
where h.book_id = $1
order by r.placed_position;
