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
             trim_scale(coalesce(sum(amount) filter (where component = 'accrued'), 0)) as accrued,
             trim_scale(coalesce(sum(amount) filter (where component = 'consumed'), 0)) as consumed,
             trim_scale(coalesce(sum(amount) filter (where component = 'pending'), 0)) as pending,
             trim_scale(coalesce(sum(amount) filter (where component = 'adjusted'), 0)) as adjusted,
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
