import { componentSums } from '../../src/ledger/rows/component-sums.ts'
import type { Rebuilt } from '../../src/projecting/projection.ts'

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
      key: ['resource', 'day'],
      columns: ['accrued', 'consumed', 'pending', 'adjusted', 'transactions'],
      select: ({ transactions }) => `
      select book_id,
             resource,
             effective_on as day,
             ${componentSums((sum) => `trim_scale(coalesce(${sum}, 0))`)},
             count(*) as transactions
        from ${transactions} as t
       group by book_id, resource, effective_on`,
    },
    {
      table: 'stats_consumers',
      key: ['resource', 'year', 'entity_id'],
      columns: ['consumed'],
      select: ({ transactions }) => `
      select book_id,
             resource,
             extract(year from effective_on)::integer as year,
             entity_id,
             trim_scale(-sum(amount)) as consumed
        from ${transactions} as t
       where component = 'consumed'
       group by book_id, resource, extract(year from effective_on)::integer, entity_id`,
    },
  ],
}
