-- What projections/absences/read-calendar.ts asks. Refreshed by: npm test -- test/sql/queries.test.ts --update

-- AWAY, planned each time
 with away as ( select entity_id, sum(bit_count(halves)) as halves
  from unnest($1::integer[], $2::bit(732)[]) as k(year, mask)
  cross join lateral ( select entity_id, (held | taken) & k.mask as halves
    from (select entity_id, held, taken
      from projections."absence_years_1" as y
      where year = k.year
      and book_id = $3) as years
    where (held | taken) & k.mask <> repeat('0', 732)::bit(732)
    order by entity_id
    limit $4 + 1) as a
  group by entity_id
  order by entity_id
  limit $4 + 1 ), page as ( select entity_id
  from ( select entity_id, row_number() over by_entity as number, sum(halves) over (by_entity rows between unbounded preceding
      and 1 preceding) as halves_before
    from away window by_entity as (order by entity_id) ) as counted
  where number <= $4
  and coalesce(halves_before, 0) < 20000 ) select (select state = 'active'
  from projections.builds
  where projection = 'absences'
  and build = 1) as is_active, ( select coalesce(max(position), 0)
  from projections.checkpoints
  where book_id = $3
  and projection = 'absences'
  and build = 1 ) as position, ( select coalesce(json_agg(json_build_object('entity', p.entity_id, 'days', d.days)
      order by p.entity_id), '[]')
  from page p
  cross join lateral ( select json_agg(json_build_array( day, portion, status, request_id, position || '.' || line, resource, version, (extract(epoch
            from changed_at) * 1000)::bigint)
      order by day, portion, request_id, position, line) as days
    from ( select day, portion, status, request_id, null::bigint as position, null::integer as line, resource, version, changed_at
      from projections."absences_1"
      where book_id = $3
      and entity_id = p.entity_id
      and day >= $5
      and day <= $6
      union all select day, portion, 'approved', null, position, line, resource, 1, changed_at
      from projections."absence_claims_1"
      where book_id = $3
      and entity_id = p.entity_id
      and day >= $5
      and day <= $6 ) as days ) as d ) as items, (select count(*)
  from away) > (select count(*)
  from page) as has_more
from ledger.heads
where book_id = $3;

-- … with entity, department, manager, among, after
 with away as ( select entity_id, sum(bit_count(halves)) as halves
  from unnest($1::integer[], $2::bit(732)[]) as k(year, mask)
  cross join lateral ( select entity_id, (held | taken) & k.mask as halves
    from (select team.entity_id, y.held, y.taken
      from (select entity_id
        from ledger.entities
        where (book_id = $3
          and entity_id = $4
          and department = $5
          and manager = $6)
        and entity_id = any ($7::text[])
        and entity_id > $8) as team
      cross join lateral (select held, taken
        from projections."absence_years_1" as y
        where year = k.year
        and book_id = $3
        and entity_id = team.entity_id
        limit 1) as y) as years
    where (held | taken) & k.mask <> repeat('0', 732)::bit(732)
    order by entity_id
    limit $9 + 1) as a
  group by entity_id
  order by entity_id
  limit $9 + 1 ), page as ( select entity_id
  from ( select entity_id, row_number() over by_entity as number, sum(halves) over (by_entity rows between unbounded preceding
      and 1 preceding) as halves_before
    from away window by_entity as (order by entity_id) ) as counted
  where number <= $9
  and coalesce(halves_before, 0) < 20000 ) select (select state = 'active'
  from projections.builds
  where projection = 'absences'
  and build = 1) as is_active, ( select coalesce(max(position), 0)
  from projections.checkpoints
  where book_id = $3
  and projection = 'absences'
  and build = 1 ) as position, ( select coalesce(json_agg(json_build_object('entity', p.entity_id, 'days', d.days)
      order by p.entity_id), '[]')
  from page p
  cross join lateral ( select json_agg(json_build_array( day, portion, status, request_id, position || '.' || line, resource, version, (extract(epoch
            from changed_at) * 1000)::bigint)
      order by day, portion, request_id, position, line) as days
    from ( select day, portion, status, request_id, null::bigint as position, null::integer as line, resource, version, changed_at
      from projections."absences_1"
      where book_id = $3
      and entity_id = p.entity_id
      and day >= $10
      and day <= $11
      union all select day, portion, 'approved', null, position, line, resource, 1, changed_at
      from projections."absence_claims_1"
      where book_id = $3
      and entity_id = p.entity_id
      and day >= $10
      and day <= $11 ) as days ) as d ) as items, (select count(*)
  from away) > (select count(*)
  from page) as has_more
