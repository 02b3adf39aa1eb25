import type { Pool } from 'pg'
import { query, statement } from '../db/statement.ts'
import { sqlState } from '../ledger/failure.ts'
import type { Build, Projection } from './projection.ts'
import { buildOf } from './tables.ts'

/** For the queries of a read model: knows which of its builds is read now. */
export interface ActiveBuild {
  /**
   * Reads from the active build; once more where another one has become active meanwhile.
   * @param use gets undefined where there is no build that this version of the code can read; throws `NotActive`, or the
   *   error of a table that is gone, where the build is active no more
   */
  read<T>(use: (build: Build | undefined) => Promise<T>): Promise<T>
}

/** What was read came from a build that is not the active one. */
export class NotActive extends Error {
  constructor() {
    super('another build has become active')
    this.name = 'NotActive'
  }
}

/** How often a read may find that there has been a switch. */
const MOST_SWITCHES = 3

const UNDEFINED_TABLE = '42P01'

/** It asks once, and again when a read says so: every statement has to look whether its build is active, see `isActive`. */
export function openActiveBuild(db: Pool, projection: Pick<Projection, 'name' | 'version'>): ActiveBuild {
  let known: Promise<Build | undefined> | undefined
  return {
    async read(use) {
      for (let attempt = 1; ; attempt++) {
        known ??= readActive(db, projection)
        const asked = known
        try {
          const build = await asked
          // Where there is none now, there may be one any moment.
          if (build === undefined && known === asked) known = undefined
          return await use(build)
        } catch (error) {
          if (known === asked) known = undefined
          const isGone = error instanceof NotActive || sqlState(error) === UNDEFINED_TABLE
          if (!isGone || attempt === MOST_SWITCHES) throw error
        }
      }
    },
  }
}

/** An expression that says whether a build is the active one, in the snapshot of the statement that it is part of. */
export function isActive({ projection, number }: Build): string {
  return `(select state = 'active' from projections.builds where projection = '${projection}' and build = ${number})`
}

export const READ_ACTIVE_BUILD = statement({
  name: 'read-active-build',
  columns: { build: 'int4' },
  params: ['text', 'int4'],
  text: `
        select build
          from projections.builds
         where projection = $1
           and version = $2
           and state = 'active'`,
})

async function readActive(
  db: Pool,
  { name, version }: Pick<Projection, 'name' | 'version'>,
): Promise<Build | undefined> {
  try {
    const [row] = await query(db, READ_ACTIVE_BUILD, [name, version])
    return row && buildOf(name, row.build)
  } catch (error) {
    // A database that was never migrated so far, or a replica that is behind.
    if (sqlState(error) === UNDEFINED_TABLE) return undefined
    throw error
  }
}
