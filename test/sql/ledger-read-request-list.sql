-- What src/ledger/read/request-list.ts asks. Refreshed by: npm test -- test/sql/queries.test.ts --update

-- REQUESTS, planned each time
select h.position as head, r.*
from ledger.heads as h
left join lateral (select request_id, version, submitted_position
  from ledger.requests as requests
  where book_id = $1
  order by submitted_position
  limit $2) as r on true
where h.book_id = $1
order by r.submitted_position;

-- … with status, entity, manager, resource, from, to, after
select h.position as head, r.*
from ledger.heads as h
left join lateral (select request_id, version, submitted_position
  from ledger.requests as requests
  where (book_id = $1
    and status = $2
    and entity_id = $3
    and resource = $4)
  and (select n.manager
    from ledger.entities as n
    where n.book_id = $1
    and n.entity_id = requests.entity_id) = $5
  and to_day >= $6
  and from_day <= $7
  and submitted_position > $8
  order by submitted_position
  limit $9) as r on true
where h.book_id = $1
order by r.submitted_position;

-- REQUESTS_WITHIN, planned each time
select h.position as head, r.*
from ledger.heads as h
left join lateral (select request_id, version, submitted_position
  from ( select book_id, request_id, version, submitted_position, entity_id, resource, status, from_day, to_day
    from ledger.requests
    where book_id = $1
    and entity_id = any($2::text[])
    and (not resource = any($3::text[])
      or entity_id = any($4::text[]))
    union all select book_id, request_id, version, submitted_position, entity_id, resource, status, from_day, to_day
    from ( with deciding as materialized ( select unnest($4::text[]) as id
        union select entity_id
        from ledger.delegations
        where book_id = $1
        and delegate_id = any($4::text[])
        and $5::date between from_day
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
    where not (entity_id = any($2::text[])
      and (not resource = any($3::text[])
        or entity_id = any($4::text[])))) as requests
  where book_id = $1
  order by submitted_position
  limit $6) as r on true
where h.book_id = $1
order by r.submitted_position;

-- … with status, entity, manager, resource, from, to, after
select h.position as head, r.*
from ledger.heads as h
left join lateral (select request_id, version, submitted_position
  from ( select book_id, request_id, version, submitted_position, entity_id, resource, status, from_day, to_day
    from ledger.requests
    where book_id = $1
    and entity_id = any($2::text[])
    and (not resource = any($3::text[])
      or entity_id = any($4::text[]))
    union all select book_id, request_id, version, submitted_position, entity_id, resource, status, from_day, to_day
    from ( with deciding as materialized ( select unnest($4::text[]) as id
        union select entity_id
        from ledger.delegations
        where book_id = $1
        and delegate_id = any($4::text[])
        and $5::date between from_day
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
    where not (entity_id = any($2::text[])
      and (not resource = any($3::text[])
        or entity_id = any($4::text[])))) as requests
  where (book_id = $1
    and status = $6
    and entity_id = $7
    and resource = $8)
  and (select n.manager
    from ledger.entities as n
    where n.book_id = $1
    and n.entity_id = requests.entity_id
    and n.entity_id = any($2::text[])) = $9
  and to_day >= $10
  and from_day <= $11
  and submitted_position > $12
  order by submitted_position
  limit $13) as r on true
where h.book_id = $1
order by r.submitted_position;

-- QUEUE, planned each time
select h.position as head, r.*
from ledger.heads as h
left join lateral (select request_id, version, submitted_position
  from ( with deciding as materialized ( select $1::text as id
      union select entity_id
      from ledger.delegations
      where book_id = $2
      and delegate_id = $1
      and $3::date between from_day
      and to_day ), managed as materialized ( select entity_id
      from ledger.entities
      where book_id = $2
      and manager in (select id
        from deciding) ), versions as materialized ( select policy_id, resource, requests, case when lag(effective_from) over w is null then '-infinity' else effective_from end as begins, coalesce(lead(effective_from) over w, 'infinity') as ends
      from ( select distinct on (policy_id, effective_from) policy_id, resource, requests, effective_from
        from ledger.policy_versions
        where book_id = $2
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
        where theirs
        union all select resource, true
        from versions v
        where not exists (select
          from steps s
          where s.policy_id = v.policy_id
          and s.begins = v.begins) ) as asked
      group by resource ), waiting as ( select r.*
      from managed
      cross join lateral ( select request_id, version, submitted_position, entity_id, resource, status, from_day, to_day, cancellation, agreed, lines
        from ledger.requests
        where book_id = $2
        and entity_id = managed.entity_id
        and (status = 'pending'
          or cancellation is not null)) as r
      union all select r.*
      from theirs
      cross join lateral ( select request_id, version, submitted_position, entity_id, resource, status, from_day, to_day, cancellation, agreed, lines
        from ledger.requests
        where book_id = $2
        and resource = theirs.resource
        and (theirs.may_be_first
          or agreed is not null
          or cancellation is not null)
        and (status = 'pending'
          or cancellation is not null)) as r
      where r.entity_id not in (select entity_id
        from managed) ) select $2::text as book_id, r.request_id, r.version, r.submitted_position, r.entity_id, r.resource, r.status, r.from_day, r.to_day
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
    and (next.role is null
      or next.theirs
      or (next.role = 'manager'
        and r.entity_id in (select entity_id
          from managed)))
    order by r.submitted_position) as requests
  where book_id = $2
  order by submitted_position
  limit $4) as r on true
where h.book_id = $2
order by r.submitted_position;

-- … with status, entity, manager, resource, from, to, after
select h.position as head, r.*
from ledger.heads as h
left join lateral (select request_id, version, submitted_position
  from ( with deciding as materialized ( select $1::text as id
      union select entity_id
      from ledger.delegations
      where book_id = $2
      and delegate_id = $1
      and $3::date between from_day
      and to_day ), managed as materialized ( select entity_id
      from ledger.entities
      where book_id = $2
      and manager in (select id
        from deciding) ), versions as materialized ( select policy_id, resource, requests, case when lag(effective_from) over w is null then '-infinity' else effective_from end as begins, coalesce(lead(effective_from) over w, 'infinity') as ends
      from ( select distinct on (policy_id, effective_from) policy_id, resource, requests, effective_from
        from ledger.policy_versions
        where book_id = $2
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
        where theirs
        union all select resource, true
        from versions v
        where not exists (select
          from steps s
          where s.policy_id = v.policy_id
          and s.begins = v.begins) ) as asked
      group by resource ), waiting as ( select r.*
      from managed
      cross join lateral ( select request_id, version, submitted_position, entity_id, resource, status, from_day, to_day, cancellation, agreed, lines
        from ledger.requests
        where book_id = $2
        and entity_id = managed.entity_id
        and (status = 'pending'
          or cancellation is not null)) as r
      union all select r.*
      from theirs
      cross join lateral ( select request_id, version, submitted_position, entity_id, resource, status, from_day, to_day, cancellation, agreed, lines
        from ledger.requests
        where book_id = $2
        and resource = theirs.resource
        and (theirs.may_be_first
          or agreed is not null
          or cancellation is not null)
        and (status = 'pending'
          or cancellation is not null)) as r
      where r.entity_id not in (select entity_id
        from managed) ) select $2::text as book_id, r.request_id, r.version, r.submitted_position, r.entity_id, r.resource, r.status, r.from_day, r.to_day
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
    and (next.role is null
      or next.theirs
      or (next.role = 'manager'
        and r.entity_id in (select entity_id
          from managed)))
    order by r.submitted_position) as requests
  where (book_id = $2
    and status = $4
    and entity_id = $5
    and resource = $6)
  and (select n.manager
    from ledger.entities as n
    where n.book_id = $2
    and n.entity_id = requests.entity_id) = $7
  and to_day >= $8
  and from_day <= $9
  and submitted_position > $10
  order by submitted_position
  limit $11) as r on true
where h.book_id = $2
order by r.submitted_position;

-- … within reach
select h.position as head, r.*
from ledger.heads as h
left join lateral (select request_id, version, submitted_position
  from ( with deciding as materialized ( select $1::text as id
      union select entity_id
      from ledger.delegations
      where book_id = $2
      and delegate_id = $1
      and $3::date between from_day
      and to_day ), managed as materialized ( select entity_id
      from ledger.entities
      where book_id = $2
      and manager in (select id
        from deciding) ), versions as materialized ( select policy_id, resource, requests, case when lag(effective_from) over w is null then '-infinity' else effective_from end as begins, coalesce(lead(effective_from) over w, 'infinity') as ends
      from ( select distinct on (policy_id, effective_from) policy_id, resource, requests, effective_from
        from ledger.policy_versions
        where book_id = $2
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
        where theirs
        union all select resource, true
        from versions v
        where not exists (select
          from steps s
          where s.policy_id = v.policy_id
          and s.begins = v.begins) ) as asked
      group by resource ), waiting as ( select r.*
      from managed
      cross join lateral ( select request_id, version, submitted_position, entity_id, resource, status, from_day, to_day, cancellation, agreed, lines
        from ledger.requests
        where book_id = $2
        and entity_id = managed.entity_id
        and (status = 'pending'
          or cancellation is not null)) as r
      union all select r.*
      from theirs
      cross join lateral ( select request_id, version, submitted_position, entity_id, resource, status, from_day, to_day, cancellation, agreed, lines
        from ledger.requests
        where book_id = $2
        and resource = theirs.resource
        and (theirs.may_be_first
          or agreed is not null
          or cancellation is not null)
        and (status = 'pending'
          or cancellation is not null)) as r
      where r.entity_id not in (select entity_id
        from managed) ) select $2::text as book_id, r.request_id, r.version, r.submitted_position, r.entity_id, r.resource, r.status, r.from_day, r.to_day
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
    and (next.role is null
      or next.theirs
      or (next.role = 'manager'
        and r.entity_id in (select entity_id
          from managed)))
    order by r.submitted_position) as requests
  where (requests.entity_id = any($4::text[])
    and (not resource = any($5::text[])
      or entity_id = any($6::text[]))
    or request_id in (select request_id
      from ( with deciding as materialized ( select unnest($6::text[]) as id
          union select entity_id
          from ledger.delegations
          where book_id = $2
          and delegate_id = any($6::text[])
          and $3::date between from_day
          and to_day ), managed as materialized ( select entity_id
          from ledger.entities
          where book_id = $2
          and manager in (select id
            from deciding) ), versions as materialized ( select policy_id, resource, requests, case when lag(effective_from) over w is null then '-infinity' else effective_from end as begins, coalesce(lead(effective_from) over w, 'infinity') as ends
          from ( select distinct on (policy_id, effective_from) policy_id, resource, requests, effective_from
            from ledger.policy_versions
            where book_id = $2
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
            where book_id = $2
            and entity_id = managed.entity_id
            and (status = 'pending'
              or cancellation is not null)) as r
          union all select r.*
          from theirs
          cross join lateral ( select request_id, version, submitted_position, entity_id, resource, status, from_day, to_day, cancellation, agreed, lines
            from ledger.requests
            where book_id = $2
            and resource = theirs.resource
            and (theirs.may_be_first
              or agreed is not null
              or cancellation is not null)
            and (status = 'pending'
              or cancellation is not null)) as r
          where r.entity_id not in (select entity_id
            from managed) ) select $2::text as book_id, r.request_id, r.version, r.submitted_position, r.entity_id, r.resource, r.status, r.from_day, r.to_day
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
        order by r.submitted_position) as theirs))
  and (book_id = $2
    and status = $7
    and entity_id = $8
    and resource = $9)
  and (select n.manager
    from ledger.entities as n
    where n.book_id = $2
    and n.entity_id = requests.entity_id
    and n.entity_id = any($4::text[])) = $10
  and to_day >= $11
  and from_day <= $12
  and submitted_position > $13
  order by submitted_position
  limit $14) as r on true
where h.book_id = $2
order by r.submitted_position;
