-- What src/ledger/read/work-patterns.ts asks. Refreshed by: npm test -- test/sql/queries.test.ts --update

-- WORK_PATTERNS (list-work-patterns)
select h.position as head, r.*
from ledger.heads as h
left join lateral (select v.*, e.*
  from (select entity_id, effective_from, version, position, calendar, working_days, hours_per_day, weeks, weeks_from
    from ledger.work_patterns
    where book_id = $1
    and entity_id = $2
    order by effective_from
    limit $3) as v
  cross join lateral (select recorded_at, encode(hash, 'hex') as hash
    from ledger.events
    where book_id = $1
    and position = v.position
    limit 1) as e) as r on true
where h.book_id = $1
order by r.effective_from;

-- … with after
select h.position as head, r.*
from ledger.heads as h
left join lateral (select v.*, e.*
  from (select entity_id, effective_from, version, position, calendar, working_days, hours_per_day, weeks, weeks_from
    from ledger.work_patterns
    where book_id = $1
    and entity_id = $2
    and effective_from > $3
    order by effective_from
    limit $4) as v
  cross join lateral (select recorded_at, encode(hash, 'hex') as hash
    from ledger.events
    where book_id = $1
    and position = v.position
    limit 1) as e) as r on true
where h.book_id = $1
order by r.effective_from;

-- … within reach
select h.position as head, r.*
from ledger.heads as h
left join lateral (select v.*, e.*
  from (select entity_id, effective_from, version, position, calendar, working_days, hours_per_day, weeks, weeks_from
    from ledger.work_patterns
    where book_id = $1
    and entity_id = $2
    and effective_from > $3
    and entity_id = any($4::text[])
    order by effective_from
    limit $5) as v
  cross join lateral (select recorded_at, encode(hash, 'hex') as hash
    from ledger.events
    where book_id = $1
    and position = v.position
    limit 1) as e) as r on true
where h.book_id = $1
order by r.effective_from;
