import { statement } from '../../db/statement.ts'

/** A checkpoint: of a book, in a build of a projection. */
const KEY = ['text', 'text', 'int4'] as const

/** A book that has no checkpoint is rebuilt as of its head now, from before the first slice on. */
export const BEGIN_CURSOR = statement({
  params: KEY,
  text: `
      insert into projections.checkpoints (book_id, projection, build, position, rebuilt_up_to, rebuilt_after)
      select h.book_id, $2, $3, 0, h.position, ''
        from ledger.heads h
       where h.book_id = $1
          on conflict do nothing`,
})

export const READ_CURSOR = statement({
  columns: { up_to: 'int8?', after: 'text?' },
  params: KEY,
  text: `
      select rebuilt_up_to as up_to, rebuilt_after as after
        from projections.checkpoints
       where book_id = $1
         and projection = $2
         and build = $3`,
})

export const MOVE_CURSOR = statement({
  params: [...KEY, 'text'],
  text: `
      update projections.checkpoints
         set rebuilt_after = $4
       where book_id = $1
         and projection = $2
         and build = $3`,
})

/** From here on the book is caught up event by event. */
export const END_CURSOR = statement({
  params: KEY,
  text: `
      update projections.checkpoints
         set position = rebuilt_up_to, rebuilt_up_to = null, rebuilt_after = null
       where book_id = $1
         and projection = $2
         and build = $3`,
})

/** The book is caught up from its first event on. */
export const GIVE_UP_CURSOR = statement({
  params: KEY,
  text: `
      update projections.checkpoints
         set position = 0, rebuilt_up_to = null, rebuilt_after = null
       where book_id = $1
         and projection = $2
         and build = $3`,
})
