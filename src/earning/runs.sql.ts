import { narrowed, statement } from '../db/statement.ts'
import { FURTHEST_POSTED } from '../ledger/read/earned-through.ts'

export type RunStatus = 'running' | 'done' | 'failed'

const RUN = {
  run: 'text',
  fingerprint: 'text',
  by: 'text',
  through: 'date',
  status: narrowed<RunStatus>('text'),
  startedAt: 'timestamptz',
  startedAfter: 'int8',
  finishedAt: 'timestamptz?',
  position: 'int8?',
  accounts: 'int8',
  people: 'int8',
  postings: 'json?',
  amounts: 'json?',
  problems: 'json?',
} as const

const RUN_COLUMNS = `
             run_id as run, fingerprint, started_by as by, through, status, started_at as "startedAt",
             started_after as "startedAfter", finished_at as "finishedAt", position, accounts, people, postings, amounts, problems`

/** No row where the key is another run's already. */
export const INSERT_RUN = statement({
  name: 'insert-run',
  columns: RUN,
  params: ['text', 'text', 'text', 'text', 'date', 'text[]?', 'text[]?', 'text'],
  text: `
      insert into earning.runs (
             book_id, run_id, idempotency_key, fingerprint, through, entities, policies, started_by,
             started_at, started_after, status, accounts, people)
      select h.book_id, $2, $3, $4, $5, $6, $7, $8, now(), h.position, 'running', 0, 0
        from ledger.heads h
       where h.book_id = $1
          on conflict on constraint runs_of_key do nothing
   returning ${RUN_COLUMNS}`,
})

export const RUN_OF_KEY = statement({
  name: 'run-of-key',
  columns: RUN,
  params: ['text', 'text'],
  text: `
      select ${RUN_COLUMNS}
        from earning.runs
       where book_id = $1
         and idempotency_key = $2`,
})

export const READ_RUN = statement({
  name: 'read-run',
  columns: RUN,
  params: ['text', 'text'],
  text: `
      select ${RUN_COLUMNS}
        from earning.runs
       where book_id = $1
         and run_id = $2`,
})

/** The newest first, before one of them: of those that began at one position, the one that was asked for last. */
export const LIST_RUNS = statement({
  columns: RUN,
  params: ['text', 'text?', 'int8'],
  text: `
      select ${RUN_COLUMNS}
        from earning.runs
       where book_id = $1
         and ($2::text is null
              or (started_after, started_at, run_id) < (
                   select started_after, started_at, run_id
                     from earning.runs
                    where book_id = $1
                      and run_id = $2))
       order by started_after desc, started_at desc, run_id desc
       limit $3`,
})

/**
 * Until the transaction ends, statements are planned for a whole book, with their values: connections that write are set to find a
 * few rows by an index, whatever it costs to find many. `row by row` is how the accounts of a few entities are joined. Those of
 * all are joined as whole tables, however small the server believes them to be: where it last looked before the first run, no
 * account was ever run.
 */
export const PLAN_FOR_MANY = statement({
  name: 'plan-for-many',
  columns: { rowByRow: 'text' },
  /** Whether row by row. */
  params: [narrowed<'off' | 'on'>('text')],
  text: `
      select set_config('enable_nestloop', $1, true) as "rowByRow"
        from (
               select set_config('plan_cache_mode', 'auto', true),
                      set_config('enable_seqscan', 'on', true),
                      set_config('enable_bitmapscan', 'on', true),
                      set_config('enable_sort', 'on', true),
                      set_config('enable_hashjoin', 'on', true),
                      set_config('enable_mergejoin', 'on', true)
             ) as plain`,
})

/**
 * Divides what is due into batches of $6 accounts: those that never were worked out, of which a day has come, about which
 * something was recorded, or whose rules, calendar or assignment have changed.
 *
 * $4: policies that earn or carry over, of whose accounts something may be due; $5: the newest position of each; $7: those of
 * them that look at leave under every policy, as an assignment may by terms of its own; $8: the newest position of a calendar.
 */
