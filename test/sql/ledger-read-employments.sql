-- What src/ledger/read/employments.ts asks. Refreshed by: npm test -- test/sql/queries.test.ts --update

-- EMPLOYMENTS (read-employments)
 select h.position as head, n.hired_on, n.left_on, n.employments
from ledger.heads h
left join ledger.entities n on n.book_id = $1
and n.entity_id = $2
where h.book_id = $1;

-- … within reach
 select h.position as head, n.hired_on, n.left_on, n.employments
from ledger.heads h
left join ledger.entities n on n.book_id = $1
and n.entity_id = $2
and n.entity_id = any($3::text[])
where h.book_id = $1;
