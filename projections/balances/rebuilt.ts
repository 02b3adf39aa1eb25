import type { Rebuilt } from '../../src/projecting/projection.ts'

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
             trim_scale(sum(sum(accrued)) over months) as accrued,
             trim_scale(sum(sum(consumed)) over months) as consumed,
             trim_scale(sum(sum(pending)) over months) as pending,
             trim_scale(sum(sum(adjusted)) over months) as adjusted,
             trim_scale(min(balance)) as lowest,
             ('[' || string_agg(
                '["' || effective_on
                || '","' || trim_scale(accrued)
                || '","' || trim_scale(consumed)
                || '","' || trim_scale(pending)
                || '","' || trim_scale(adjusted) || '"]',
                ',' order by effective_on) || ']')::json as days,
             max(max(last_position)) over months as last_position,
             (sum(sum(transactions)) over months)::bigint as transaction_count
        from (
               select *,
                      (date_trunc('month', effective_on) + interval '1 month - 1 day')::date as month_end,
                      sum(accrued + consumed + pending + adjusted) over (
                        partition by entity_id, policy_id order by effective_on) as balance
                 from (
                        select book_id,
                               entity_id,
                               policy_id,
                               effective_on,
                               coalesce(sum(amount) filter (where component = 'accrued'), 0) as accrued,
                               coalesce(sum(amount) filter (where component = 'consumed'), 0) as consumed,
                               coalesce(sum(amount) filter (where component = 'pending'), 0) as pending,
                               coalesce(sum(amount) filter (where component = 'adjusted'), 0) as adjusted,
                               max(position) as last_position,
                               count(*) as transactions
                          from ${transactions} as t
                         group by book_id, entity_id, policy_id, effective_on
                      ) as sums
             ) as days
       group by book_id, entity_id, policy_id, month_end
      window months as (partition by entity_id, policy_id order by month_end)`,
    },
  ],
}
