-- What src/ledger/read/transactions.ts asks. Refreshed by: npm test -- test/sql/queries.test.ts --update

-- TRANSACTIONS, planned each time
select h.position as head, r.*
from ledger.heads as h
left join lateral (select t.*, e.recorded_at, p.scale, r.position as reversal_position, r.line as reversal_line, case when lag(t.position) over (order by t.position, t.line) is distinct
  from t.position then e.erasable end as erasable
  from (select position, line, type, component, entity_id, policy_id, resource, amount, effective_on, meant_for, portion, reverses_position, reverses_line, reference, valid_until, carried_in, rule, period_from, period_to
    from ledger.transactions
    where book_id = $1
    and book_id = $1
    order by position, line
    limit $2) as t
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
order by r.position, r.line;

-- … with entity, policy, resource, type, from, to, reference, afterPosition, metadata, position, line
select h.position as head, r.*
from ledger.heads as h
left join lateral (select t.*, e.recorded_at, p.scale, r.position as reversal_position, r.line as reversal_line, case when lag(t.position) over (order by t.position, t.line) is distinct
  from t.position then e.erasable end as erasable
  from (select position, line, type, component, entity_id, policy_id, resource, amount, effective_on, meant_for, portion, reverses_position, reverses_line, reference, valid_until, carried_in, rule, period_from, period_to
    from ledger.transactions
    where book_id = $1
    and (book_id = $1
      and entity_id = $2
      and policy_id = $3
      and resource = $4
      and type = $5
      and reference = $6)
    and effective_on >= $7
    and effective_on <= $8
    and position > $9
    and exists ( select
      from ledger.events m
      where m.book_id = $1
      and m.position = ledger.transactions.position
      and m.erasable::text like '%metadata:%'
      and not exists ( select
        from json_each_text($10::json) as a(name, said)
        where coalesce(m.erasable -> 'lines' -> ledger.transactions.line::text -> 'metadata', m.erasable -> 'metadata') ->> a.name is distinct
        from a.said))
    and (position, line) > ($11, $12)
    order by position, line
    limit $13) as t
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
order by r.position, r.line;

-- … within reach
select h.position as head, r.*
from ledger.heads as h
left join lateral (select t.*, e.recorded_at, p.scale, r.position as reversal_position, r.line as reversal_line, case when lag(t.position) over (order by t.position, t.line) is distinct
  from t.position then e.erasable end as erasable
  from (select position, line, type, component, entity_id, policy_id, resource, amount, effective_on, meant_for, portion, reverses_position, reverses_line, reference, valid_until, carried_in, rule, period_from, period_to
    from ledger.transactions
    where book_id = $1
    and (book_id = $1
      and entity_id = $2
      and policy_id = $3
      and resource = $4
      and type = $5
      and reference = $6)
    and effective_on >= $7
    and effective_on <= $8
    and position > $9
    and exists ( select
      from ledger.events m
      where m.book_id = $1
      and m.position = ledger.transactions.position
      and m.erasable::text like '%metadata:%'
      and not exists ( select
        from json_each_text($10::json) as a(name, said)
        where coalesce(m.erasable -> 'lines' -> ledger.transactions.line::text -> 'metadata', m.erasable -> 'metadata') ->> a.name is distinct
        from a.said))
    and (position, line) > ($11, $12)
    and entity_id = any($13::text[])
    order by position, line
    limit $14) as t
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
order by r.position, r.line;

-- … where kinds are hidden
select h.position as head, r.*
from ledger.heads as h
left join lateral (select t.*, e.recorded_at, p.scale, r.position as reversal_position, r.line as reversal_line, case when lag(t.position) over (order by t.position, t.line) is distinct
  from t.position then e.erasable end as erasable
  from (select position, line, type, component, entity_id, policy_id, resource, amount, effective_on, meant_for, portion, reverses_position, reverses_line, reference, valid_until, carried_in, rule, period_from, period_to
    from ledger.transactions
    where book_id = $1
    and (book_id = $1
      and entity_id = $2
      and policy_id = $3
      and resource = $4
      and type = $5
      and reference = $6)
    and effective_on >= $7
    and effective_on <= $8
    and position > $9
    and exists ( select
      from ledger.events m
      where m.book_id = $1
      and m.position = ledger.transactions.position
      and m.erasable::text like '%metadata:%'
      and not exists ( select
        from json_each_text($10::json) as a(name, said)
        where coalesce(m.erasable -> 'lines' -> ledger.transactions.line::text -> 'metadata', m.erasable -> 'metadata') ->> a.name is distinct
        from a.said))
    and (position, line) > ($11, $12)
    and entity_id = any($13::text[])
    and (not resource = any($14::text[])
      or entity_id = any($15::text[]))
    order by position, line
    limit $16) as t
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
order by r.position, r.line;

-- TRANSACTION_AT (read-transaction)
select h.position as head, r.*
from ledger.heads as h
left join lateral (select t.*, e.recorded_at, p.scale, r.position as reversal_position, r.line as reversal_line, case when lag(t.position) over (order by t.position, t.line) is distinct
  from t.position then e.erasable end as erasable
  from (select position, line, type, component, entity_id, policy_id, resource, amount, effective_on, meant_for, portion, reverses_position, reverses_line, reference, valid_until, carried_in, rule, period_from, period_to
    from ledger.transactions
    where book_id = $1
    and position = $2
    and line = $3
    limit 1) as t
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
order by r.position, r.line;

-- … within reach
select h.position as head, r.*
from ledger.heads as h
left join lateral (select t.*, e.recorded_at, p.scale, r.position as reversal_position, r.line as reversal_line, case when lag(t.position) over (order by t.position, t.line) is distinct
  from t.position then e.erasable end as erasable
  from (select position, line, type, component, entity_id, policy_id, resource, amount, effective_on, meant_for, portion, reverses_position, reverses_line, reference, valid_until, carried_in, rule, period_from, period_to
    from ledger.transactions
    where book_id = $1
    and position = $2
    and line = $3
    and entity_id = any($4::text[])
    limit 1) as t
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
order by r.position, r.line;

-- … where kinds are hidden
select h.position as head, r.*
from ledger.heads as h
left join lateral (select t.*, e.recorded_at, p.scale, r.position as reversal_position, r.line as reversal_line, case when lag(t.position) over (order by t.position, t.line) is distinct
  from t.position then e.erasable end as erasable
  from (select position, line, type, component, entity_id, policy_id, resource, amount, effective_on, meant_for, portion, reverses_position, reverses_line, reference, valid_until, carried_in, rule, period_from, period_to
    from ledger.transactions
    where book_id = $1
    and position = $2
    and line = $3
    and entity_id = any($4::text[])
    and (not resource = any($5::text[])
      or entity_id = any($6::text[]))
    limit 1) as t
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
order by r.position, r.line;