from ledger.heads
where book_id = $3;

-- AWAY_PENDING, planned each time
 with away as ( select entity_id, sum(bit_count(halves)) as halves
  from unnest($1::integer[], $2::bit(732)[]) as k(year, mask)
  cross join lateral ( select entity_id, held & k.mask as halves
    from (select entity_id, held, taken
      from projections."absence_years_1" as y
      where year = k.year
      and book_id = $3) as years
    where held & k.mask <> repeat('0', 732)::bit(732)
    order by entity_id
    limit $4 + 1) as a
  group by entity_id
  order by entity_id
  limit $4 + 1 ), page as ( select entity_id
  from ( select entity_id, row_number() over by_entity as number, sum(halves) over (by_entity rows between unbounded preceding
      and 1 preceding) as halves_before
    from away window by_entity as (order by entity_id) ) as counted
  where number <= $4
  and coalesce(halves_before, 0) < 20000 ) select (select state = 'active'
  from projections.builds
  where projection = 'absences'
  and build = 1) as is_active, ( select coalesce(max(position), 0)
  from projections.checkpoints
  where book_id = $3
  and projection = 'absences'
  and build = 1 ) as position, ( select coalesce(json_agg(json_build_object('entity', p.entity_id, 'days', d.days)
      order by p.entity_id), '[]')
  from page p
  cross join lateral ( select json_agg(json_build_array( day, portion, status, request_id, position || '.' || line, resource, version, (extract(epoch
            from changed_at) * 1000)::bigint)
      order by day, portion, request_id, position, line) as days
    from ( select day, portion, status, request_id, null::bigint as position, null::integer as line, resource, version, changed_at
      from projections."absences_1"
      where book_id = $3
      and entity_id = p.entity_id
      and day >= $5
      and day <= $6
      and status = 'pending' ) as days ) as d ) as items, (select count(*)
  from away) > (select count(*)
  from page) as has_more
from ledger.heads
where book_id = $3;

-- … with entity, department, manager, among, after
 with away as ( select entity_id, sum(bit_count(halves)) as halves
  from unnest($1::integer[], $2::bit(732)[]) as k(year, mask)
  cross join lateral ( select entity_id, held & k.mask as halves
    from (select team.entity_id, y.held, y.taken
      from (select entity_id
        from ledger.entities
        where (book_id = $3
          and entity_id = $4
          and department = $5
          and manager = $6)
        and entity_id = any ($7::text[])
        and entity_id > $8) as team
      cross join lateral (select held, taken
        from projections."absence_years_1" as y
        where year = k.year
        and book_id = $3
        and entity_id = team.entity_id
        limit 1) as y) as years
    where held & k.mask <> repeat('0', 732)::bit(732)
    order by entity_id
    limit $9 + 1) as a
  group by entity_id
  order by entity_id
  limit $9 + 1 ), page as ( select entity_id
  from ( select entity_id, row_number() over by_entity as number, sum(halves) over (by_entity rows between unbounded preceding
      and 1 preceding) as halves_before
    from away window by_entity as (order by entity_id) ) as counted
  where number <= $9
  and coalesce(halves_before, 0) < 20000 ) select (select state = 'active'
  from projections.builds
  where projection = 'absences'
  and build = 1) as is_active, ( select coalesce(max(position), 0)
  from projections.checkpoints
  where book_id = $3
  and projection = 'absences'
  and build = 1 ) as position, ( select coalesce(json_agg(json_build_object('entity', p.entity_id, 'days', d.days)
      order by p.entity_id), '[]')
  from page p
  cross join lateral ( select json_agg(json_build_array( day, portion, status, request_id, position || '.' || line, resource, version, (extract(epoch
            from changed_at) * 1000)::bigint)
      order by day, portion, request_id, position, line) as days
    from ( select day, portion, status, request_id, null::bigint as position, null::integer as line, resource, version, changed_at
      from projections."absences_1"
      where book_id = $3
      and entity_id = p.entity_id
      and day >= $10
      and day <= $11
      and status = 'pending' ) as days ) as d ) as items, (select count(*)
  from away) > (select count(*)
  from page) as has_more
from ledger.heads
where book_id = $3;

