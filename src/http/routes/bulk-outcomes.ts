import { setImmediate as othersTurn } from 'node:timers/promises'
import type { Backend, CommandBackend } from '../backend.ts'
import type { Answer } from '../edge/answer.ts'
import { entityIn } from '../edge/audited.ts'
import { failureProblem } from '../edge/failure.ts'
import { submit } from '../edge/submit.ts'
import type { BulkBody } from './bulk-body.ts'
import { type BulkCaller, type BulkCommand, bodyOf, commandOf, outcomeText } from './bulk-item.ts'

/** Bulks that are worked at. Each is held as a whole until it is done; more of them would only wait for each other. */
export const BULKS_AT_ONCE = 4

/** With those that wait for their turn, and whose bodies are not read before. */
export const MOST_BULKS = 12

/** Lines of one bulk that wait for their commit at once: one group being committed, and one to follow it. */
const MOST_LINES_UNDERWAY = 2_000

/** What all bulks together may take of the queue; the rest is for single commands. */
const SHARE_OF_QUEUE = 0.8

/** Outcomes are sent on once they come to this many characters, and at the end. */
const CHUNK_CHARACTERS = 65_536

/** What deciding a bulk takes. */
export type BulkBackend = CommandBackend & Pick<Backend, 'config' | 'logger'>

/** Commands begun, or outcomes printed, before others get their turn: a bulk is long, and the process has one thread. */
const SLICE = 100

interface Underway {
  readonly lines: number
  /** Whom it is about, where that is one alone. */
  readonly entity: string | null
  /** Makes its answer, once there is one. */
  answer: (() => Answer) | undefined
  /** Never rejects. */
  readonly settled: Promise<void>
}

/**
 * Decides the commands of a bulk, each for itself, in their order. Only so many are under way that neither they nor
 * their outcomes pile up, and none is begun before its outcome can be sent.
 * @returns the outcomes as JSON, in the order of the commands
 */
export async function* bulkOutcomes(
  backend: BulkBackend,
  caller: BulkCaller,
  { items }: BulkBody,
): AsyncGenerator<readonly string[], void, undefined> {
  const mostLines = Math.min(MOST_LINES_UNDERWAY, (backend.config.queueLines * SHARE_OF_QUEUE) / BULKS_AT_ONCE)
  const underway: Underway[] = []
  let lines = 0
  let printed = 0
  const print = (done: readonly Underway[]): string[] =>
    done.map(({ answer, entity }) => {
      const outcome = answer!()
      if ('problem' in outcome) caller.refused(outcome.problem, entity)
      const text = outcomeText(backend, caller, printed, outcome)
      printed += 1
      return text
    })
  for (const [index, item] of items.entries()) {
    if (lines >= mostLines) {
      const done = await settledFirst(underway)
      for (const one of done) lines -= one.lines
      yield print(done)
    }
    const begun = begin(backend, caller, item())
    underway.push(begun)
    lines += begun.lines
    if (index % SLICE === SLICE - 1) await othersTurn()
  }
  while (underway.length > 0) {
    yield print(await settledFirst(underway))
    await othersTurn()
  }
}

/** Takes off what is settled, in order, and waits where that would be nothing: what was committed together comes together. */
async function settledFirst(underway: Underway[]): Promise<Underway[]> {
  await underway[0]!.settled
  const open = underway.findIndex(({ answer }) => answer === undefined)
  return underway.splice(0, Math.min(SLICE, open === -1 ? underway.length : open))
}

/** Joins texts, so that not every outcome is a write of its own. */
export async function* inChunks(
  batches: AsyncGenerator<readonly string[]>,
  { open, between, close }: { open: string; between: string; close: string },
): AsyncGenerator<string, void, undefined> {
  let chunk = open
  let first = true
  for await (const texts of batches) {
    for (const text of texts) {
      chunk += first ? text : between + text
      first = false
      if (chunk.length < CHUNK_CHARACTERS) continue
      yield chunk
      chunk = ''
    }
  }
  yield chunk + close
}

function begin(backend: BulkBackend, caller: BulkCaller, item: ReturnType<BulkBody['items'][number]>): Underway {
  const asked = commandOf(caller, item)
  // What cannot be decided still takes its place among the outcomes, and a little of the room.
  if ('problem' in asked) return { lines: 1, entity: null, answer: () => asked, settled: Promise.resolve() }
  const settled = decide(backend, caller, { ...asked, body: bodyOf(item) }).then((answer) => {
    begun.answer = answer
  })
  const begun: Underway = { lines: asked.command.lines, entity: entityIn(bodyOf(item)), answer: undefined, settled }
  return begun
}

async function decide(
  backend: BulkBackend,
  caller: BulkCaller,
  { command, answer, body }: BulkCommand & { readonly body: object },
): Promise<() => Answer> {
  try {
    const verdict = await submit(backend, 'bulk', command)
    return () => answer(command, verdict, { ...caller, body })
  } catch (error) {
    const problem = failureProblem(error, backend.logger, caller.instance)
    return () => ({ problem })
  }
}
