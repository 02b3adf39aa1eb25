-- What src/ledger/read/absent-by-lines.ts asks. Refreshed by: npm test -- test/sql/queries.test.ts --update

-- ABSENT_BY_LINES, planned each time
 select c.position, c.line, n.entity_id, c.resource, c.day, case when c.am = c.pm then 'full' when c.am then 'am' else 'pm' end as portion
from ( select manager, department
  from ledger.entities
  where book_id = $1
  and entity_id = $2 ) as one join ledger.entities n on n.book_id = $1
and n.entity_id <> $2
and (n.manager = one.manager
  or (one.manager is null
    and n.department = one.department))
cross join lateral ( select position, line, resource, day, am, pm
  from ledger.day_claims
  where book_id = $1
  and entity_id = n.entity_id
  and day >= $3
  and day <= $4
  and am
  and released_at_position is null
  union all select position, line, resource, day, am, pm
  from ledger.day_claims
  where book_id = $1
  and entity_id = n.entity_id
  and day >= $3
  and day <= $4
  and pm
  and not am
  and released_at_position is null
  union all select position, line, resource, day, am, pm
  from ledger.day_claims
  where book_id = $1
  and entity_id = n.entity_id
  and day >= $3
  and day <= $4
  and not am
  and not pm
  and released_at_position is null ) as c
cross join lateral ( select type
  from ledger.events
  where book_id = $1
  and position = c.position
  limit 1) as e
where e.type not like 'request-%'
and e.type <> 'hold-placed'
order by n.entity_id, c.day, c.position, c.line
limit $5;

-- … within reach
 select c.position, c.line, n.entity_id, c.resource, c.day, case when c.am = c.pm then 'full' when c.am then 'am' else 'pm' end as portion
from ( select manager, department
  from ledger.entities
  where book_id = $1
  and entity_id = $2 ) as one join ledger.entities n on n.book_id = $1
and n.entity_id <> $2
and n.entity_id = any($3::text[])
and (n.manager = one.manager
  or (one.manager is null
    and n.department = one.department))
cross join lateral ( select position, line, resource, day, am, pm
  from ledger.day_claims
  where book_id = $1
  and entity_id = n.entity_id
  and day >= $4
  and day <= $5
  and am
  and released_at_position is null
  union all select position, line, resource, day, am, pm
  from ledger.day_claims
  where book_id = $1
  and entity_id = n.entity_id
  and day >= $4
  and day <= $5
  and pm
  and not am
  and released_at_position is null
  union all select position, line, resource, day, am, pm
  from ledger.day_claims
  where book_id = $1
  and entity_id = n.entity_id
  and day >= $4
  and day <= $5
  and not am
  and not pm
  and released_at_position is null ) as c
cross join lateral ( select type
  from ledger.events
  where book_id = $1
  and position = c.position
  limit 1) as e
where e.type not like 'request-%'
and e.type <> 'hold-placed'
order by n.entity_id, c.day, c.position, c.line
limit $6;
