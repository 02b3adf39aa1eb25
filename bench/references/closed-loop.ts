import { setTimeout as sleep } from 'node:timers/promises'
import type { Tell } from '../load/child.ts'
import type { Counted } from '../load/job.ts'
import { Tally } from '../load/tally.ts'

/**
 * Every client does one thing after the other until the time is up.
 * @param once returns how many commands (or reads) that was
 */
export async function closedLoop<Client>(
  { warmUpSeconds, seconds }: { readonly warmUpSeconds: number; readonly seconds: number },
  tell: Tell,
  clients: readonly Client[],
  once: (client: Client) => Promise<number>,
): Promise<Counted> {
  const tally = new Tally()
  let over = false
  const running = Promise.all(
    clients.map(async (client) => {
      while (!over) {
        const began = performance.now()
        const done = await once(client)
        tally.take(200, performance.now() - began, { done })
      }
    }),
  )
  await Promise.race([running, sleep(warmUpSeconds * 1_000)])
  tally.begin()
  tell('measuring')
  await Promise.race([running, sleep(seconds * 1_000)])
  tally.end()
  tell('measured')
  over = true
  await running
  return tally.report()
}
