import { type RawBuilder, sql } from 'kysely'
import type { RowOf, Statement } from '../../src/db/statement.ts'
import { addSums, type Sums } from '../../src/domain/account/account.ts'
import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import { atPolicyScale, exactFrom } from '../../src/domain/exact.ts'
import { floorsAt } from '../../src/domain/policy/floor.ts'
import { newestVersion, type PolicyHistory } from '../../src/domain/policy/policy.ts'
import { MAX_SCALE } from '../../src/domain/quantity.ts'
import type { Component } from '../../src/domain/transaction.ts'
import type { Standing } from '../../src/ledger/read/standing.ts'
import type { Build } from '../../src/projecting/projection.ts'
import { type DaySums, parseDays, parseDaysAfter } from './days.ts'
import { monthEnd } from './month.ts'
import { type Surroundings, standingFrom } from './surroundings.ts'

/** What the snapshots hold around a day of one account; all null where they do not serve. */
export const NEAR_SNAPSHOT = {
  applied: 'int8?',
  base_end: 'date?',
  base_sums: 'json?',
  base_days: 'text?',
  base_count: 'int8?',
  tail: 'json?',
  whole_lowest: 'numeric?',
  whole_closing: 'numeric?',
  months: 'json?',
  last_count: 'int8?',
} as const

export type NearSnapshotRow = RowOf<Statement<typeof NEAR_SNAPSHOT>>

/** Which build to read, and expressions of the statement that the part is put into. */
export interface NearSnapshotAsked {
  readonly build: Build
  readonly book: RawBuilder<unknown>
  readonly entity: RawBuilder<unknown>
  readonly policy: RawBuilder<unknown>
  /** Null: nothing is read. */
  readonly asOf: RawBuilder<unknown>
  /** Of `asOf`. */
  readonly monthEnd: RawBuilder<unknown>
  readonly knownAt: RawBuilder<unknown>
  /** Whether the snapshots are needed at all. */
  readonly needed: RawBuilder<unknown>
}

/**
 * Reads the snapshots around a day, and the transactions between what they know and what is asked about: a few rows,
 * found by their keys. Pairs are compared, in order, because only the index of entities can serve that: a plan made while
 * the book is new would take any index.
 *
 * The snapshots do not serve in two cases: something is withheld of the entity; or the past asked about is so distant that
 * the record up to then is shorter than what came after.
 */
export function nearSnapshot(asked: NearSnapshotAsked): RawBuilder<unknown> {
  const { build, book, entity, policy, asOf, monthEnd, knownAt, needed } = asked
  const snapshots = sql.table(build.table('balance_snapshots'))
  return sql`
        left join lateral (
               select p.position as applied,
                      s.month_end as base_end,
                      s.sums as base_sums,
                      s.days as base_days,
                      s.transaction_count as base_count,
                      t.lines as tail,
                      l.whole_lowest,
                      l.whole_closing,
                      l.months,
                      l.last_count
                 from projections.checkpoints p
                cross join lateral (
                        select json_agg(json_build_array(effective_on, component, amount::text)) as lines,
                               min(effective_on) filter (where effective_on > ${asOf}) as first_later
                          from (
                                 select policy_id, effective_on, component, amount
                                   from ledger.transactions
                                  where book_id = ${book}
                                    and (entity_id, position) > (${entity}, least(p.position, ${knownAt}))
                                    and (entity_id, position) <= (${entity}, greatest(p.position, ${knownAt}))
                                  order by entity_id, position, line
                               ) as of_entity
                         where policy_id = ${policy}
                      ) as t
                 left join lateral (
                        select month_end,
                               json_build_array(accrued::text, consumed::text, pending::text, adjusted::text) as sums,
                               days,
                               transaction_count
                          from ${snapshots}
                         where book_id = ${book}
                           and entity_id = ${entity}
                           and policy_id = ${policy}
                           and month_end <= ${monthEnd}
                         order by month_end desc
                         limit 1) as s on true
                cross join lateral (
                        ${laterMonths(asked)}
                      ) as l
                where p.book_id = ${book}
                  and p.projection = ${sql.lit(build.projection)}
                  and p.build = ${sql.lit(build.number)}
                  and ${needed}
                  and ${knownAt} * 2 >= p.position
                  and (
                        select true
                          from projections.withheld
                         where book_id = ${book}
                           and projection = ${sql.lit(build.projection)}
                           and build = ${sql.lit(build.number)}
                           and entity_id = ${entity}
                         limit 1) is null
             ) as n on true`
}

