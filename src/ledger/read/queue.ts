import { type RawBuilder, type Selectable, sql } from 'kysely'
import { isOneOf } from '../../db/compiled.ts'
import type { DB } from '../../db/tables.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'

/** What a list of requests looks at. */
export type ListedRequest = Pick<
  DB['ledger.requests'],
  | 'book_id'
  | 'entity_id'
  | 'from_day'
  | 'request_id'
  | 'resource'
  | 'status'
  | 'submitted_position'
  | 'to_day'
  | 'version'
>

interface Deciding {
  readonly book: string
  readonly decider: string
  readonly today: CalendarDate
}

interface DecidingAll extends Omit<Deciding, 'decider'> {
  readonly deciders: readonly string[]
}

interface Queue extends Omit<Deciding, 'decider'> {
  readonly deciders: {
    /** A query of their ids. */
    readonly ids: RawBuilder<unknown>
    /** Of a delegation: whether it is to one of them. */
    readonly areDelegates: RawBuilder<unknown>
  }
  /** Whether what anybody may decide is in it as well. */
  readonly withAnybodys: boolean
}

/**
 * The requests that somebody may decide about today: the next of the steps that are left of them is theirs, or is that of
 * somebody for whom they stand in. None of their own, nor of whom they stand in for. It is what `waitingFor()` says of
 * each in the domain, asked the other way round; a law compares the two.
 *
 * Two reasons to be asked, each with an index of what waits: being the manager of an entity, and having a role by a policy of
 * a resource (or there being none). What waits for one of the two is looked at step by step, in the order of the list, so that
 * a page ends it. Of a role that no chain begins with, only what somebody has agreed to is looked at.
 */
export function requestsWaitingFor({ book, decider, today }: Deciding): RawBuilder<Selectable<ListedRequest>> {
  const deciders = { ids: sql`select ${decider}::text as id`, areDelegates: sql`delegate_id = ${decider}` }
  return queueOf({ book, today, deciders, withAnybodys: true })
}

/**
 * The requests about which one of somebody's entities has to decide today, since a step is theirs or is that of somebody for
 * whom they stand in. What anybody may decide is nobody's to read for that.
 */
export function requestsToDecide({ book, deciders: all, today }: DecidingAll): RawBuilder<Selectable<ListedRequest>> {
  const deciders = { ids: sql`select unnest(${all}::text[]) as id`, areDelegates: isOneOf('delegate_id', all) }
  return queueOf({ book, today, deciders, withAnybodys: false })
}

function queueOf(queue: Queue): RawBuilder<Selectable<ListedRequest>> {
  const { book } = queue
  return sql<Selectable<ListedRequest>>`(
      with ${whoDecides(queue)},
           ${whatIsAsked(queue)},
           ${whatWaits(book)}
    select ${book}::text as book_id, r.request_id, r.version, r.submitted_position, r.entity_id, r.resource, r.status,
           r.from_day, r.to_day
      from (select * from waiting order by submitted_position) as r
      left join lateral (${NEXT_STEP}) as next on true
     where r.entity_id not in (select id from deciding)
       and (${queue.withAnybodys ? ANYBODYS : sql``}next.theirs
            or (next.role = 'manager' and r.entity_id in (select entity_id from managed)))
     order by r.submitted_position)`
}

/** `deciding`: the one who asks, and those for whom they stand in. `managed`: whose manager one of them is. */
function whoDecides({ book, deciders, today }: Queue): RawBuilder<unknown> {
  return sql`deciding as materialized (
             ${deciders.ids}
              union
             select entity_id
               from ledger.delegations
              where book_id = ${book}
                and ${deciders.areDelegates}
                and ${today}::date between from_day and to_day
           ),
           managed as materialized (
             select entity_id from ledger.entities where book_id = ${book} and manager in (select id from deciding)
           )`
}

/**
 * `steps`: what each version of each policy asks for, and of which first days. `theirs`: the resources by which they may be
 * asked, and whether that may be for the first step.
 */
