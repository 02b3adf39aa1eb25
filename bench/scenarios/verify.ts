import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { interleaved } from '../entrants.ts'
import { BOOK } from '../load/workload.ts'
import { Meter } from '../processes/cores.ts'
import { median } from '../report/statistics.ts'
import { bar, named } from '../report/verdicts.ts'
import { type Bench, type Scenario, Wrong } from '../scenario.ts'
import { history } from './history.ts'

const DAYBOOK = fileURLToPath(new URL('../../src/cli/daybook.ts', import.meta.url))

export const verify: Scenario = {
  name: 'verify',
  title: 'Verification of 1 M events',
  async run(bench) {
    const { databaseUrl, events, checks } = await history(bench)
    const series = await interleaved(bench, [{ name: 'daybook', measure: () => measure(bench, databaseUrl, events) }])
    return {
      about: `\`npm run verify\` on a book of ${events.toLocaleString('en')} events, from the start of the process to its end.`,
      unit: 'events/s',
      series,
      verdicts: [bar('events', median(named(series, 'daybook').rates), 'at least', 150_000, 'events/s')],
      checks,
    }
  },
}

async function measure({ postgres }: Bench, databaseUrl: string, events: number) {
  // The process is a child of this one, whose time includes that of children that ended.
  const meter = new Meter({ service: process.pid, postgres: postgres.pid })
  const began = performance.now()
  meter.begin()
  const { stdout } = await promisify(execFile)(process.execPath, [DAYBOOK, 'verify', '--book', BOOK], {
    env: { ...process.env, DATABASE_URL: databaseUrl },
  })
  meter.end()
  const seconds = (performance.now() - began) / 1_000
  if (!stdout.includes(`fits. ${events.toLocaleString('en')} events`)) throw new Wrong(stdout)
  const counted = { seconds, rate: events / seconds, answers: {}, wrong: [], tenths: [], cpuSeconds: undefined }
  return { ...counted, cores: meter.cores(counted) }
}
