/*
 * `npm run bench`: measures the service beside what one would build instead, checks everything that was recorded, and
 * writes docs/benchmarks.md. Exit code 0 even where a bar is not met; 1 where something is wrong, 2 where it was called
 * wrongly.
 */
import { parseArgs } from 'node:util'
import { FULL, type Plan, QUICK } from './plan.ts'
import { startPostgres } from './processes/postgres.ts'
import { describeMachine } from './report/machine.ts'
import { printResult } from './report/print.ts'
import type { Result } from './report/result.ts'
import { keepResults } from './report/results.ts'
import type { Bench, Scenario } from './scenario.ts'
import { scenarios } from './scenarios/registry.ts'

const USAGE = `Usage: npm run bench [-- [name …] [--quick] [--rounds n]]

  name      only these: ${scenarios.map(({ name }) => name).join(', ')}
  --quick   small and short, within two minutes; docs/benchmarks.md stays as it is
  --rounds  how often everything is measured, ${FULL.rounds} unless given

Runs on an embedded PostgreSQL in a temporary folder, or on that of BENCH_DATABASE_URL.`

const asked = parseCommand(process.argv.slice(2))
process.exitCode = typeof asked === 'string' ? complain(asked) : await run(asked)

interface Asked {
  readonly chosen: readonly Scenario[]
  readonly plan: Plan
  readonly quick: boolean
}

function parseCommand(args: string[]): Asked | string {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { quick: { type: 'boolean', default: false }, rounds: { type: 'string' }, help: { type: 'boolean' } },
    })
    const unknown = positionals.filter((name) => scenarios.every((scenario) => scenario.name !== name))
    if (values.help === true || unknown.length > 0) return unknown.map((name) => `There is no ${name}.`).join('\n')
    const plan = values.quick ? QUICK : FULL
    const rounds = Number(values.rounds ?? plan.rounds)
    if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100) return '--rounds is a number from 1 to 100.'
    return {
      chosen: scenarios.filter(({ name }) => positionals.length === 0 || positionals.includes(name)),
      plan: { ...plan, rounds },
      quick: values.quick,
    }
  } catch (error) {
    return (error as Error).message
  }
}

function complain(words: string): number {
  console.error(words === '' ? USAGE : `${words}\n\n${USAGE}`)
  return 2
}

async function run({ chosen, plan, quick }: Asked): Promise<number> {
  const postgres = await startPostgres()
  const cleanUps: (() => Promise<void>)[] = []
  const say = (words: string) => console.log(`  ${words}`)
  const bench: Bench = { plan, postgres, say, atEnd: (cleanUp) => cleanUps.push(cleanUp) }
  const results: Result[] = []
  let wrong = 0
  try {
    const machine = describeMachine(postgres)
    for (const { name, title, run } of chosen) {
      console.log(`\n${title} (${name})`)
      try {
        const findings = await run(bench)
        const result = { scenario: name, title, at: now(), machine, tables: [], ...findings }
        console.log(printResult(result))
        results.push(result)
      } catch (error) {
        wrong += 1
        console.error(`${name} went wrong:`, error)
      }
    }
  } finally {
    for (const cleanUp of cleanUps) await cleanUp()
    await postgres.stop()
  }
  if (!quick) await keepResults(results)
  return wrong === 0 ? 0 : 1
}

function now(): string {
  return `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
