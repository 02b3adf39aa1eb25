import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { RUN_POLICIES, type StepSpec, stepOf, stepSpec } from '../support/builders-steps.ts'
import { ledgerOfFile, type Process } from '../support/ledger.ts'
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
function outcomes(runs: readonly Run[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { verdict } of runs.flatMap(({ told }) => told)) {
    const outcome =
      verdict.outcome === 'refused'
        ? verdict.refused.refusal.code
        : verdict.outcome === 'recorded' && verdict.replayed
          ? 'replayed'
          : verdict.outcome
    counts[outcome] = (counts[outcome] ?? 0) + 1
  }
  return counts
}

const everyOutcome = [
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
]

test('I2–I8, I11 law: one client gets the answers of the oracle, and the record is the oracle’s', async () => {
  const runs: Run[] = []
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(6, 300).chain((days) => fc.array(stepSpec({ days }), { minLength: 40, maxLength: 120 })),
      async (steps) => {
        runs.push(await expectExplained([daybook.process], [steps]))
      },
    ),
    { numRuns: 15 },
  )
  expect(Object.keys(outcomes(runs))).toEqual(expect.arrayContaining(everyOutcome))
})

test('I12 law: what concurrent clients are answered is explained by one order of their commands', async () => {
  const runs: Run[] = []
  const clients = fc
    .constantFrom(6, 300)
    .chain((days) =>
      fc.array(fc.array(stepSpec({ days }), { minLength: 10, maxLength: 25 }), { minLength: 3, maxLength: 8 }),
    )
  for (const processes of Object.values(setups)) {
    // How commands meet is not in the seed: shrinking would run other meetings, and find nothing.
    await fc.assert(
      fc.asyncProperty(clients, async (clients) => {
        runs.push(await expectExplained(processes, clients))
      }),
      { numRuns: 6, endOnFailure: true },
    )
    expect(processes.flatMap(({ troubles }) => troubles)).toEqual([])
  }
  expect(Object.keys(outcomes(runs))).toEqual(expect.arrayContaining(everyOutcome))
})
