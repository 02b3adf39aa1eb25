import type { PoolClient } from 'pg'
import { query } from '../../../db/statement.ts'
import type { CalendarDate } from '../../../domain/calendar-date.ts'
import type { LimitedAccount } from '../../../domain/limits/limited-account.ts'
import { limits } from '../../../domain/limits/limited-kind.ts'
import { accountKey, type BookState } from '../../../domain/recording/book-state.ts'
import type { LimitNeed } from '../../needs.ts'
import { earningFactsNow } from '../../read/earning-facts.ts'
import { transactionFromRow } from '../../rows/transaction-row.ts'
import { LIMITED_LINES } from './limits.sql.ts'

/** An account, by entity and policy. */
type AccountId = Pick<LimitNeed, 'entity' | 'policy'>

/**
 * Those of the accounts whose policies limit what is to happen to them.
 * @param accounts as they are before the group: of those from which no rule has taken anything late leave is given nothing back
 * @param today of the book: leave of days that are not over is not late
 */
export function limitedAmong(
  needs: readonly LimitNeed[],
  { policies, accounts }: Pick<BookState, 'accounts' | 'policies'>,
  today: () => CalendarDate,
): readonly AccountId[] {
  const limited = new Map<string, AccountId>()
  let day: CalendarDate | undefined
  for (const need of needs) {
    const { entity, policy, of } = need
    const history = policies.get(policy)
    if (history === undefined || !limits(history, of)) continue
    const key = accountKey({ entity, policy })
    if (need.of === 'late-leave' && (accounts.get(key)?.hasLots !== true || need.on >= (day ??= today()))) continue
    limited.set(key, { entity, policy })
  }
  return [...limited.values()]
}

/**
 * What is known of accounts that leave years limit: all that was recorded on them, and what leave years are made of.
 * @param tx sees everything that was recorded so far: behind the lock of the head, or where nobody writes
 */
export async function readLimits(
  tx: PoolClient,
  head: Parameters<typeof earningFactsNow>[1],
  ids: readonly AccountId[],
): Promise<ReadonlyMap<string, LimitedAccount>> {
  if (ids.length === 0) return new Map()
  const [rows, facts] = await Promise.all([
    query(tx, LIMITED_LINES, [head.book, ids.map(({ entity }) => entity), ids.map(({ policy }) => policy)]),
    earningFactsNow(tx, head, ids),
  ])
  const lines = Map.groupBy(rows, ({ at }) => at)
  return new Map(
    ids.map((id, at) => [
      accountKey(id),
      {
        facts: facts[at]!,
        lines: (lines.get(at) ?? []).map((row) => ({ ...transactionFromRow(row), position: row.position })),
      },
    ]),
  )
}