/**
 * What the snapshots say of the months after that of the day. As a whole: those before the tail, and before a version of the
 * policy that may bring another limit. The others day by day.
 */
function laterMonths({ build, book, entity, policy, asOf, monthEnd, knownAt }: NearSnapshotAsked): RawBuilder<unknown> {
  const snapshots = sql.table(build.table('balance_snapshots'))
  const balance = sql`accrued + consumed + pending + adjusted`
  return sql`select min(lowest) filter (where is_whole) as whole_lowest,
                               (array_agg(balance order by month_end desc) filter (where is_whole))[1] as whole_closing,
                               json_agg(json_build_array(month_end, days) order by month_end)
                                 filter (where not is_whole) as months,
                               max(transaction_count) as last_count
                          from (
                                 select month_end, lowest, days, transaction_count,
                                        ${balance} as balance,
                                        month_end < least(t.first_later, f.first_change, 'infinity') as is_whole
                                   from ${snapshots}
                                  cross join (
                                          select case when count(distinct coalesce(overdraft_limit, -1)) > 1 then
                                                   min(effective_from) filter (where effective_from > ${asOf})
                                                 end as first_change
                                            from ledger.policy_versions
                                           where book_id = ${book}
                                             and policy_id = ${policy}
                                             and position <= ${knownAt}) as f
                                  where book_id = ${book}
                                    and entity_id = ${entity}
                                    and policy_id = ${policy}
                                    and month_end > ${monthEnd}
                               ) as m`
}

/** @returns undefined where the snapshots do not serve */
export function standingNear(
  row: NearSnapshotRow,
  { asOf, knownAt, policy }: { asOf: CalendarDate; knownAt: number; policy: PolicyHistory },
): Standing | undefined {
  if (row.applied === null) return undefined
  const { scale } = newestVersion(policy)
  const around = surroundings(row, row.applied, { asOf, knownAt })
  const { sums, spendable, version } = standingFrom(around, floorsAt(policy, MAX_SCALE))
  const [accrued, consumed, pending, adjusted] = sums
  const print = (exact: bigint): bigint => atPolicyScale(exact, scale)
  return {
    sums: [print(accrued), print(consumed), print(pending), print(adjusted)],
    spendable: spendable === null ? null : print(spendable),
    version,
  }
}

function surroundings(
  row: NearSnapshotRow,
  applied: number,
  { asOf, knownAt }: { asOf: CalendarDate; knownAt: number },
): Surroundings {
  const tail = JSON.parse(row.tail ?? '[]') as [CalendarDate, Component, string][]
  const months = JSON.parse(row.months ?? '[]') as [CalendarDate, string][]
  return {
    asOf,
    base: baseFrom(row, asOf),
    tail: tail.map(([on, component, amount]) => ({ on, component, amount: exactFrom(amount) })),
    tailIs: knownAt >= applied ? 'missing' : 'too much',
    whole:
      row.whole_lowest === null
        ? undefined
        : { lowest: exactFrom(row.whole_lowest), closing: exactFrom(row.whole_closing!) },
    days: months.flatMap(([end, days]) => parseDays(days, end)),
    count: row.last_count ?? undefined,
  }
}

function baseFrom(
  { base_end, base_sums, base_days, base_count }: NearSnapshotRow,
  asOf: CalendarDate,
): Surroundings['base'] {
  if (base_end === null) return undefined
  const [accrued, consumed, pending, adjusted] = JSON.parse(base_sums!) as [string, string, string, string]
  const atEnd: Sums = [exactFrom(accrued), exactFrom(consumed), exactFrom(pending), exactFrom(adjusted)]
  const daysAfter = base_end === monthEnd(asOf) ? parseDaysAfter(base_days!, asOf) : []
  return { sums: daysAfter.reduce(withoutDay, atEnd), daysAfter, count: base_count! }
}

function withoutDay(sums: Sums, { sums: [accrued, consumed, pending, adjusted] }: DaySums): Sums {
  return addSums(sums, [-accrued, -consumed, -pending, -adjusted])
}
