-- What src/ledger/read/worked-hours.ts asks. Refreshed by: npm test -- test/sql/queries.test.ts --update

-- WORKED_HOURS, planned each time
select h.position as head, r.*
from ledger.heads as h
left join lateral (select *
  from ( select data ->> 'entity' as entity_id, position, (data ->> 'from')::date as from_day, (data ->> 'to')::date as to_day, data ->> 'hours' as hours, data ->> 'reference' as reference, (select r.position
      from ledger.events r
      where r.book_id = $1
      and r.stream = 'worked-hours:' || e.position
      limit 1) as reversed_by, recorded_at, encode(hash, 'hex') as hash
    from ledger.events e
    where book_id = $1
    and type = 'worked-hours-recorded') as hours
  order by entity_id, position
  limit $2) as r on true
where h.book_id = $1
order by r.entity_id, r.position;

-- … with entity, from, to, afterEntity, after
select h.position as head, r.*
from ledger.heads as h
left join lateral (select *
  from ( select data ->> 'entity' as entity_id, position, (data ->> 'from')::date as from_day, (data ->> 'to')::date as to_day, data ->> 'hours' as hours, data ->> 'reference' as reference, (select r.position
      from ledger.events r
      where r.book_id = $1
      and r.stream = 'worked-hours:' || e.position
      limit 1) as reversed_by, recorded_at, encode(hash, 'hex') as hash
    from ledger.events e
    where book_id = $1
    and type = 'worked-hours-recorded') as hours
  where entity_id = $2
  and to_day >= $3
  and from_day <= $4
  and (entity_id, position) > ($5, $6)
  order by entity_id, position
  limit $7) as r on true
where h.book_id = $1
order by r.entity_id, r.position;

-- … within reach
select h.position as head, r.*
from ledger.heads as h
left join lateral (select *
  from ( select data ->> 'entity' as entity_id, position, (data ->> 'from')::date as from_day, (data ->> 'to')::date as to_day, data ->> 'hours' as hours, data ->> 'reference' as reference, (select r.position
      from ledger.events r
      where r.book_id = $1
      and r.stream = 'worked-hours:' || e.position
      limit 1) as reversed_by, recorded_at, encode(hash, 'hex') as hash
    from ledger.events e
    where book_id = $1
    and type = 'worked-hours-recorded') as hours
  where entity_id = $2
  and to_day >= $3
  and from_day <= $4
  and (entity_id, position) > ($5, $6)
  and entity_id = any($7::text[])
  order by entity_id, position
  limit $8) as r on true
where h.book_id = $1
order by r.entity_id, r.position;
