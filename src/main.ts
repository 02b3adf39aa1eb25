import { readConfig } from './config.ts'
import { stopOnSignal } from './service/stopping.ts'
import { playTime } from './world-clock.ts'

/*
 * The service: environment in, HTTP out. It can be stopped, and is asked how it is, before most of it is loaded; what it is
 * made of is put together in service/serve.ts.
 */
const config = readConfig()
playTime(config.testNow)
const stopping = stopOnSignal({ timeoutMs: config.shutdownTimeoutMs })

try {
  await stopping.start(async () => {
    const { openDoor } = await import('./service/door.ts')
    const door = await openDoor(config)
    stopping.add('closing the door', () => door.close())
    const { serve } = await import('./service/serve.ts')
    await serve(config, door, stopping)
  })
} catch (error) {
  // A message for the person who started it; where it happened is in the log for whoever wants it.
  process.stderr.write(`Daybook cannot start: ${error instanceof Error ? error.message : String(error)}\n`)
  await stopping.stop()
  process.exit(1)
}
