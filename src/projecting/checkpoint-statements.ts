import { narrowed, statement } from '../db/statement.ts'
import type { BuildState } from './build-state.ts'

/** What a checkpoint is known by: a book, a projection, the number of its build. */
export type CheckpointKey = readonly [book: string, projection: string, build: number]

const KEY = ['text', 'text', 'int4'] as const

const CHECKPOINT_FOR_UPDATE = `
        select position
          from projections.checkpoints
         where book_id = $1
           and projection = $2
           and build = $3
           for update`

/** The lock is the claim; whoever finds it held goes on without it. */
export const CLAIM = statement({
  name: 'projecting-claim',
  columns: { position: 'int8' },
  params: KEY,
  text: `${CHECKPOINT_FOR_UPDATE} skip locked`,
})

export const CLAIM_WAITING = statement({
  name: 'projecting-claim-waiting',
  columns: { position: 'int8' },
  params: KEY,
  text: CHECKPOINT_FOR_UPDATE,
})

/** What a batch goes by, to be read behind the lock. */
export const READ_FRAME = statement({
  name: 'projecting-frame',
  columns: { head: 'int8', state: narrowed<BuildState | null>('text?'), rebuilding: 'bool' },
  params: KEY,
  text: `
        select h.position as head,
               (select state from projections.builds where projection = $2 and build = $3) as state,
               coalesce((
                 select rebuilt_up_to is not null
                   from projections.checkpoints
                  where book_id = $1
                    and projection = $2
                    and build = $3), false) as rebuilding
          from ledger.heads h
         where h.book_id = $1`,
})

export const READ_PARKED = statement({
  name: 'projecting-parked',
  columns: { entity_id: 'text' },
  params: KEY,
  text: `
        select entity_id
          from projections.withheld
         where book_id = $1
           and projection = $2
           and build = $3
           and state = 'parked'`,
})

export const ADD_CHECKPOINT = statement({
  name: 'projecting-add-checkpoint',
  params: KEY,
  text: `
      insert into projections.checkpoints (book_id, projection, build, position)
      select h.book_id, $2, $3, 0
        from ledger.heads h
       where h.book_id = $1
          on conflict do nothing`,
})

/** Where it is at $4, and nowhere else. */
export const MOVE_CHECKPOINT = statement({
  name: 'projecting-move',
  params: [...KEY, 'int8', 'int8'],
  text: `
      update projections.checkpoints
         set position = $5
       where book_id = $1
         and projection = $2
         and build = $3
         and position = $4`,
})
