import type { Pool } from 'pg'
import type { Static } from 'typebox'
import { type Missing, missingToEnd, missingToGive } from '../../access/held.ts'
import { EVERY_BOOK, type Granted, type Principal } from '../../access/principal.ts'
import { isRight, isRole } from '../../access/rights.ts'
import { invalidRequest, ProblemError } from '../../contract/problem.ts'
import type { KeyDefinition } from '../../contract/schemas/access.ts'
import { daysHeldOn } from '../edge/today.ts'

type Asked = Pick<Static<typeof KeyDefinition>, 'roles' | 'rights'>

/**
 * The grants that somebody asks for.
 * @throws ProblemError where they name what does not exist, or more than whoever asks may give
 */
export async function grantsOf(db: Pool, { roles, rights }: Asked, giver: Principal): Promise<readonly Granted[]> {
  if ((roles === undefined) === (rights === undefined)) {
    throw new ProblemError(
      invalidRequest([{ in: 'body', pointer: '', message: 'must say either `roles` or `rights`' }]),
    )
  }
  const grants = [
    ...(roles ?? []).map(({ book, role, entity = null, until = null }, index): Granted => {
      if (!isRole(role)) throw unknownRole(role, `/roles/${index}/role`)
      if (book === EVERY_BOOK && entity !== null) {
        const message = 'must not be given on every book: ids are those of one'
        throw new ProblemError(invalidRequest([{ in: 'body', pointer: `/roles/${index}/entity`, message }]))
      }
      return { book, role, entity, until }
    }),
    ...(rights ?? []).map(({ book, right, until = null }, index): Granted => {
      if (!isRight(right)) throw unknownRole(right, `/rights/${index}/right`)
      return { book, right, entity: null, until }
    }),
  ]
  await refuseBeyond(db, grants, giver)
  return grants
}

/** @throws ProblemError where these are more than somebody may give, or take over; or take away */
export async function refuseBeyond(
  db: Pool,
  grants: readonly Granted[],
  giver: Principal,
  change: Change = 'give',
): Promise<void> {
  const missing = await missingFor(db, grants, giver, change)
  if (missing === undefined) return
  const { book, right, until } = missing
  const where = book === EVERY_BOOK ? 'every book' : `the book ${book}`
  const isForToday = change === 'give' && (await missingFor(db, grants, giver, 'end')) === undefined
  const howLong = !isForToday ? '' : until === null ? ' without end' : ` until ${until}`
  const detail = `The call needs the right ${right} on ${where}${howLong}.`
  throw new ProblemError({ code: 'forbidden', detail, members: { needs: right } })
}

/** What becomes of grants: they are given to somebody, or taken over by another secret; or they are taken away. */
export type Change = 'give' | 'end'

/** What somebody lacks for that, today. @returns undefined: nothing */
export async function missingFor(
  db: Pool,
  grants: readonly Granted[],
  giver: Principal,
  change: Change,
): Promise<Missing | undefined> {
  const books = grants.map(({ book }) => book)
  const missing = change === 'end' ? missingToEnd : missingToGive
  return missing(grants, giver, await daysHeldOn(db, giver, books))
}

function unknownRole(name: string, pointer: string): ProblemError {
  const detail = `There is no role or right ${name}.`
  return new ProblemError({ code: 'unknown-role', detail, members: { name, pointer } })
}

/** As they are shown: those by roles, and those by single rights. */
export function shownGrants(grants: readonly Granted[]) {
  return {
    roles: grants.flatMap((grant) => ('role' in grant ? [grant] : [])),
    rights: grants.flatMap((grant) => {
      if (!('right' in grant)) return []
      const { book, right, until } = grant
      return [{ book, right, until }]
    }),
  }
}
