import { accountKey } from '../../domain/recording/book-state.ts'
import type { RecordCommand } from '../command.ts'
import type { AccountNeed, LimitNeed, Needs, RequestNeed } from '../needs.ts'

/** What a whole group needs: the union of its commands' needs. */
export interface GroupNeeds extends Needs {
  readonly keys: readonly string[]
}

/**
 * What must be read to decide a group of commands: the union of their needs, accounts from the earliest day that any
 * asks for. A dry run does not ask whether its key is taken.
 */
export function needsOf(commands: readonly RecordCommand[]): GroupNeeds {
  const accounts = new Map<string, GroupNeeds['accounts'][number]>()
  const days = new Map<string, GroupNeeds['days'][number]>()
  const requests: RequestNeed[] = []
  const limits: LimitNeed[] = []
  const holds: string[] = []
  const drawn: NonNullable<Needs['drawn']>[number][] = []
  for (const { needs } of commands) {
    for (const need of needs.accounts) {
      const key = accountKey(need)
      const known = accounts.get(key)
      accounts.set(key, known === undefined ? need : bothOf(known, need))
    }
    for (const need of needs.days) days.set(`${accountKey(need)}\n${need.on}`, need)
    if (needs.requests !== undefined) requests.push(...needs.requests)
    if (needs.limits !== undefined) limits.push(...needs.limits)
    if (needs.holds !== undefined) holds.push(...needs.holds)
    if (needs.drawn !== undefined) drawn.push(...needs.drawn)
  }
  return {
    keys: [...new Set(commands.flatMap(({ dryRun, idempotencyKey }) => (dryRun ? [] : [idempotencyKey])))],
    accounts: [...accounts.values()],
    targets: commands.flatMap(({ needs }) => needs.targets),
    days: [...days.values()],
    requests,
    limits,
    drawn,
    holds,
  }
}

function bothOf(one: AccountNeed, other: AccountNeed): AccountNeed {
  const first = other.from < one.from ? other : one
  return one.lots === true || other.lots === true ? { ...first, lots: true } : first
}
