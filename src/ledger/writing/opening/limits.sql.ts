import { statement } from '../../../db/statement.ts'
import { TRANSACTION, TRANSACTION_COLUMNS } from '../../rows/transaction-row.ts'

/** Every line of some accounts, each in the order in which it was recorded. As a range of one, in order: only the entities' own index gives that order. */
export const LIMITED_LINES = statement({
  name: 'read-limited-lines',
  columns: { at: 'int4', ...TRANSACTION },
  params: ['text', 'text[]', 'text[]'],
  text: `
      select a.at::integer - 1 as at, t.*
        from unnest($2::text[], $3::text[]) with ordinality as a(entity_id, policy_id, at)
       cross join lateral (
             select ${TRANSACTION_COLUMNS}
               from ledger.transactions
              where book_id = $1
                and entity_id >= a.entity_id
                and entity_id <= a.entity_id
                and policy_id = a.policy_id
              order by entity_id, position, line) as t
       order by a.at, t.position, t.line`,
})
