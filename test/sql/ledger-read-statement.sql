-- What src/ledger/read/statement.ts asks. Refreshed by: npm test -- test/sql/queries.test.ts --update

-- STATEMENT_LINES, planned each time
select h.position as head, r.*
from ledger.heads as h
left join lateral (select t.*, e.recorded_at, p.scale, r.position as reversal_position, r.line as reversal_line, case when lag(t.position) over (order by t.effective_on, t.position, t.line) is distinct
  from t.position then e.erasable end as erasable
  from (select position, line, type, component, entity_id, policy_id, resource, amount, effective_on, meant_for, portion, reverses_position, reverses_line, reference, valid_until, carried_in, rule, period_from, period_to
    from ledger.transactions
    where book_id = $1
    and entity_id = $2
    and policy_id = $3
    and (effective_on, position, line) > ($4, $5, $6)
    and effective_on <= $7
    and position <= $8
    order by effective_on, position, line
    limit $9) as t
  cross join lateral (select recorded_at, erasable
    from ledger.events
    where book_id = $1
    and position = t.position
    limit 1) as e
  cross join lateral (select scale
    from ledger.policy_versions
    where book_id = $1
    and policy_id = t.policy_id
    order by version desc
    limit 1) as p
  left join lateral (select position, line
    from ledger.transactions
    where book_id = $1
    and reverses_position = t.position
    and reverses_line = t.line
    limit 1) as r on true) as r on true
where h.book_id = $1
order by r.effective_on, r.position, r.line;

-- … within reach
select h.position as head, r.*
from ledger.heads as h
left join lateral (select t.*, e.recorded_at, p.scale, r.position as reversal_position, r.line as reversal_line, case when lag(t.position) over (order by t.effective_on, t.position, t.line) is distinct
  from t.position then e.erasable end as erasable
  from (select position, line, type, component, entity_id, policy_id, resource, amount, effective_on, meant_for, portion, reverses_position, reverses_line, reference, valid_until, carried_in, rule, period_from, period_to
    from ledger.transactions
    where book_id = $1
    and entity_id = $2
    and policy_id = $3
    and (effective_on, position, line) > ($4, $5, $6)
    and effective_on <= $7
    and position <= $8
    and entity_id = any($9::text[])
    order by effective_on, position, line
    limit $10) as t
  cross join lateral (select recorded_at, erasable
    from ledger.events
    where book_id = $1
    and position = t.position
    limit 1) as e
  cross join lateral (select scale
    from ledger.policy_versions
    where book_id = $1
    and policy_id = t.policy_id
    order by version desc
    limit 1) as p
  left join lateral (select position, line
    from ledger.transactions
    where book_id = $1
    and reverses_position = t.position
    and reverses_line = t.line
    limit 1) as r on true) as r on true
where h.book_id = $1
order by r.effective_on, r.position, r.line;

-- … where kinds are hidden
select h.position as head, r.*
from ledger.heads as h
left join lateral (select t.*, e.recorded_at, p.scale, r.position as reversal_position, r.line as reversal_line, case when lag(t.position) over (order by t.effective_on, t.position, t.line) is distinct
  from t.position then e.erasable end as erasable
  from (select position, line, type, component, entity_id, policy_id, resource, amount, effective_on, meant_for, portion, reverses_position, reverses_line, reference, valid_until, carried_in, rule, period_from, period_to
    from ledger.transactions
    where book_id = $1
    and entity_id = $2
    and policy_id = $3
    and (effective_on, position, line) > ($4, $5, $6)
    and effective_on <= $7
    and position <= $8
    and entity_id = any($9::text[])
    and (not resource = any($10::text[])
      or entity_id = any($11::text[]))
    order by effective_on, position, line
    limit $12) as t
  cross join lateral (select recorded_at, erasable
    from ledger.events
    where book_id = $1
    and position = t.position
    limit 1) as e
  cross join lateral (select scale
    from ledger.policy_versions
    where book_id = $1
    and policy_id = t.policy_id
    order by version desc
    limit 1) as p
  left join lateral (select position, line
    from ledger.transactions
    where book_id = $1
    and reverses_position = t.position
    and reverses_line = t.line
    limit 1) as r on true) as r on true
where h.book_id = $1
order by r.effective_on, r.position, r.line;

-- STATEMENT_FRAME, planned each time
 select h.position as head, p.resource, p.unit, p.scale, s.opening, s.closing
from ledger.heads h
left join lateral ( select resource, unit, scale
  from ledger.policy_versions
  where book_id = $1
  and policy_id = $2
  order by version desc
  limit 1) as p on true
cross join lateral ( select coalesce(sum(amount) filter (where (effective_on, position, line) <= ($3::date, $4::bigint, $5::integer)), 0) as opening, coalesce(sum(amount) filter (where effective_on <= $6::date), 0) as closing
  from ledger.transactions
  where book_id = $1
  and entity_id = $7
  and policy_id = $2
  and position <= coalesce($8::bigint, h.position) ) as s
where h.book_id = $1;

-- … within reach
 select h.position as head, p.resource, p.unit, p.scale, s.opening, s.closing
from ledger.heads h
left join lateral ( select resource, unit, scale
  from ledger.policy_versions
  where book_id = $1
  and policy_id = $2
  order by version desc
  limit 1) as p on true
cross join lateral ( select coalesce(sum(amount) filter (where (effective_on, position, line) <= ($3::date, $4::bigint, $5::integer)), 0) as opening, coalesce(sum(amount) filter (where effective_on <= $6::date), 0) as closing
  from ledger.transactions
  where book_id = $1
  and entity_id = $7
  and policy_id = $2
  and position <= coalesce($8::bigint, h.position)
  and entity_id = any($9::text[]) ) as s
where h.book_id = $1;

-- … where kinds are hidden
 select h.position as head, p.resource, p.unit, p.scale, s.opening, s.closing
from ledger.heads h
left join lateral ( select resource, unit, scale
  from ledger.policy_versions
  where book_id = $1
  and policy_id = $2
  order by version desc
  limit 1) as p on true
cross join lateral ( select coalesce(sum(amount) filter (where (effective_on, position, line) <= ($3::date, $4::bigint, $5::integer)), 0) as opening, coalesce(sum(amount) filter (where effective_on <= $6::date), 0) as closing
  from ledger.transactions
  where book_id = $1
  and entity_id = $7
  and policy_id = $2
  and position <= coalesce($8::bigint, h.position)
  and entity_id = any($9::text[])
  and (not resource = any($10::text[])
    or entity_id = any($11::text[])) ) as s
where h.book_id = $1;
