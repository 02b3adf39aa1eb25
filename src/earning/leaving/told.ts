import type { AccountLeft, RequestGivenBack, RulePosted } from '../../commands/record-settlement.ts'
import { isByRules, type RecordedLine } from '../../domain/earning/movements.ts'
import { newestVersion, type PolicyHistory } from '../../domain/policy/policy.ts'
import { type Minor, printMinor, rescale } from '../../domain/quantity.ts'
import { dayMeant } from '../../domain/transaction.ts'
import type { AccountPlan, RequestLeft } from './account-plan.ts'

/** What a request gives back; nothing where it has no day after the last one. */
export function givenBackBy(
  { state, lines }: RequestLeft,
  policies: ReadonlyMap<string, PolicyHistory>,
): readonly RequestGivenBack[] {
  if (lines.length === 0) return []
  const days = lines.map(({ date, policy, amount, scale }) => {
    const { scale: now } = newestVersion(policies.get(policy)!)
    return { date, policy, amount: printMinor(rescale(amount, scale, now), now) }
  })
  const status = lines.length < state.lines.length ? state.status : 'cancelled'
  return [{ request: state.request, status, days }]
}

/** What the rules posted on an account because somebody leaves. */
export function rulesPosted({ account, recorded }: AccountPlan, since: number): readonly RulePosted[] {
  return [...account.lines, ...recorded]
    .filter((line) => line.position > since && isByRules(line))
    .map((line) => ({
      policy: line.policy,
      rule: line.byRule!.rule,
      on: dayMeant(line),
      amount: printMinor(line.amount, line.scale),
    }))
}

/** What became of an account, with everything that is recorded for any day. */
export function accountLeft({ account, recorded }: AccountPlan, since: number): AccountLeft {
  const { scale } = newestVersion(account.facts.policy)
  const all = [...account.lines, ...recorded]
  const later = all.filter(({ position }) => position > since)
  const sum = (lines: readonly RecordedLine[]): Minor =>
    lines.reduce((total, line) => total + rescale(line.amount, line.scale, scale), 0n)
  const givenBack = sum(later.filter(({ type }) => type === 'reversal'))
  const posted = sum(later.filter(isByRules))
  // Only of this settlement: nobody is told twice what is to be paid.
  const settled = -sum(recorded.filter(({ byRule }) => byRule?.rule === 'settlement'))
  const after = sum(all)
  const print = (amount: Minor) => printMinor(amount, scale)
  return {
    policy: account.policy,
    before: print(after - givenBack - posted + settled),
    givenBack: print(givenBack),
    posted: print(posted),
    settled: print(settled),
    after: print(after),
  }
}
