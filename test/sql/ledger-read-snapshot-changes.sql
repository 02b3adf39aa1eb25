-- What src/ledger/read/snapshot-changes.ts asks. Refreshed by: npm test -- test/sql/queries.test.ts --update

-- SNAPSHOT_CHANGES, planned each time
select h.position as head, r.*
from ledger.heads as h
left join lateral (select s.*, p.scale, b.before, b.before + s.difference as after
  from (select entity_id, policy_id, sum(amount) as difference, count(*)::integer as count, (array_agg(position || '.' || line
        order by position, line))[1:1000] as transactions
    from ledger.transactions
    where book_id = $1
    and position > $2
    and position <= coalesce($3, h.position)
    and effective_on <= $4
    group by entity_id, policy_id
    order by entity_id collate "C", policy_id collate "C"
    limit $5) as s
  cross join lateral (select scale
    from ledger.policy_versions
    where book_id = $1
    and policy_id = s.policy_id
    order by version desc
    limit 1) as p
  cross join lateral (select coalesce(sum(amount), 0) as before
    from ledger.transactions
    where book_id = $1
    and entity_id = s.entity_id
    and policy_id = s.policy_id
    and effective_on <= $4
    and position <= $2) as b) as r on true
where h.book_id = $1
order by r.entity_id collate "C", r.policy_id collate "C";

-- … with resource, policy, entities, afterEntity, afterPolicy
select h.position as head, r.*
from ledger.heads as h
left join lateral (select s.*, p.scale, b.before, b.before + s.difference as after
  from (select entity_id, policy_id, sum(amount) as difference, count(*)::integer as count, (array_agg(position || '.' || line
        order by position, line))[1:1000] as transactions
    from ledger.transactions
    where (book_id = $1
      and resource = $2
      and policy_id = $3)
    and position > $4
    and position <= coalesce($5, h.position)
    and effective_on <= $6
    and entity_id = any($7::text[])
    and (entity_id collate "C", policy_id collate "C") > ($8, $9)
    group by entity_id, policy_id
    order by entity_id collate "C", policy_id collate "C"
    limit $10) as s
  cross join lateral (select scale
    from ledger.policy_versions
    where book_id = $1
    and policy_id = s.policy_id
    order by version desc
    limit 1) as p
  cross join lateral (select coalesce(sum(amount), 0) as before
    from ledger.transactions
    where book_id = $1
    and entity_id = s.entity_id
    and policy_id = s.policy_id
    and effective_on <= $6
    and position <= $4) as b) as r on true
where h.book_id = $1
order by r.entity_id collate "C", r.policy_id collate "C";
