import type { PoolClient } from 'pg'
import { isOver } from '../../domain/hold/hold.ts'
import { lapseHold } from '../lapse-hold.ts'
import type { PolicyCache } from '../policies.ts'
import { append, printAppend } from './append.ts'
import { decideAll } from './decide-all.ts'
import { type GroupNeeds, needsOf } from './group-needs.ts'
import { open, openAgain } from './open.ts'
import type { Opened } from './opened.ts'
import { readOver } from './opening/holds.ts'

/**
 * Opens a book under the lock of its head, and gives back first what is over by then. So no decision ever sees a line of a hold
 * whose time is over, and in the record a hold ends before anything that is recorded from its end on. All of it has
 * one instant: what is over a moment later is for the next group.
 * @returns `lapsed`: whether something was given back; undefined where the book does not exist
 */
export async function openLapsed(
  tx: PoolClient,
  book: string,
  needs: GroupNeeds,
  policies: PolicyCache,
): Promise<{ readonly opened: Opened; readonly lapsed: boolean } | undefined> {
  let opened = await open(tx, book, needs, policies)
  if (opened === undefined) return undefined
  const { now, head } = opened
  while (opened !== undefined && opened.holdsUntil !== null && isOver({ expiresAt: opened.holdsUntil }, now)) {
    await lapseOver(tx, book, { policies, at: now })
    opened = await openAgain(tx, book, { needs, policies, at: now })
  }
  return opened && { opened, lapsed: opened.head.position > head.position }
}

/** Records the end of some holds that are over. @throws Error where one cannot be ended, which is a bug */
async function lapseOver(
  tx: PoolClient,
  book: string,
  { policies, at }: { readonly policies: PolicyCache; readonly at: string },
): Promise<void> {
  const over = await readOver(tx, book, at)
  const commands = over.map(({ hold }) => lapseHold(book, hold))
  const opened = await openAgain(tx, book, { needs: needsOf(commands), policies, at })
  if (opened === undefined) throw new Error(`the head of ${book} is gone`)
  const { outcomes, addition } = decideAll(opened, commands)
  const wrong = outcomes.findIndex(({ outcome }) => outcome !== 'recorded')
  if (wrong !== -1 || addition === undefined) {
    throw new Error(`the hold ${over[wrong]?.hold} is over, and does not end: ${JSON.stringify(outcomes[wrong])}`)
  }
  await append(tx, printAppend(book, opened.head, addition))
}
