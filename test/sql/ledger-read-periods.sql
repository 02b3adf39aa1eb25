-- What src/ledger/read/periods.ts asks. Refreshed by: npm test -- test/sql/queries.test.ts --update

-- PERIODS (list-periods)
select h.position as head, r.*
from ledger.heads as h
left join lateral (select v.*, e.*
  from (select period, version, position, (select closed_through
      from ledger.heads
      where book_id = $1) as closed_through
    from ledger.periods
    where book_id = $1
    order by period
    limit $2) as v
  cross join lateral (select recorded_at, encode(hash, 'hex') as hash, actor_type as actor_type, actor_id as actor_id, erasable ->> 'reason' as reason
    from ledger.events
    where book_id = $1
    and position = v.position
    limit 1) as e) as r on true
where h.book_id = $1
order by r.period;

-- … with after
select h.position as head, r.*
from ledger.heads as h
left join lateral (select v.*, e.*
  from (select period, version, position, (select closed_through
      from ledger.heads
      where book_id = $1) as closed_through
    from ledger.periods
    where book_id = $1
    and period > $2
    order by period
    limit $3) as v
  cross join lateral (select recorded_at, encode(hash, 'hex') as hash, actor_type as actor_type, actor_id as actor_id, erasable ->> 'reason' as reason
    from ledger.events
    where book_id = $1
    and position = v.position
    limit 1) as e) as r on true
where h.book_id = $1
order by r.period;
