-- What src/ledger/read/calendars.ts asks. Refreshed by: npm test -- test/sql/queries.test.ts --update

-- NEWEST_CALENDARS (list-calendars)
select h.position as head, r.*
from ledger.heads as h
left join lateral (select v.*, e.*
  from (select calendar_id, version, position, effective_from, working_days, hours_per_day, holidays, region, public_holidays, worked_days, weeks, weeks_from
    from ledger.calendar_versions as versions
    where book_id = $1
    and version = (select max(newer.version) as version
      from ledger.calendar_versions as newer
      where newer.book_id = $1
      and newer.calendar_id = versions.calendar_id)
    order by calendar_id, version
    limit $2) as v
  cross join lateral (select recorded_at, encode(hash, 'hex') as hash
    from ledger.events
    where book_id = $1
    and position = v.position
    limit 1) as e) as r on true
where h.book_id = $1
order by r.calendar_id, r.version;

-- … with after
select h.position as head, r.*
from ledger.heads as h
left join lateral (select v.*, e.*
  from (select calendar_id, version, position, effective_from, working_days, hours_per_day, holidays, region, public_holidays, worked_days, weeks, weeks_from
    from ledger.calendar_versions as versions
    where book_id = $1
    and version = (select max(newer.version) as version
      from ledger.calendar_versions as newer
      where newer.book_id = $1
      and newer.calendar_id = versions.calendar_id)
    and calendar_id > $2
    order by calendar_id, version
    limit $3) as v
  cross join lateral (select recorded_at, encode(hash, 'hex') as hash
    from ledger.events
    where book_id = $1
    and position = v.position
    limit 1) as e) as r on true
where h.book_id = $1
order by r.calendar_id, r.version;

-- NEWEST_CALENDAR (read-calendar)
select h.position as head, r.*
from ledger.heads as h
left join lateral (select v.*, e.*
  from (select calendar_id, version, position, effective_from, working_days, hours_per_day, holidays, region, public_holidays, worked_days, weeks, weeks_from
    from ledger.calendar_versions as versions
    where book_id = $1
    and version = (select max(newer.version) as version
      from ledger.calendar_versions as newer
      where newer.book_id = $1
      and newer.calendar_id = versions.calendar_id)
    and calendar_id = $2
    order by calendar_id, version
    limit 1) as v
  cross join lateral (select recorded_at, encode(hash, 'hex') as hash
    from ledger.events
    where book_id = $1
    and position = v.position
    limit 1) as e) as r on true
where h.book_id = $1
order by r.calendar_id, r.version;

-- CALENDAR_VERSIONS (list-calendar-versions)
select h.position as head, r.*
from ledger.heads as h
left join lateral (select v.*, e.*
  from (select calendar_id, version, position, effective_from, working_days, hours_per_day, holidays, region, public_holidays, worked_days, weeks, weeks_from
    from ledger.calendar_versions as versions
    where book_id = $1
    and calendar_id = $2
    order by calendar_id, version
    limit $3) as v
  cross join lateral (select recorded_at, encode(hash, 'hex') as hash
    from ledger.events
    where book_id = $1
    and position = v.position
    limit 1) as e) as r on true
where h.book_id = $1
order by r.calendar_id, r.version;

-- … with after
select h.position as head, r.*
from ledger.heads as h
left join lateral (select v.*, e.*
  from (select calendar_id, version, position, effective_from, working_days, hours_per_day, holidays, region, public_holidays, worked_days, weeks, weeks_from
    from ledger.calendar_versions as versions
    where book_id = $1
    and calendar_id = $2
    and version > $3
    order by calendar_id, version
    limit $4) as v
  cross join lateral (select recorded_at, encode(hash, 'hex') as hash
    from ledger.events
    where book_id = $1
    and position = v.position
    limit 1) as e) as r on true
where h.book_id = $1
order by r.calendar_id, r.version;
