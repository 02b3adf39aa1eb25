-- What src/earning/entitled.ts asks. Refreshed by: npm test -- test/sql/queries.test.ts --update

-- ENTITLED, planned each time
 (select entity_id as entity
  from ledger.accounts
  where book_id = $1
  and policy_id = $2
  order by entity_id
  limit $3)
union (select distinct entity_id as entity
  from ledger.assignments
  where book_id = $1
  and policy_id = $2
  order by entity_id
  limit $3)
order by entity
limit $3;

-- … with entity, after
 (select entity_id as entity
  from ledger.accounts
  where book_id = $1
  and policy_id = $2
  and entity_id = $3
  and entity_id > $4
  order by entity_id
  limit $5)
union (select distinct entity_id as entity
  from ledger.assignments
  where book_id = $1
  and policy_id = $2
  and entity_id = $3
  and entity_id > $4
  order by entity_id
  limit $5)
order by entity
limit $5;

-- … within reach
 (select entity_id as entity
  from ledger.accounts
  where book_id = $1
  and policy_id = $2
  and entity_id = $3
  and entity_id > $4
  and entity_id = any($5::text[])
  order by entity_id
  limit $6)
union (select distinct entity_id as entity
  from ledger.assignments
  where book_id = $1
  and policy_id = $2
  and entity_id = $3
  and entity_id > $4
  and entity_id = any($5::text[])
  order by entity_id
  limit $6)
order by entity
limit $6;
