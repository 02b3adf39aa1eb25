import type { Metered } from '../load/run.ts'
import { Meter } from '../processes/cores.ts'
import type { Bench } from '../scenario.ts'

/** Something that is done once and comes to a number of things: how many a second. */
export async function timed(
  { postgres }: Bench,
  service: number | undefined,
  things: number,
  act: () => Promise<void>,
): Promise<Metered> {
  const meter = new Meter({ service, postgres: postgres.pid })
  const began = performance.now()
  meter.begin()
  await act()
  meter.end()
  const seconds = (performance.now() - began) / 1_000
  const counted = { seconds, rate: things / seconds, answers: {}, wrong: [], tenths: [], cpuSeconds: undefined }
  return { ...counted, cores: meter.cores(counted) }
}
