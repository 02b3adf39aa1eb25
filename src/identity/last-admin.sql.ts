import { administrators } from '../db/administrators.sql.ts'
import { statement } from '../db/statement.ts'

/** Of those who can sign in: users count where $1. */
export const COUNT_ADMINS = statement({
  name: 'count-admins',
  columns: { count: 'int8' },
  params: ['bool'],
  text: `
    select count(*) as count
      from (${administrators('$1')}
      ) as administrators`,
})