export const DIVIDE_RUN = statement({
  columns: { accounts: 'int8', people: 'int8' },
  params: ['text', 'text', 'date', 'text[]', 'int8[]', 'int8', 'text[]', 'int8', 'text[]?', 'text[]?'],
  text: `
      with ruled as (
        select * from unnest($4::text[], $5::bigint[]) as r(policy_id, position)
      ), concerned as (
        select a.entity_id, a.policy_id
          from ledger.accounts a
          join ruled r on r.policy_id = a.policy_id
         where a.book_id = $1
         union
        select a.entity_id, a.policy_id
          from ledger.assignments a
          left join ruled r on r.policy_id = a.policy_id
         where a.book_id = $1
           and (r.policy_id is not null or a.terms is not null)
         union
        select t.entity_id, t.policy_id
          from ledger.transactions t
         where t.book_id = $1
           and t.valid_until is not null
      ), due as (
        select c.entity_id, c.policy_id
          from concerned c
          left join earning.accounts m
            on m.book_id = $1
           and m.entity_id = c.entity_id
           and m.policy_id = c.policy_id
          left join ledger.accounts a
            on a.book_id = $1
           and a.entity_id = c.entity_id
           and a.policy_id = c.policy_id
          left join ruled r on r.policy_id = c.policy_id
         where ($9::text[] is null or c.entity_id = any ($9))
           and ($10::text[] is null or c.policy_id = any ($10))
           and (m.book_id is null
                or m.next_due <= $3
                or m.version <> coalesce(a.version, 0)
                or m.seen < $8
                or m.seen < coalesce(r.position, 0)
                or exists (
                     select
                       from ledger.entities e
                      where e.book_id = $1
                        and e.entity_id = c.entity_id
                        and e.position > m.seen)
                or exists (
                     select
                       from ledger.assignments s
                      where s.book_id = $1
                        and s.entity_id = c.entity_id
                        and s.position > m.seen)
                or exists (
                     select
                       from ledger.work_patterns w
                      where w.book_id = $1
                        and w.entity_id = c.entity_id
                        and w.position > m.seen)
                or exists (
                     select
                       from ledger.events v
                      where v.book_id = $1
                        and v.data ->> 'entity' = c.entity_id
                        and v.type in ('worked-hours-recorded', 'worked-hours-reversed', 'notice-given')
                        and v.position > m.seen)
                or ((c.policy_id = any ($7)
                     or exists (
                          select
                            from ledger.assignments s
                           where s.book_id = $1
                             and s.entity_id = c.entity_id
                             and s.policy_id = c.policy_id
                             and s.terms -> 'earning' ->> 'basis' = 'working-time')) and exists (
                     select
                       from ledger.accounts o
                      where o.book_id = $1
                        and o.entity_id = c.entity_id
                        and o.last_position > m.seen)))
      ), numbered as (
        select entity_id, policy_id, (row_number() over (order by entity_id, policy_id) - 1) / $6 as number
          from due
      ), added as (
        insert into earning.batches (book_id, run_id, number, entities, policies, worked_out)
        select r.book_id, r.run_id, n.number, n.entities, n.policies, false
          from earning.runs r
         cross join (
               select number,
                      array_agg(entity_id order by entity_id, policy_id) as entities,
                      array_agg(policy_id order by entity_id, policy_id) as policies
                 from numbered
                group by number) as n
         where r.book_id = $1
           and r.run_id = $2
      )
      select count(*) as accounts, count(distinct entity_id) as people
        from due`,
})

export const SIZE_RUN = statement({
  name: 'size-run',
  params: ['text', 'text', 'int8', 'int8'],
  text: `
      update earning.runs
         set accounts = $3, people = $4
       where book_id = $1
         and run_id = $2`,
})

/** Takes the next batch that nobody works on. */
export const TAKE_BATCH = statement({
  name: 'take-batch',
  columns: { number: 'int8', entities: 'text[]', policies: 'text[]' },
  params: ['text', 'text', 'text', 'float8'],
  text: `
      update earning.batches b
         set lease = $3, leased_till = now() + make_interval(secs => $4)
       where b.book_id = $1
         and b.run_id = $2
         and b.number = (
               select number
                 from earning.batches
                where book_id = $1
                  and run_id = $2
                  and not worked_out
                  and (leased_till is null or leased_till <= now())
                order by number
                limit 1
                  for update skip locked)
   returning b.number, b.entities, b.policies`,
})

/** Says what became of a batch; nothing where somebody else has taken it meanwhile. */
export const END_BATCH = statement({
  name: 'end-batch',
  params: ['text', 'text', 'int8', 'text', 'json?', 'json'],
  text: `
      update earning.batches
         set worked_out = true, lease = null, leased_till = null, problems = $5, posted = $6
       where book_id = $1
         and run_id = $2
         and number = $3
         and lease = $4`,
})

export const GIVE_BACK_BATCH = statement({
  name: 'give-back-batch',
  params: ['text', 'text', 'int8', 'text'],
  text: `
      update earning.batches
         set lease = null, leased_till = null
       where book_id = $1
         and run_id = $2
         and number = $3
         and lease = $4`,
})

/** What the batches that are worked out have posted. */
export const POSTED_BY_BATCHES = statement({
  name: 'posted-by-batches',
  columns: { accruals: 'int8', carryOvers: 'int8', lapses: 'int8', corrections: 'int8' },
  params: ['text', 'text'],
  text: `
      select coalesce(sum((posted ->> 0)::bigint), 0)::bigint as accruals,
             coalesce(sum((posted ->> 1)::bigint), 0)::bigint as "carryOvers",
             coalesce(sum((posted ->> 2)::bigint), 0)::bigint as lapses,
             coalesce(sum((posted ->> 3)::bigint), 0)::bigint as corrections
        from earning.batches
       where book_id = $1
         and run_id = $2
         and worked_out`,
})

export const OPEN_BATCHES = statement({
  name: 'open-batches',
  columns: { open: 'int8', accounts: 'int8' },
  params: ['text', 'text'],
  text: `
      select count(*) as open, coalesce(sum(cardinality(entities)), 0)::bigint as accounts
        from earning.batches
       where book_id = $1
         and run_id = $2
         and not worked_out`,
})

