import { type Account, emptyAccount, withAmounts } from '../../domain/account/account.ts'
import { accountLotsOf, hasLots } from '../../domain/lots/lots-of.ts'
import { newestVersion } from '../../domain/policy/policy.ts'
import { rescale } from '../../domain/quantity.ts'
import { accountKey, type BookState } from '../../domain/recording/book-state.ts'
import { printTransactionId } from '../../domain/transaction.ts'
import type { RecordCommand } from '../../ledger/command.ts'
import type { Verdict } from '../../ledger/verdict.ts'
import type { AccountPlan } from './account-plan.ts'
import type { LeavingPlan } from './plan.ts'

/** What would become of a settlement once the steps before it are taken. */
export function decidedOn(
  { head, policies, closing, accounts }: LeavingPlan,
  { command, now }: { readonly command: RecordCommand; readonly now: Date },
): Verdict {
  const state: BookState = {
    now: now.toISOString(),
    policies,
    closing,
    accounts: new Map(accounts.map((one) => [accountKey(one.account), accountOf(one)])),
    targets: new Map(
      accounts.flatMap(({ account }) =>
        account.lines.map((line) => [
          printTransactionId(line),
          { position: line.position, line: line.line, transaction: line, request: null, hold: null, reversedBy: null },
        ]),
      ),
    ),
    days: new Map(),
    times: new Map(),
    limits: new Map(),
    requests: null,
    holds: new Map(),
  }
  const decided = command.decide(state, head + 1)
  if ('refusal' in decided) return { outcome: 'refused', refused: decided }
  if ('asItIs' in decided) throw new Error('a settlement is recorded, or refused')
  return { outcome: 'previewed', accepted: decided, policies }
}

function accountOf({ account: { entity, facts, lines, carried } }: AccountPlan): Account {
  const { policy, resource, scale } = newestVersion(facts.policy)
  const carryOvers = Array.from(carried.values(), (one, at) => ({ position: at + 1, carried: one }))
  return {
    ...withAmounts(
      emptyAccount({ entity, policy, resource, scale }),
      lines.map((line) => ({
        component: line.component,
        amount: rescale(line.amount, line.scale, scale),
        on: line.effectiveOn,
      })),
    ),
    hasLots: hasLots({ lines, carryOvers }),
    lots: accountLotsOf({ lines, carryOvers, scale }),
  }
}
