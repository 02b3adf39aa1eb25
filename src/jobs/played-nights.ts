import { playedNow } from '../world-clock.ts'

/** How often it is looked whether the time has moved on. */
const LOOK_MS = 200

const QUARTER_MS = 15 * 60_000
const DAY_MS = 86_400_000

export interface Nights {
  /** Another quarter of an hour has begun: somewhere it is another day. */
  readonly quarter: () => void
  /** Another day has begun, in UTC. */
  readonly day: () => void
}

/**
 * The queues go by the real clock. Where the time of the world is played, what is to run by night runs as soon as that comes,
 * however far it jumps. Where it is not, this does nothing.
 * @returns ends it
 */
export function followPlayedTime({ quarter, day }: Nights): () => void {
  let last = playedNow()?.getTime()
  if (last === undefined) return () => {}
  const looking = setInterval(() => {
    const now = playedNow()?.getTime() ?? 0
    const before = last ?? now
    last = now
    if (Math.floor(now / QUARTER_MS) !== Math.floor(before / QUARTER_MS)) quarter()
    if (Math.floor(now / DAY_MS) !== Math.floor(before / DAY_MS)) day()
  }, LOOK_MS)
  looking.unref()
  return () => clearInterval(looking)
}