-- AWAY_APPROVED, planned each time
 with away as ( select entity_id, sum(bit_count(halves)) as halves
  from unnest($1::integer[], $2::bit(732)[]) as k(year, mask)
  cross join lateral ( select entity_id, taken & k.mask as halves
    from (select entity_id, held, taken
      from projections."absence_years_1" as y
      where year = k.year
      and book_id = $3) as years
    where taken & k.mask <> repeat('0', 732)::bit(732)
    order by entity_id
    limit $4 + 1) as a
  group by entity_id
  order by entity_id
  limit $4 + 1 ), page as ( select entity_id
  from ( select entity_id, row_number() over by_entity as number, sum(halves) over (by_entity rows between unbounded preceding
      and 1 preceding) as halves_before
    from away window by_entity as (order by entity_id) ) as counted
  where number <= $4
  and coalesce(halves_before, 0) < 20000 ) select (select state = 'active'
  from projections.builds
  where projection = 'absences'
  and build = 1) as is_active, ( select coalesce(max(position), 0)
  from projections.checkpoints
  where book_id = $3
  and projection = 'absences'
  and build = 1 ) as position, ( select coalesce(json_agg(json_build_object('entity', p.entity_id, 'days', d.days)
      order by p.entity_id), '[]')
  from page p
  cross join lateral ( select json_agg(json_build_array( day, portion, status, request_id, position || '.' || line, resource, version, (extract(epoch
            from changed_at) * 1000)::bigint)
      order by day, portion, request_id, position, line) as days
    from ( select day, portion, status, request_id, null::bigint as position, null::integer as line, resource, version, changed_at
      from projections."absences_1"
      where book_id = $3
      and entity_id = p.entity_id
      and day >= $5
      and day <= $6
      and status = 'approved'
      union all select day, portion, 'approved', null, position, line, resource, 1, changed_at
      from projections."absence_claims_1"
      where book_id = $3
      and entity_id = p.entity_id
      and day >= $5
      and day <= $6 ) as days ) as d ) as items, (select count(*)
  from away) > (select count(*)
  from page) as has_more
from ledger.heads
where book_id = $3;

-- … with entity, department, manager, among, after
 with away as ( select entity_id, sum(bit_count(halves)) as halves
  from unnest($1::integer[], $2::bit(732)[]) as k(year, mask)
  cross join lateral ( select entity_id, taken & k.mask as halves
    from (select team.entity_id, y.held, y.taken
      from (select entity_id
        from ledger.entities
        where (book_id = $3
          and entity_id = $4
          and department = $5
          and manager = $6)
        and entity_id = any ($7::text[])
        and entity_id > $8) as team
      cross join lateral (select held, taken
        from projections."absence_years_1" as y
        where year = k.year
        and book_id = $3
        and entity_id = team.entity_id
        limit 1) as y) as years
    where taken & k.mask <> repeat('0', 732)::bit(732)
    order by entity_id
    limit $9 + 1) as a
  group by entity_id
  order by entity_id
  limit $9 + 1 ), page as ( select entity_id
  from ( select entity_id, row_number() over by_entity as number, sum(halves) over (by_entity rows between unbounded preceding
      and 1 preceding) as halves_before
    from away window by_entity as (order by entity_id) ) as counted
  where number <= $9
  and coalesce(halves_before, 0) < 20000 ) select (select state = 'active'
  from projections.builds
  where projection = 'absences'
  and build = 1) as is_active, ( select coalesce(max(position), 0)
  from projections.checkpoints
  where book_id = $3
  and projection = 'absences'
  and build = 1 ) as position, ( select coalesce(json_agg(json_build_object('entity', p.entity_id, 'days', d.days)
      order by p.entity_id), '[]')
  from page p
  cross join lateral ( select json_agg(json_build_array( day, portion, status, request_id, position || '.' || line, resource, version, (extract(epoch
            from changed_at) * 1000)::bigint)
      order by day, portion, request_id, position, line) as days
    from ( select day, portion, status, request_id, null::bigint as position, null::integer as line, resource, version, changed_at
      from projections."absences_1"
      where book_id = $3
      and entity_id = p.entity_id
      and day >= $10
      and day <= $11
      and status = 'approved'
      union all select day, portion, 'approved', null, position, line, resource, 1, changed_at
      from projections."absence_claims_1"
      where book_id = $3
      and entity_id = p.entity_id
      and day >= $10
      and day <= $11 ) as days ) as d ) as items, (select count(*)
  from away) > (select count(*)
  from page) as has_more
from ledger.heads
where book_id = $3;
