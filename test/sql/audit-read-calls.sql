-- What src/audit/read/calls.ts asks. Refreshed by: npm test -- test/sql/queries.test.ts --update

-- CALLS, planned each time
select entry_id, at, book_id, actor_type, actor_id, via_kind, via_id, role, action, is_read, entity_id, subject, outcome, problem, times, client, encode(hash, 'hex') as hash
from audit.entries
where book_id = $1
and actor_id = $2
and actor_type in ($3, $4)
and (at, entry_id) > ($5::timestamptz, $6::bigint)
order by at, entry_id
limit $7;
