import { statement } from '../db/statement.ts'

/** Until the end of the transaction: the role that may forget, and nothing else. */
export const BE_FORGETTING = statement({ text: 'set local role daybook_eraser', params: [] })

/** The first entries that are left. */
export const OLDEST_ENTRIES = statement({
  name: 'oldest-audit-entries',
  text: `
    select entry_id as entry, at, encode(hash, 'hex') as hash
      from audit.entries
     order by entry_id
     limit $1`,
  columns: { entry: 'int8', at: 'timestamptz', hash: 'text' },
  params: ['int8'],
})

export const DELETE_ENTRIES = statement({
  name: 'delete-audit-entries',
  text: `
    delete from audit.entries
     where entry_id <= $1`,
  params: ['int8'],
})

/** Where the chain begins from then on. */
export const MOVE_BEGINNING = statement({
  name: 'move-audit-beginning',
  text: `
    update audit.head
       set pruned_id = $1, pruned = $2`,
  params: ['int8', 'bytea'],
})
