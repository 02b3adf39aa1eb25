import { setImmediate as othersTurn } from 'node:timers/promises'
import { letHoldsLapse } from '../../commands/let-holds-lapse.ts'
import type { Problem } from '../../contract/problem.ts'
import { type Considered, type Foreseen, Foresight } from '../../ledger/foreseeing/foresight.ts'
import type { Backend, CommandBackend } from '../backend.ts'
import { type Answer, outcomeOf } from '../edge/answer.ts'
import { failureProblem } from '../edge/failure.ts'
import type { BulkBody } from './bulk-body.ts'
import { type BulkCaller, type BulkCommand, bodyOf, commandOf, outcomeText } from './bulk-item.ts'

/** Lines that are read for, and decided, at once: as many as a commit takes. */
const MOST_LINES_OF_GROUP = 1_000

/** Commands of a group, whatever their lines: the process has one thread, and others get their turn between two groups. */
const MOST_COMMANDS_OF_GROUP = 250

type DryRunBackend = Pick<CommandBackend, 'ledger' | 'metrics'> & Pick<Backend, 'logger' | 'primary'>

/** One of the commands with what it was read from, or why it cannot be read. */
type Item = Readable | { readonly problem: Problem }
type Readable = Considered & BulkCommand & { readonly body: object }

/**
 * Decides the commands of a bulk in their order, each on what those before it would have recorded, and records nothing.
 * A group is not begun before the outcomes of the one before it can be sent.
 * @returns the outcomes as JSON, in the order of the commands
 */
export async function* foreseenOutcomes(
  backend: DryRunBackend,
  caller: BulkCaller,
  { items }: BulkBody,
): AsyncGenerator<readonly string[], void, undefined> {
  const { ledger, primary } = backend
  const foresight = new Foresight(primary, caller.book, () => ledger.submit(letHoldsLapse(caller.book)))
  let failed: Problem | undefined
  let printed = 0
  for (const group of groupsOf(caller, items)) {
    const answers = failed === undefined ? await decide(backend, caller, foresight, group) : failed
    // What nobody could read cannot be seen by those that come after it either.
    if ('code' in answers) failed = answers
    yield group.map((item, at) => {
      const answer = 'problem' in item ? item : 'code' in answers ? { problem: answers } : answers[at]!
      return outcomeText(backend, caller, printed++, answer)
    })
    await othersTurn()
  }
}

function* groupsOf(caller: BulkCaller, items: BulkBody['items']): Generator<readonly Item[], void, undefined> {
  let group: Item[] = []
  let lines = 0
  for (const [index, item] of items.entries()) {
    const said = item()
    const asked = commandOf(caller, said)
    const more = 'problem' in asked ? 0 : asked.command.lines
    if (group.length === MOST_COMMANDS_OF_GROUP || (lines > 0 && lines + more > MOST_LINES_OF_GROUP)) {
      yield group
      group = []
      lines = 0
    }
    group.push('problem' in asked ? asked : { index, ...asked, body: bodyOf(said) })
    lines += more
  }
  yield group
}

/** @returns one answer for each item of the group; or the problem of all of them, where they could not be read for */
async function decide(
  { metrics, logger }: DryRunBackend,
  caller: BulkCaller,
  foresight: Foresight,
  group: readonly Item[],
): Promise<readonly Answer[] | Problem> {
  const considered = group.filter((item): item is Readable => !('problem' in item))
  const foreseen = considered.length === 0 ? [] : await foresight.decide(considered).catch(failureOf)
  if ('code' in foreseen) {
    for (const _ of considered) metrics.command('bulk', foreseen.code === 'unavailable' ? 'unavailable' : 'failed')
    return foreseen
  }
  const verdicts = foreseen.values()
  return group.map((item) => ('problem' in item ? item : answered(item, verdicts.next().value!)))

  function failureOf(error: unknown): Problem {
    return failureProblem(error, logger, caller.instance)
  }

  function answered({ command, answer, body }: Readable, verdict: Foreseen): Answer {
    if (verdict.outcome === 'failed') {
      metrics.command('bulk', 'failed')
      return { problem: failureOf(verdict.error) }
    }
    metrics.command('bulk', outcomeOf(verdict))
    return answer(command, verdict, { ...caller, body })
  }
}