export const PROBLEMS_OF_RUN = statement({
  name: 'problems-of-run',
  columns: { problems: 'json!' },
  params: ['text', 'text'],
  text: `
      select problems
        from earning.batches
       where book_id = $1
         and run_id = $2
         and problems is not null
       order by number`,
})

// The transactions of an event are found by their key, event by event: a join that the planner may turn round would read the book.
/** What a run has posted so far, by what it is: of the events of the service itself that name it. */
export const POSTED_BY_RUN = statement({
  columns: { rule: 'text', policy: 'text', postings: 'int8', amount: 'numeric' },
  params: ['text', 'text', 'int8'],
  text: `
      select e.data ->> 'rule' as rule,
             e.data ->> 'policy' as policy,
             count(*) as postings,
             trim_scale(coalesce(sum(t.amount), 0)) as amount
        from ledger.events e
       cross join lateral (
             select sum(amount) as amount
               from ledger.transactions
              where book_id = $1
                and position >= e.position
                and position <= e.position) as t
       where e.book_id = $1
         and e.position > $3
         and e.type = 'earned'
         and e.decision ->> 'run' = $2
       group by 1, 2
       order by 1, 2`,
})

/** Where it has not ended yet. */
export const END_RUN = statement({
  name: 'end-run',
  params: ['text', 'text', 'text', 'json', 'json', 'json'],
  text: `
      update earning.runs
         set status = $3, finished_at = now(), postings = $4, amounts = $5, problems = $6,
             position = (select position from ledger.heads where book_id = $1)
       where book_id = $1
         and run_id = $2
         and status = 'running'`,
})

export const FORGET_BATCHES = statement({
  name: 'forget-batches',
  params: ['text', 'text'],
  text: `
      delete from earning.batches
       where book_id = $1
         and run_id = $2`,
})

/** A run over everybody has come to its day. */
export const MOVE_BOOK = statement({
  name: 'move-earning-book',
  params: ['text', 'date'],
  text: `
      insert into earning.books (book_id, through)
      select h.book_id, $2
        from ledger.heads h
       where h.book_id = $1
          on conflict (book_id) do update
         set through = greatest(books.through, excluded.through)`,
})

export const RUNNING = statement({
  name: 'running-runs',
  columns: { book: 'text', run: 'text' },
  text: `
      select book_id as book, run_id as run
        from earning.runs
       where status = 'running'
       order by started_at
       limit 100`,
})

export const READ_MARKS = statement({
  name: 'read-earning-marks',
  columns: {
    entity: 'text',
    policy: 'text',
    through: 'date!',
    assignments: 'text[]',
    seen: 'int8',
  },
  params: ['text', 'text[]', 'text[]'],
  text: `
      select m.entity_id as entity, m.policy_id as policy, m.assignments, m.seen,
             ${FURTHEST_POSTED.trim()} as through
        from unnest($2::text[], $3::text[]) as a(entity_id, policy_id)
        join earning.accounts m
          on m.book_id = $1
         and m.entity_id = a.entity_id
         and m.policy_id = a.policy_id
        left join earning.books r on r.book_id = m.book_id`,
})

export const WRITE_MARKS = statement({
  name: 'write-earning-marks',
  params: ['text', 'text[]', 'text[]', 'date', 'date[]', 'int8[]', 'int8', 'text[]'],
  text: `
      insert into earning.accounts (book_id, entity_id, policy_id, through, next_due, version, seen, assignments)
      select h.book_id, m.entity_id, m.policy_id, $4, m.next_due, m.version, $7, string_to_array(m.assignments, E'\\x1f')
        from ledger.heads h,
             unnest($2::text[], $3::text[], $5::date[], $6::bigint[], $8::text[])
               as m(entity_id, policy_id, next_due, version, assignments)
       where h.book_id = $1
          on conflict (book_id, entity_id, policy_id) do update
         set through = greatest(accounts.through, excluded.through),
             next_due = excluded.next_due,
             version = excluded.version,
             seen = excluded.seen,
             assignments = excluded.assignments`,
})

export const CALENDARS_POSITION = statement({
  name: 'newest-calendar',
  columns: { position: 'int8' },
  params: ['text'],
  text: `
      select coalesce(max(position), 0)::bigint as position
        from ledger.calendar_versions
       where book_id = $1`,
})

export const RUN_SCOPE = statement({
  name: 'run-scope',
  columns: { isEverybody: 'bool!' },
  params: ['text', 'text'],
  text: `
      select entities is null and policies is null as "isEverybody"
        from earning.runs
       where book_id = $1
         and run_id = $2`,
})

export const READ_BATCHES = statement({
  name: 'read-batches',
  columns: { entities: 'text[]', policies: 'text[]' },
  params: ['text', 'text'],
  text: `
      select entities, policies
        from earning.batches
       where book_id = $1
         and run_id = $2
       order by number`,
})