function whatIsAsked({ book, withAnybodys }: Queue): RawBuilder<unknown> {
  return sql`versions as materialized (
             select policy_id, resource, requests,
                    case when lag(effective_from) over w is null then '-infinity' else effective_from end as begins,
                    coalesce(lead(effective_from) over w, 'infinity') as ends
               from (
                      select distinct on (policy_id, effective_from) policy_id, resource, requests, effective_from
                        from ledger.policy_versions
                       where book_id = ${book}
                       order by policy_id, effective_from, version desc
                    ) as newest
             window w as (partition by policy_id order by effective_from)
           ),
           steps as materialized (
             select v.policy_id, v.resource, v.begins, v.ends, step.nth, step.role, named.holders,
                    named.holders && array(select id from deciding) as theirs
               from versions v
              cross join lateral json_array_elements_text(
                      case json_typeof(v.requests -> 'approval') when 'array' then v.requests -> 'approval' else '[]' end)
                      with ordinality as step(role, nth)
              cross join lateral (
                      select array(
                               select holder
                                 from json_array_elements_text(v.requests -> 'roles' -> step.role) as holder
                                where step.role <> 'manager'
                                order by holder) as holders) as named
           ),
           theirs as materialized (
             select resource, bool_or(is_first) as may_be_first
               from (
                      select resource, nth = 1 as is_first
                        from steps
                       where theirs${withAnybodys ? NOBODYS_STEPS : sql``}
                    ) as asked
              group by resource
           )`
}

/** What any holder of the right may decide: nobody has to agree. */
const ANYBODYS = sql`next.role is null
            or `

/** The resources by which that may be. */
const NOBODYS_STEPS = sql`
                       union all
                      select resource, true
                        from versions v
                       where not exists (select from steps s where s.policy_id = v.policy_id and s.begins = v.begins)`

/** A request that somebody has to decide about: what the two indexes of those have. */
const WAITS = sql`(status = 'pending' or cancellation is not null)`

const COLUMNS = sql.raw(
  'request_id, version, submitted_position, entity_id, resource, status, from_day, to_day, cancellation, agreed, lines',
)

/** `waiting`: what may wait for them. */
function whatWaits(book: string): RawBuilder<unknown> {
  return sql`waiting as (
             select r.*
               from managed
              cross join lateral (
                      select ${COLUMNS}
                        from ledger.requests
                       where book_id = ${book}
                         and entity_id = managed.entity_id
                         and ${WAITS}) as r
              union all
             select r.*
               from theirs
              cross join lateral (
                      select ${COLUMNS}
                        from ledger.requests
                       where book_id = ${book}
                         and resource = theirs.resource
                         and (theirs.may_be_first or agreed is not null or cancellation is not null)
                         and ${WAITS}) as r
              where r.entity_id not in (select entity_id from managed)
           )`
}

/** The first step that is left of a request `r`; where none is, or its cancellation is asked for, the last: `stepsLeft()`. */
const NEXT_STEP = sql`
             select role, theirs
               from (
                      select step.*, r.cancellation is null and step.again > (
                               select count(*) from json_array_elements_text(r.agreed) as one(role) where one.role = step.role) as is_left
                        from (
                               select role, theirs, row_number() over (order by policy_nth, nth) as ord,
                                      row_number() over (partition by role order by policy_nth, nth) as again
                                 from (
                                        select distinct on (s.role, s.holders) s.role, s.holders, s.theirs, d.nth as policy_nth, s.nth
                                          from (
                                                 select line.of ->> 4 as policy, min(line.nth) as nth
                                                   from json_array_elements(r.lines) with ordinality as line(of, nth)
                                                  group by 1
                                               ) as d
                                          join steps s on s.policy_id = d.policy
                                                      and s.begins <= r.from_day
                                                      and s.ends > r.from_day
                                         order by s.role, s.holders, d.nth, s.nth
                                      ) as once
                             ) as step
                    ) as step
              order by is_left desc, case when is_left then ord else -ord end
              limit 1`
