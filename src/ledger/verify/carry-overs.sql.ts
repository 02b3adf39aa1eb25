import { statement } from '../../db/statement.ts'

/**
 * Of the positions after $2 up to $3: the first at which an event says of a carry-over what its row does not say, or the
 * other way about. Quantities are compared as texts: they are kept as they were said.
 */
export const DIFFERING_CARRY_OVER = statement({
  name: 'verify-carry-overs',
  text: `
    select coalesce(e.position, c.position) as position
      from (
             select position, data ->> 'entity' as entity_id, data ->> 'policy' as policy_id, data -> 'carried' as carried
               from ledger.events
              where book_id = $1
                and position > $2
                and position <= $3
                and type = 'earned'
                and data -> 'carried' is not null
           ) as e
      full join (
             select *
               from ledger.carry_overs
              where book_id = $1
                and position > $2
                and position <= $3
           ) as c on c.position = e.position
     where (c.entity_id = e.entity_id
            and c.policy_id = e.policy_id
            and c.on_day::text = carried ->> 'on'
            and c.earned_before::text = carried ->> 'earnedBefore'
            and c.kept::text = carried ->> 'kept'
            and c.valid_until::text is not distinct from carried ->> 'validUntil'
            and c.never_lapses::text = carried ->> 'neverLapses') is not true
     order by 1
     limit 1`,
  columns: { position: 'int8' },
  params: ['text', 'int8', 'int8'],
})
