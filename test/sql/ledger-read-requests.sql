-- What src/ledger/read/requests.ts asks. Refreshed by: npm test -- test/sql/queries.test.ts --update

-- REQUESTS, planned each time
select h.position as head, r.*
from ledger.heads as h
left join lateral (select request_id, version, submitted_position
  from ledger.requests as requests
  where book_id = $1
  order by submitted_position
  limit $2) as r on true
where h.book_id = $1
order by r.submitted_position;

-- … with status, entity, manager, resource, from, to, after
select h.position as head, r.*
from ledger.heads as h
left join lateral (select request_id, version, submitted_position
  from ledger.requests as requests
  where (book_id = $1
    and status = $2
    and entity_id = $3
    and resource = $4)
  and (select n.manager
    from ledger.entities as n
    where n.book_id = $1
    and n.entity_id = requests.entity_id) = $5
  and to_day >= $6
  and from_day <= $7
  and submitted_position > $8
  order by submitted_position
  limit $9) as r on true
where h.book_id = $1
order by r.submitted_position;
