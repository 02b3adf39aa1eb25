import type { LeavingBody } from '../../commands/bodies.ts'
import type { RecordedLine } from '../../domain/earning/movements.ts'
import type { RequestLine, RequestState } from '../../domain/request/request.ts'
import { printTransactionId } from '../../domain/transaction.ts'
import type { EarningAccount } from '../account.ts'
import { type Due, dueOn } from '../post-account.ts'
import { reversalOf, withLines, withPosted } from './foreseen-lines.ts'
import { type AccountLeaving, type AccountSettled, settleAccount } from './settle-account.ts'

/** A request that reaches beyond the last day, and its lines that are after it. */
export interface RequestLeft {
  readonly state: RequestState
  readonly lines: readonly RequestLine[]
}

/** What becomes of one account. */
export interface AccountPlan extends AccountSettled {
  /** As it is recorded. */
  readonly recordedNow: EarningAccount
  /** With leave given back and everything posted: what the settlement is decided on. */
  readonly account: EarningAccount
  /** What the rules post by the last day. */
  readonly due: Due
}

/** @throws Error where a calendar says too little to count by */
export function planAccount(
  account: EarningAccount,
  requests: readonly RequestLeft[],
  leaving: Omit<AccountLeaving, 'settle' | 'settles'> & { readonly body: LeavingBody },
): AccountPlan {
  const given = withLines(account, givenBack(account, requests, leaving))
  const due = dueOn(given, leaving.on, leaving.mark)
  const posted = withPosted(given, due, leaving)
  const settled = settleAccount(posted, {
    ...leaving,
    settle: leaving.body.settle,
    settles: settlesOf(account, leaving.body),
  })
  const complete = withPosted(posted, { postings: settled.last, correction: null }, leaving)
  return { ...settled, recordedNow: account, account: complete, due }
}

function settlesOf({ policy }: EarningAccount, { policies, settle }: LeavingBody): AccountLeaving['settles'] {
  if (settle === 'keep' || policies?.includes(policy) === false) return 'no'
  return policies === undefined ? 'usual' : 'named'
}

/** The reversals of what requests have of an account for days after the last one. */
function givenBack(
  account: EarningAccount,
  requests: readonly RequestLeft[],
  where: Pick<AccountLeaving, 'placing' | 'positions'>,
): readonly RecordedLine[] {
  const known = new Map(account.lines.map((line) => [printTransactionId(line), line]))
  const lines = requests.flatMap((request) => request.lines)
  return lines.flatMap((line) => {
    const original = known.get(printTransactionId(line))
    return original === undefined ? [] : [reversalOf(original, where)]
  })
}
