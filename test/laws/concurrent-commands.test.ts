import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { RUN_POLICIES, type StepSpec, stepOf, stepSpec } from '../support/builders-steps.ts'
import { ledgerOfFile, type Process } from '../support/ledger.ts'
import { meeting, onceEach } from '../support/meeting.ts'
import { faultsOf, type Run, runClients } from '../support/oracle-run.ts'

// I1–I8, I11, I12: whatever clients ask at random, and however their commands meet, there is one order in which a much
// simpler ledger gives every one of them the answer that it got, and the record is what that order leaves behind.

const daybook = ledgerOfFile()
let setups: Record<string, readonly Process[]>

beforeAll(() => {
  const lines = (groupLines: number) => daybook.another({ limits: { groupLines } })
  setups = {
    'one process, whole groups': [lines(1_000)],
    'one process, groups of one line': [lines(1)],
    'one process, groups of three lines': [lines(3)],
    'two processes': [lines(1_000), lines(1_000)],
    'three processes of which one makes small groups': [lines(1_000), lines(1_000), lines(2)],
  }
})

async function expectExplained(processes: readonly Process[], clients: readonly (readonly StepSpec[])[]): Promise<Run> {
  const book = await daybook.book(RUN_POLICIES)
  const handles = processes.map((process) => book.through(process))
  const run = await runClients(
    daybook.admin,
    handles,
    clients.map((steps) => steps.map(stepOf)),
  )
  expect(await faultsOf(daybook.admin, run, RUN_POLICIES)).toEqual([])
  return run
}

/** What there was to look at: a law about refusals that sees none proves nothing. */
const EVERY_OUTCOME = onceEach(
  'already-reversed',
  'day-taken',
  'idempotency-key-reused',
  'insufficient-balance',
  'not-reversible',
  'recorded',
  'replayed',
  'rule-violated',
  'scale-exceeded',
  'unknown-policy',
  'unknown-transaction',
  'version-conflict',
)

function count({ told }: Run, met: Record<string, number>): void {
  for (const { verdict } of told) {
    const outcome =
      verdict.outcome === 'refused'
        ? verdict.refused.refusal.code
        : verdict.outcome === 'recorded' && verdict.replayed
          ? 'replayed'
          : verdict.outcome
    if (outcome in met) met[outcome]! += 1
  }
}

test('I2–I8, I11 law: one client gets the answers of the oracle, and the record is the oracle’s', async () => {
  await meeting(EVERY_OUTCOME, (met) =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom(6, 300).chain((days) => fc.array(stepSpec({ days }), { minLength: 40, maxLength: 120 })),
        async (steps) => {
          count(await expectExplained([daybook.process], [steps]), met)
        },
      ),
      { numRuns: 15 },
    ),
  )
})

test('I12 law: what concurrent clients are answered is explained by one order of their commands', async () => {
  const clients = fc
    .constantFrom(6, 300)
    .chain((days) =>
      fc.array(fc.array(stepSpec({ days }), { minLength: 10, maxLength: 25 }), { minLength: 3, maxLength: 8 }),
    )
  await meeting(EVERY_OUTCOME, async (met) => {
    for (const processes of Object.values(setups)) {
      // How commands meet is not in the seed: shrinking would run other meetings, and find nothing.
      await fc.assert(
        fc.asyncProperty(clients, async (clients) => {
          count(await expectExplained(processes, clients), met)
        }),
        { numRuns: 6, endOnFailure: true },
      )
      expect(processes.flatMap(({ troubles }) => troubles)).toEqual([])
    }
  })
})
