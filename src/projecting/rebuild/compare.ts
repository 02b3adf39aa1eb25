import type { BuildRow } from '../builds.ts'
import { TooMuchParked } from '../isolate.ts'
import { buildOf } from '../tables.ts'
import { allBooks, countEvents } from './books.ts'
import { advanceTo } from './catch-up.ts'
import { difference, digestOfBuild, digestOfRecord } from './digest.ts'
import { startProgress } from './progress.ts'
import { SLICES, type Work } from './work.ts'

export interface Compared {
  /** Where the build is not what the record says. */
  readonly wrong: readonly string[]
  /** Where the build is right and the running one is not. */
  readonly repaired: readonly string[]
}

/**
 * Compares a build with the one that runs: they came about in different ways, by sets and batch by batch, so where they
 * are equal both are right. Where they differ, or nothing runs, a fresh fold of the record decides.
 * @returns undefined where it was broken off
 */
export async function compareAll(work: Work, running: BuildRow | undefined): Promise<Compared | undefined> {
  const { db, projection, build, signal, onProgress } = work
  const progress = startProgress('comparing', await countEvents(db), onProgress)
  const wrong: string[] = []
  const repaired: string[] = []
  for await (const { book, head } of allBooks(db)) {
    if (signal.aborted) return undefined
    const unlike = running?.version === projection.version ? await unlikeRunning(work, running, book) : 'nothing runs'
    if (unlike !== undefined) {
      const built = await digestOfBuild(db, projection, build, book)
      const { position } = built
      const fresh = await digestOfRecord(db, projection, build, {
        book,
        position,
        workers: work.workers,
        slice: work.slice ?? SLICES[projection.rebuilt.slicedBy],
      })
      const differs = difference(built, fresh)
      if (differs !== undefined) wrong.push(differs)
      else if (running?.version === projection.version) repaired.push(unlike)
    }
    progress.add(head)
  }
  return { wrong, repaired }
}

/** @returns in words, how the running build of a book differs from the new one at the same position */
async function unlikeRunning(work: Work, running: BuildRow, book: string): Promise<string | undefined> {
  const { db, projection, build, expected } = work
  const old = buildOf(projection.name, running.build)
  try {
    // It is ahead of the new one then, which follows to exactly where it is.
    await advanceTo(db, { projection, build: old, book, expected: 'active' })
  } catch (error) {
    if (error instanceof TooMuchParked) return `${book}: ${error.message}`
    throw error
  }
  const theirs = await digestOfBuild(db, projection, old, book)
  await advanceTo(db, { projection, build, book, expected, notBeyond: theirs.position })
  const ours = await digestOfBuild(db, projection, build, book)
  if (ours.position !== theirs.position)
    return `${book}: the running build is at ${theirs.position}, not at ${ours.position}`
  return difference(theirs, ours)
}
