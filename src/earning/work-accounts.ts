import type { Pool } from 'pg'
import { run as execute } from '../db/statement.ts'
import type { CalendarDate } from '../domain/calendar-date.ts'
import { accountKey } from '../domain/recording/book-state.ts'
import { earningFactsOf } from '../ledger/read/earning-facts.ts'
import type { EarningAccount } from './account.ts'
import { causeOf } from './find-cause.ts'
import { type AccountOfRun, loadAccounts } from './load-accounts.ts'
import type { Mark } from './marks.ts'
import { commandsFor, type Due, dueOn, give, type RecordedKind } from './post-account.ts'
import { readMarks } from './read-marks.ts'
import type { RunProblem } from './run.ts'
import { WRITE_MARKS } from './runs.sql.ts'
import type { Working } from './working.ts'

interface OfRun {
  readonly book: string
  /** null: somebody leaves. */
  readonly run: string | null
  readonly through: CalendarDate
  readonly accounts: readonly AccountOfRun[]
}

/** How often an account is worked out again about which people go on recording. The next run comes back to it. */
const MOST_TRIES = 5

/**
 * Works out some accounts, and posts what is due on each. An account that cannot be worked out holds up nobody else.
 * @returns why some could not be, and by which rules events were recorded
 */
export async function workOutAccounts(
  working: Working,
  of: OfRun,
): Promise<{ readonly problems: readonly RunProblem[]; readonly recorded: readonly RecordedKind[] }> {
  let left = of.accounts
  const problems: RunProblem[] = []
  const recorded: RecordedKind[] = []
  for (let tries = 0; left.length > 0 && tries < MOST_TRIES; tries++) {
    const done = await workOutOnce(working, { ...of, accounts: left })
    problems.push(...done.problems)
    recorded.push(...done.recorded)
    left = done.changed
  }
  return { problems: [...problems, ...left.map(busy)], recorded }
}

function busy({ entity, policy }: AccountOfRun): RunProblem {
  const detail = `people recorded something about it each of the ${MOST_TRIES} times that it was worked out`
  return { entity, policy, assignment: null, code: 'changed-meanwhile', detail }
}

interface WorkedOut {
  /** Of each event that was recorded, by which rule. */
  readonly recorded: readonly RecordedKind[]
  readonly problems: readonly RunProblem[]
  /** Those about which something was recorded meanwhile. */
  readonly changed: readonly AccountOfRun[]
}

async function workOutOnce(working: Working, of: OfRun): Promise<WorkedOut> {
  const { db, ledger } = working
  const { book, run, through } = of
  const { due, problems, position } = await tryAccounts(db, of)
  const refused: RunProblem[] = []
  const changed: AccountOfRun[] = []
  const recorded: RecordedKind[] = []
  const done: (AccountDue & { readonly version: number })[] = []
  await Promise.all(
    due.map(async (one) => {
      const { account, mark } = one
      const after = mark?.seen ?? 0
      const cause = one.correction && (await causeOf(db, { book, account, after, position }))
      const given = await give(ledger, commandsFor(account, one, { book, run, cause }))
      if (given.outcome === 'changed') changed.push(account)
      else if (given.outcome === 'posted') {
        recorded.push(...given.recorded)
        done.push({ ...one, version: account.version + linesOf(one) })
      } else refused.push(problem(account, given.code, `a posting was refused: ${given.code}`))
    }),
  )
  await writeMarks(working, { book, through, position }, done)
  return { problems: [...problems, ...refused], changed, recorded }
}

/** What is due on one account, and how far its rules had come. */
export interface AccountDue extends Due {
  readonly account: EarningAccount
  readonly mark: Mark | undefined
}

/** Works out what is due on some accounts, as the book stands at one position, and posts nothing. */
export async function tryAccounts(
  db: Pool,
  { book, through, accounts: ids }: Omit<OfRun, 'run'>,
): Promise<{
  readonly due: readonly AccountDue[]
  readonly problems: readonly RunProblem[]
  readonly position: number
}> {
  const marks = await readMarks(db, book, ids)
  const { position, facts } = await earningFactsOf(db, book, ids)
  const problems: RunProblem[] = []
  const due: AccountDue[] = []
  for (const account of await loadAccounts(db, { book, position }, facts)) {
    const mark = marks.get(accountKey(account))
    const found = attempt(account, through, mark)
    if ('problem' in found) problems.push(found.problem)
    else due.push({ ...found, account, mark })
  }
  return { due, problems, position }
}

function attempt(
  account: EarningAccount,
  through: CalendarDate,
  mark: Mark | undefined,
): Due | { readonly problem: RunProblem } {
  try {
    return dueOn(account, through, mark)
  } catch (error) {
    return { problem: problem(account, 'not-worked-out', error instanceof Error ? error.message : String(error)) }
  }
}

function problem({ entity, policy, facts }: EarningAccount, code: string, detail: string): RunProblem {
  return { entity, policy, assignment: facts.assignments[0]?.[0].assignment ?? null, code, detail }
}

function linesOf({ postings, correction }: Due): number {
  return postings.reduce((sum, { lines }) => sum + lines.length, correction?.days.length ?? 0)
}

async function writeMarks(
  { db }: Working,
  { book, through, position }: { readonly book: string; readonly through: CalendarDate; readonly position: number },
  done: readonly (AccountDue & { readonly version: number })[],
): Promise<void> {
  if (done.length === 0) return
  await execute(db, WRITE_MARKS, [
    book,
    done.map(({ account }) => account.entity),
    done.map(({ account }) => account.policy),
    through,
    done.map(({ next }) => next),
    done.map(({ version }) => version),
    position,
    done.map(({ account }) => account.facts.assignments.map(([{ assignment }]) => assignment).join('\u001F')),
  ])
}
