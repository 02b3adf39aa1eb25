import { statement } from '../../db/statement.ts'

/** Whether the lines of the positions after $2 up to $3 agree with what is closed, up to the month $4, by the rules of `PeriodWalk`. */
export const PERIODS_FIT = statement({
  name: 'verify-periods',
  text: `
    select not exists (
             select
               from ledger.transactions
              where book_id = $1
                and position > $2
                and position <= $3
                and (left(effective_on::text, 7) collate "C" <= $4
                     or meant_for is not null
                        and (left(meant_for::text, 7) collate "C" <= $4 and meant_for::text < effective_on::text collate "C")
                            is not true)
           ) as fit`,
  columns: { fit: 'bool' },
  params: ['text', 'int8', 'int8', 'text?'],
})
