import { componentSums } from '../../src/ledger/rows/component-sums.ts'
import type { Rebuilt } from '../../src/projecting/projection.ts'

// Grouped by from the start, so that one sort serves every step.
const MONTH_END = `(date_trunc('month', effective_on::timestamp) + interval '1 month - 1 day')::date`

/** The snapshots as one select: by day, the running balance of each day, by month, the running sums of each month. */
export const rebuilt: Rebuilt = {
  slicedBy: 'entities',
  tables: [
    {
      table: 'balance_snapshots',
      key: ['entity_id', 'policy_id', 'month_end'],
      columns: ['accrued', 'consumed', 'pending', 'adjusted', 'lowest', 'days', 'last_position', 'transaction_count'],
      select: ({ transactions }) => `
      select book_id,
             entity_id,
             policy_id,
             month_end,
             trim_scale(coalesce(sum(sum(accrued)) over months, 0)) as accrued,
             trim_scale(coalesce(sum(sum(consumed)) over months, 0)) as consumed,
             trim_scale(coalesce(sum(sum(pending)) over months, 0)) as pending,
             trim_scale(coalesce(sum(sum(adjusted)) over months, 0)) as adjusted,
             trim_scale(min(balance)) as lowest,
             string_agg(
               concat(
                 extract(day from effective_on),
                 'a' || trim_scale(nullif(accrued, 0)),
                 'c' || trim_scale(nullif(consumed, 0)),
                 'p' || trim_scale(nullif(pending, 0)),
                 'j' || trim_scale(nullif(adjusted, 0))),
               ';' order by effective_on) as days,
             max(max(last_position)) over months as last_position,
             (sum(sum(transactions)) over months)::bigint as transaction_count
        from (
               select *,
                      sum(net) over (
                        partition by entity_id, policy_id
                            order by month_end, effective_on
                             rows unbounded preceding) as balance
                 from (
                        select book_id,
                               entity_id,
                               policy_id,
                               ${MONTH_END} as month_end,
                               effective_on,
                               ${componentSums()},
                               sum(amount) as net,
                               max(position) as last_position,
                               count(*) as transactions
                          from ${transactions} as t
                         group by book_id, entity_id, policy_id, ${MONTH_END}, effective_on
                      ) as sums
             ) as days
       group by book_id, entity_id, policy_id, month_end
      window months as (partition by entity_id, policy_id order by month_end rows unbounded preceding)`,
    },
  ],
}
