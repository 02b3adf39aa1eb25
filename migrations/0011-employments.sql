-- Employment in periods; and what a late fact took from a request, which comes back when the fact is corrected.
--
-- Why: whoever is hired again was employed before, and leave of that time was really taken. And a request that lost its last
-- day to a mistake has to be found and counted again once the mistake is corrected: it is cancelled, but nobody cancelled it.
-- Locks: `entities` exclusively for milliseconds: the new column is null everywhere, and its checks read no old row twice.
-- `requests` exclusively, while the days that were lost so far are read from the events of the requests that were counted
-- again: milliseconds for most books.

create function ledger.employments_apart(employments json) returns boolean
language sql immutable parallel safe as $$
  select coalesce(bool_and(
           coalesce(begins <= ends, true)
           and (nth = 1 or coalesce(begins > ends_before, false))), false)
    from (
           select nth,
                  (days ->> 'from') collate "C" as begins,
                  (days ->> 'to') collate "C" as ends,
                  lag(days ->> 'to') over (order by nth) collate "C" as ends_before
             from json_array_elements(employments) with ordinality as e(days, nth)
         ) as periods
$$;
comment on function ledger.employments_apart is 'Whether periods are in order, and each begins after the end of the one before. Days are texts that sort as days do.';

alter table ledger.entities
  add column employments json,
  add constraint entities_employments_apart check (employments is null or ledger.employments_apart(employments)),
  add constraint entities_show_last_employment check (
    employments is null
    or (hired_on is not distinct from (employments -> -1 ->> 'from')::date
        and left_on is not distinct from (employments -> -1 ->> 'to')::date));
comment on column ledger.entities.employments is '[{from, to}, …], by day; null: no more than what hired_on and left_on say.';

alter table ledger.requests
  add column lost    json,
  add column lost_as text check (lost_as in ('pending', 'approved')),
  add constraint requests_lost_is_cancelled check (lost_as is null or (status = 'cancelled' and lost is not null));
comment on column ledger.requests.lost is 'Days that a late fact took since it was submitted or last changed, ascending; null: none.';
comment on column ledger.requests.lost_as is 'What it was when nothing but lost days was left of it; null: it has days, or ended otherwise.';

update ledger.requests
   set lost = taken.days,
       lost_as = case when requests.held + requests.taken = 0 then taken.status end
  from (
         select r.book_id, r.request_id, json_agg(distinct l.day order by l.day) as days,
                (select s.data ->> 'status'
                   from ledger.events s
                  where s.book_id = r.book_id
                    and s.stream = 'request:' || r.request_id
                    and s.data ->> 'status' in ('pending', 'approved')
                  order by s.stream_version desc
                  limit 1) as status
           from ledger.requests r
           join ledger.events last on last.book_id = r.book_id
                                  and last.position = r.position
           join ledger.events e on e.book_id = r.book_id
                               and e.stream = 'request:' || r.request_id
                               and e.type = 'request-recounted'
          cross join lateral (
                  select coalesce(o.meant_for, o.effective_on)::text as day
                    from ledger.transactions t
                    join ledger.transactions o on o.book_id = t.book_id
                                              and o.position = t.reverses_position
                                              and o.line = t.reverses_line
                   where t.book_id = e.book_id
                     and t.position = e.position) as l
          where last.type <> 'request-rejected'
            and not (last.type = 'request-cancelled' and last.data -> 'days' is null)
            and not exists (
                  select
                    from ledger.events c
                   where c.book_id = e.book_id
                     and c.stream = e.stream
                     and c.stream_version > e.stream_version
                     and c.type = 'request-changed'
                     and c.data -> 'givesUp' is null)
            and l.day::date between r.from_day and r.to_day
            and not exists (
                  select
                    from ledger.events c
                   cross join lateral json_array_elements(c.data -> 'days') as kept
                   where c.book_id = e.book_id
                     and c.stream = e.stream
                     and c.stream_version >= e.stream_version
                     and c.type = 'request-recounted'
                     and kept ->> 'date' = l.day)
          group by r.book_id, r.request_id
       ) as taken
 where requests.book_id = taken.book_id
   and requests.request_id = taken.request_id;
