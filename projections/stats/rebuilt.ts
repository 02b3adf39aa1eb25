import { componentSums } from '../../src/ledger/rows/component-sums.ts'
import type { Rebuilt } from '../../src/projecting/projection.ts'

// No later version of a policy may have another unit than the first.
const UNITS = '(select book_id, policy_id, unit from ledger.policy_versions where version = 1)'

/** The statistics as selects: sums, so that those of different positions are added up. */
export const rebuilt: Rebuilt = {
  slicedBy: 'positions',
  tables: [
    {
      table: 'stats_events',
      key: ['day', 'type'],
      columns: ['events'],
      select: ({ events }) => `
      select book_id,
             (recorded_at at time zone 'UTC')::date as day,
             type,
             count(*) as events
        from ${events} as e
       group by book_id, (recorded_at at time zone 'UTC')::date, type`,
    },
    {
      table: 'stats_resources',
      key: ['resource', 'unit', 'day'],
      columns: ['accrued', 'consumed', 'pending', 'adjusted', 'transactions'],
      select: ({ transactions }) => `
      select book_id,
             resource,
             unit,
             effective_on as day,
             ${componentSums((sum) => `trim_scale(coalesce(${sum}, 0))`)},
             count(*) as transactions
        from ${transactions} as t
        join ${UNITS} as u using (book_id, policy_id)
       group by book_id, resource, unit, effective_on`,
    },
    {
      table: 'stats_consumers',
      key: ['resource', 'unit', 'year', 'entity_id'],
      columns: ['consumed'],
      select: ({ transactions }) => `
      select book_id,
             resource,
             unit,
             extract(year from effective_on)::integer as year,
             entity_id,
             trim_scale(-sum(amount)) as consumed
        from ${transactions} as t
        join ${UNITS} as u using (book_id, policy_id)
       where component = 'consumed'
       group by book_id, resource, unit, extract(year from effective_on)::integer, entity_id`,
    },
  ],
}
