import type { ClientBase } from 'pg'
import type { BuildState } from './builds.ts'
import type { Build } from './projection.ts'

/** A build of one book, claimed: nobody else applies anything to it until the transaction ends. */
export interface Claimed {
  readonly position: number
  /** The end of the book, at or after the position. */
  readonly head: number
  /** Nothing of them is applied until they are retried. */
  readonly parked: ReadonlySet<string>
}

/**
 * Claims a book for a build.
 * @param expected what the build must be; somebody may have switched to another one meanwhile
 * @param wait for whoever holds the claim, or leave it to him
 * @returns `busy` where somebody holds the claim, or the book has no checkpoint yet; `stale` where the build is not what
 *   was expected, or the book is just being rebuilt
 */
export async function claim(
  tx: ClientBase,
  book: string,
  build: Build,
  { expected, wait }: { expected: BuildState; wait: boolean },
): Promise<Claimed | 'busy' | 'stale'> {
  const key = [book, build.projection, build.number]
  // The frame is read by statements of their own behind the lock: they see what was committed before it was granted.
  const [checkpoint, frame, parked] = await Promise.all([
    tx.query<{ position: number; rebuilding: boolean }>({
      name: wait ? 'projecting-claim-waiting' : 'projecting-claim',
      text: `
        select position, rebuilt_up_to is not null as rebuilding
          from projections.checkpoints
         where book_id = $1
           and projection = $2
           and build = $3
           for update${wait ? '' : ' skip locked'}`,
      values: key,
    }),
    tx.query<{ head: number; state: BuildState | null }>({
      name: 'projecting-frame',
      text: `
        select h.position as head,
               (select state from projections.builds where projection = $2 and build = $3) as state
          from ledger.heads h
         where h.book_id = $1`,
      values: key,
    }),
    tx.query<{ entity_id: string }>({
      name: 'projecting-parked',
      text: `
        select entity_id
          from projections.withheld
         where book_id = $1
           and projection = $2
           and build = $3
           and state = 'parked'`,
      values: key,
    }),
  ])
  const [row] = checkpoint.rows
  if (row === undefined) return 'busy'
  if (row.rebuilding || frame.rows[0]?.state !== expected) return 'stale'
  return {
    position: row.position,
    head: frame.rows[0].head,
    parked: new Set(parked.rows.map(({ entity_id }) => entity_id)),
  }
}

/** Lets a book be claimed for a build: nothing of it is applied yet. */
export async function addCheckpoint(db: Pick<ClientBase, 'query'>, book: string, build: Build): Promise<void> {
  await db.query({
    name: 'projecting-add-checkpoint',
    text: `
      insert into projections.checkpoints (book_id, projection, build, position)
      select h.book_id, $2, $3, 0
        from ledger.heads h
       where h.book_id = $1
          on conflict do nothing`,
    values: [book, build.projection, build.number],
  })
}

/** @throws Error where the checkpoint is not where the claim found it: somebody wrote past the lock */
export async function moveCheckpoint(
  tx: ClientBase,
  book: string,
  build: Build,
  { from, to }: { from: number; to: number },
): Promise<void> {
  const { rowCount } = await tx.query({
    name: 'projecting-move',
    text: `
      update projections.checkpoints
         set position = $5
       where book_id = $1
         and projection = $2
         and build = $3
         and position = $4`,
    values: [book, build.projection, build.number, from, to],
  })
  if (rowCount !== 1) throw new Error(`the checkpoint of ${build.projection} in ${book} moved under its lock`)
}
