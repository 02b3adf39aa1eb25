-- Facts that become known too late: how far the definitions of a book have been looked at for what they change in requests,
-- and which days of a request nobody wants back.
--
-- Why: a holiday that is added after an approval, or a pattern that changes, makes days of requests count otherwise. A job
-- counts them again. It has to find what was defined since it last looked, and whose requests that concerns, without
-- reading the record; and a day that somebody cancelled must not come back with a count.
-- Locks: `requests` exclusively, while the days that were cancelled one by one are read from the events of the requests
-- that have any: milliseconds for most books. The indexes lock `entities`, `calendar_versions` and `work_patterns`
-- against writing, about a second for a million rows.

alter table ledger.requests add column given_back json;
comment on column ledger.requests.given_back is 'Days that were cancelled one by one since it was submitted or last changed, ascending; null: none.';

update ledger.requests
   set given_back = cancelled.days
  from (
         select r.book_id, r.request_id, json_agg(distinct d.day order by d.day) as days
           from ledger.requests r
           join ledger.events e on e.book_id = r.book_id
                               and e.stream = 'request:' || r.request_id
                               and e.type = 'request-cancelled'
          cross join lateral json_array_elements_text(e.data -> 'days') as d(day)
          where not exists (
                  select
                    from ledger.events c
                   where c.book_id = e.book_id
                     and c.stream = e.stream
                     and c.stream_version > e.stream_version
                     and c.type = 'request-changed'
                     and (c.data -> 'said' -> 'from' is not null or c.data -> 'said' -> 'to' is not null))
          group by r.book_id, r.request_id
       ) as cancelled
 where requests.book_id = cancelled.book_id
   and requests.request_id = cancelled.request_id;

create table ledger.late_facts (
  book_id  text   not null primary key,
  position bigint not null check (position >= 0),
  waiting  json
);
comment on table ledger.late_facts is 'Up to where the definitions of a book were looked at for what they change in requests; nothing of the record.';
comment on column ledger.late_facts.position is 'Every definition up to it is dealt with; heads.definitions is past it where there is something to do.';
comment on column ledger.late_facts.waiting is '[[request, position, type, about], …]: what could not be counted again because a period is closed that has to be open; null: nothing.';

-- What is defined by now, requests were decided on, or people have come to live with.
insert into ledger.late_facts (book_id, position)
select book_id, definitions
  from ledger.heads
 where definitions > 0;

-- Partial, though they leave nothing out: only a statement that says the same is planned over them, whatever the size of
-- the table, and none of those that decide does.
create index entities_defined_after on ledger.entities (book_id, position) where position > 0;
create index calendar_versions_defined_after on ledger.calendar_versions (book_id, position) where position > 0;
create index work_patterns_defined_after on ledger.work_patterns (book_id, position) where position > 0;
create index entities_of_calendar on ledger.entities (book_id, calendar, entity_id) where calendar is not null;
create index work_patterns_of_calendar on ledger.work_patterns (book_id, calendar, entity_id) where calendar is not null;

grant select, insert, update on ledger.late_facts to daybook_service;
