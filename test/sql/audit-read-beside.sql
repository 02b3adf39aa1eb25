-- What src/audit/read/beside.ts asks. Refreshed by: npm test -- test/sql/queries.test.ts --update

-- AUDIT_ENTRIES, planned each time
select entry_id, at, book_id, actor_type, actor_id, via_kind, via_id, role, action, is_read, entity_id, subject, outcome, problem, times, client, encode(hash, 'hex') as hash
from audit.entries
where book_id is null
and (at, entry_id) > ($1::timestamptz, $2::bigint)
order by at, entry_id
limit $3;

-- … with book, entity, actorType, actorId, action, outcome, to, endAt
select entry_id, at, book_id, actor_type, actor_id, via_kind, via_id, role, action, is_read, entity_id, subject, outcome, problem, times, client, encode(hash, 'hex') as hash
from audit.entries
where book_id = $1
and (at, entry_id) > ($2::timestamptz, $3::bigint)
and (at, entry_id) <= ($4::timestamptz, $5::bigint)
and at < $6::timestamptz
and entity_id = $7
and actor_type = $8
and actor_id = $9
and action = $10
and outcome = $11
order by at, entry_id
limit $12;

-- END_OF_WINDOW, planned each time
select at, entry_id
from audit.entries
where book_id is null
and (at, entry_id) > ($1::timestamptz, $2::bigint)
order by at, entry_id
limit $3 offset $4;

-- … with book, to
select at, entry_id
from audit.entries
where book_id = $1
and (at, entry_id) > ($2::timestamptz, $3::bigint)
and at < $4::timestamptz
order by at, entry_id
limit $5 offset $6;
