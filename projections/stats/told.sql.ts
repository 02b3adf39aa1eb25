import { narrowed, statement } from '../../src/db/statement.ts'

// A transaction counts in the month in which it is both recorded and in effect: what counts in a month that is over is the
// same for ever. Of months that end before $2; whose amounts add up to nothing is not counted among its people.
export const TOLD_MONTHS = statement({
  name: 'stats-told-months',
  columns: {
    resource: 'text',
    unit: 'text',
    component: narrowed<'accrued' | 'consumed' | 'adjusted'>('text'),
    last_day: 'date',
    people: 'int4',
    amount: 'text',
    amounts: 'json?',
  },
  params: ['text', 'date', 'int4'],
  text: `
      with of_people as (
        select t.resource,
               u.unit,
               t.component,
               greatest(date_trunc('month', e.recorded_at at time zone 'UTC'),
                        date_trunc('month', t.effective_on::timestamp)) as month,
               t.entity_id,
               sum(t.amount) as amount
          from ledger.transactions as t
          join ledger.events as e using (book_id, position)
          join ledger.policy_versions as u
            on u.book_id = t.book_id
           and u.policy_id = t.policy_id
           and u.version = 1
         where t.book_id = $1
           and t.component in ('accrued', 'consumed', 'adjusted')
           and t.effective_on < $2::date
           and e.recorded_at < $2::timestamp at time zone 'UTC'
         group by 1, 2, 3, 4, 5
        having sum(t.amount) <> 0
      )
      select resource,
             unit,
             component,
             (month + interval '1 month' - interval '1 day')::date as last_day,
             count(*)::integer as people,
             trim_scale(sum(amount))::text as amount,
             case
               when count(*) < $3::integer
               then json_agg(json_build_array(entity_id, trim_scale(amount)::text) order by entity_id)
             end as amounts
        from of_people
       group by resource, unit, component, month
       order by resource, unit, component, month`,
})
