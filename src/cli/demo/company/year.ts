import type { Call } from '../calls.ts'
import { type Access, type Outcome, read, readList, record, refusalOf } from '../client.ts'
import { day } from '../days.ts'
import {
  type Compared,
  compareBalances,
  compareHolidays,
  compareRequests,
  compareStories,
  type ToldRequest,
} from './checks.ts'
import { COMPANY_BOOK, changeOfPolicy, companyDefinitions } from './definitions.ts'
import { planYear } from './plan.ts'
import { postingLines } from './postings.ts'
import { forbidden, nameOf } from './refusals.ts'
import { type RunAsked, runThrough } from './runs.ts'
import { comparedLines, departmentLines, refusalLine, runLine, storyLines } from './show.ts'
import type { ToldCalendar } from './working-days.ts'

/** As many calls are under way together; the service groups them. */
const AT_ONCE = 16

interface Playing {
  readonly access: Access
  readonly say: (line: string) => void
  /** Counts what became of each command. */
  readonly posted: Record<Outcome, number>
}

/**
 * Plays the years 2024 and 2025 of a company into the service, and compares what comes out with the demo's own notes.
 * @returns whether all of it fits
 * @throws Failure where the service refuses what it has to accept
 */
export async function playCompany({ access, say, posted }: Playing): Promise<boolean> {
  const post = async (calls: readonly Call[]): Promise<void> => {
    for (const call of calls) posted[await record(access, call)] += 1
  }
  for (const stage of companyDefinitions()) await together(stage, (call) => post([call]))
  const calendars = { munich: await calendar(access, 'munich'), london: await calendar(access, 'london') }
  const holidays = compareHolidays(calendars)
  const { byHand, byPerson, notebook } = planYear(calendars)
  const run = async (asked: RunAsked): Promise<void> => {
    const { outcome, run: made } = await runThrough(access, asked)
    posted[outcome] += 1
    say(runLine(asked, made.postings))
  }
  await run({ name: '2024', through: day('2024-12-31') })
  await together(byHand, (call) => post([call]))
  // What was carried over in Munich is there until 31 March: it lapses once it is known who has taken it.
  await run({ name: 'spring', through: day('2025-03-31') })
  await post([changeOfPolicy()])
  await run({ name: 'london', through: day('2025-12-31'), policies: ['annual-london'] })
  await together(byPerson, post)
  await run({ name: '2025', through: day('2025-12-31') })

  say('\nSome of what the rules posted, in the words of the service:\n')
  for (const line of await postingLines(access)) say(line)
  say('')
  for (const line of departmentLines(notebook)) say(line)
  const requests = await readList<ToldRequest>(access, `/v1/books/${COMPANY_BOOK}/requests`)
  say('\nSome of the requests, with the days or hours that they come to:\n')
  for (const line of storyLines(requests)) say(line)
  say('\nWhat is not possible, and is tried:\n')
  const refusals = await tryForbidden(access, say)

  say('\nWhat the service says, compared with what the demo has noted for itself:\n')
  const compared = [
    holidays,
    refusals,
    compareStories(requests),
    compareRequests(await readList<ToldRequest>(access, `/v1/books/${COMPANY_BOOK}/requests`), notebook),
    await compareBalances(access, notebook),
  ]
  for (const line of compared.flatMap(comparedLines)) say(line)
  return compared.every(({ differences }) => differences.length === 0)
}

function calendar(access: Access, id: string): Promise<ToldCalendar> {
  return read(access, `/v1/books/${COMPANY_BOOK}/calendars/${id}`)
}

async function tryForbidden(access: Access, say: Playing['say']): Promise<Compared> {
  const differences: string[] = []
  for (const { tries, call, expected } of forbidden) {
    const problem = await refusalOf(access, call)
    const answer = problem === undefined ? 'accepted' : nameOf(problem)
    say(refusalLine(tries, answer))
    if (answer !== nameOf(expected)) differences.push(`${tries}: ${answer}, not ${nameOf(expected)}`)
  }
  return { what: 'refusals', count: `${forbidden.length}, each for its reason`, differences }
}

/** Does the same with each of a list, some at once. After one that fails no more are begun. */
async function together<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = oneByOne(items)
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const item of rest) await work(item)
    }),
  )
}

/** Unlike the iterator of an array, this one is at its end for everybody once somebody leaves it by throwing. */
function* oneByOne<T>(items: readonly T[]): Generator<T> {
  yield* items
}
