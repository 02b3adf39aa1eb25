-- Which roles have agreed to a request; and what is waiting for somebody to decide.
--
-- Why: a request remembered how many steps of its approval were taken. Where the chain of its policy changed meanwhile, a role
-- that had agreed was asked again, and one that had not was left out. And whoever decides wants to see what waits for them,
-- among a million requests that do not.
-- Locks: `requests` exclusively, while the roles are read from the events of the requests that somebody has agreed to, and
-- while two indexes of those that wait are made: seconds for a million requests.

alter table ledger.requests add column agreed json;
comment on column ledger.requests.agreed is 'Roles that have agreed since it was submitted or last changed, in that order; null in it: anybody; null: none.';

update ledger.requests
   set agreed = steps_taken.roles
  from (
         select r.book_id, r.request_id, json_agg(e.data -> 'role' order by e.stream_version) as roles
           from ledger.requests r
           join ledger.events e on e.book_id = r.book_id
                               and e.stream = 'request:' || r.request_id
                               and e.type in ('request-step-approved', 'request-approved')
          where r.steps > 0
            and not exists (
                  select
                    from ledger.events c
                   where c.book_id = e.book_id
                     and c.stream = e.stream
                     and c.stream_version > e.stream_version
                     and c.type = 'request-changed'
                     and c.data -> 'givesUp' is null)
          group by r.book_id, r.request_id
       ) as steps_taken
 where requests.book_id = steps_taken.book_id
   and requests.request_id = steps_taken.request_id;

alter table ledger.requests
  drop column steps,
  add constraint requests_agreed_by_somebody check (agreed is null or json_array_length(agreed) > 0);

-- In the order in which they are listed: of those whom somebody is the manager of, and of a resource that somebody decides about.
create index requests_waiting_of_entity on ledger.requests (book_id, entity_id, submitted_position)
  where status = 'pending' or cancellation is not null;
create index requests_waiting_for_resource on ledger.requests (book_id, resource, submitted_position)
  where status = 'pending' or cancellation is not null;
