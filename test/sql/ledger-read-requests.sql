-- What src/ledger/read/requests.ts asks. Refreshed by: npm test -- test/sql/queries.test.ts --update

-- READ_REQUEST (read-request)
 select h.position as head, (select version
  from ledger.requests
  where book_id = $1
  and request_id = $2) as version
from ledger.heads h
where h.book_id = $1;

-- … within reach
 select h.position as head, (select version
  from ledger.requests
  where book_id = $1
  and request_id = $2
  and (entity_id = any($3::text[])
    and (not resource = any($4::text[])
      or entity_id = any($5::text[]))
    or exists (select
      from ( with deciding as materialized ( select unnest($5::text[]) as id
          union select entity_id
          from ledger.delegations
          where book_id = $1
          and delegate_id = any($5::text[])
          and $6::date between from_day
          and to_day ), managed as materialized ( select entity_id
          from ledger.entities
          where book_id = $1
          and manager in (select id
            from deciding) ), versions as materialized ( select policy_id, resource, requests, case when lag(effective_from) over w is null then '-infinity' else effective_from end as begins, coalesce(lead(effective_from) over w, 'infinity') as ends
          from ( select distinct on (policy_id, effective_from) policy_id, resource, requests, effective_from
            from ledger.policy_versions
            where book_id = $1
            order by policy_id, effective_from, version desc ) as newest window w as (partition by policy_id
            order by effective_from) ), steps as materialized ( select v.policy_id, v.resource, v.begins, v.ends, step.nth, step.role, named.holders, named.holders && array(select id
            from deciding) as theirs
          from versions v
          cross join lateral json_array_elements_text( case json_typeof(v.requests -> 'approval') when 'array' then v.requests -> 'approval' else '[]' end) with ordinality as step(role, nth)
          cross join lateral ( select array( select holder
              from json_array_elements_text(v.requests -> 'roles' -> step.role) as holder
              where step.role <> 'manager'
              order by holder) as holders) as named ), theirs as materialized ( select resource, bool_or(is_first) as may_be_first
          from ( select resource, nth = 1 as is_first
            from steps
            where theirs ) as asked
          group by resource ), waiting as ( select r.*
          from managed
          cross join lateral ( select request_id, version, submitted_position, entity_id, resource, status, from_day, to_day, cancellation, agreed, lines
            from ledger.requests
            where book_id = $1
            and entity_id = managed.entity_id
            and (status = 'pending'
              or cancellation is not null)) as r
          union all select r.*
          from theirs
          cross join lateral ( select request_id, version, submitted_position, entity_id, resource, status, from_day, to_day, cancellation, agreed, lines
            from ledger.requests
            where book_id = $1
            and resource = theirs.resource
            and (theirs.may_be_first
              or agreed is not null
              or cancellation is not null)
            and (status = 'pending'
              or cancellation is not null)) as r
          where r.entity_id not in (select entity_id
            from managed) ) select $1::text as book_id, r.request_id, r.version, r.submitted_position, r.entity_id, r.resource, r.status, r.from_day, r.to_day
        from (select *
          from waiting
          order by submitted_position) as r
        left join lateral ( select role, theirs
          from ( select step.*, r.cancellation is null
            and step.again > ( select count(*)
              from json_array_elements_text(r.agreed) as one(role)
              where one.role = step.role) as is_left
            from ( select role, theirs, row_number() over (order by policy_nth, nth) as ord, row_number() over (partition by role
                order by policy_nth, nth) as again
              from ( select distinct on (s.role, s.holders) s.role, s.holders, s.theirs, d.nth as policy_nth, s.nth
                from ( select line.of ->> 4 as policy, min(line.nth) as nth
                  from json_array_elements(r.lines) with ordinality as line(of, nth)
                  group by 1 ) as d join steps s on s.policy_id = d.policy
                and s.begins <= r.from_day
                and s.ends > r.from_day
                order by s.role, s.holders, d.nth, s.nth ) as once ) as step ) as step
          order by is_left desc, case when is_left then ord else -ord end
          limit 1) as next on true
        where r.entity_id not in (select id
          from deciding)
        and (next.theirs
          or (next.role = 'manager'
            and r.entity_id in (select entity_id
              from managed)))
        order by r.submitted_position) as theirs
      where theirs.request_id = $2))) as version
from ledger.heads h
where h.book_id = $1;

-- ABSENT_WITH, planned each time
 select r.request_id, r.version
from ( select manager, department
  from ledger.entities
  where book_id = $1
  and entity_id = $2 ) as one join ledger.entities n on n.book_id = $1
and n.entity_id <> $2
and (n.manager = one.manager
  or (one.manager is null
    and n.department = one.department)) join ledger.requests r on r.book_id = $1
and r.entity_id = n.entity_id
and r.status in ('pending', 'approved')
and r.from_day <= $3
and r.to_day >= $4
order by r.entity_id, r.submitted_position
limit 1000;

-- … within reach
 select r.request_id, r.version
from ( select manager, department
  from ledger.entities
  where book_id = $1
  and entity_id = $2 ) as one join ledger.entities n on n.book_id = $1
and n.entity_id <> $2
and n.entity_id = any($3::text[])
and (n.manager = one.manager
  or (one.manager is null
    and n.department = one.department)) join ledger.requests r on r.book_id = $1
and r.entity_id = n.entity_id
and r.status in ('pending', 'approved')
and r.from_day <= $4
and r.to_day >= $5
order by r.entity_id, r.submitted_position
limit 1000;
