import { closedThroughAfter, type Period, type PeriodStatus, periodOf } from '../domain/period/period.ts'
import type { DefineCommand } from '../ledger/command.ts'
import { canonicalJson, type Json } from '../ledger/rows/canonical.ts'
import type { ClosePeriodBody, ReopenPeriodBody } from './bodies.ts'
import type { Caller } from './context.ts'
import { differences } from './differences.ts'
import { ERASABLE_MEMBERS } from './original.ts'

/**
 * Closes a month and every one before it: from then on no line is effective in them, so their balances cannot move. The
 * present month may be closed, a later one may not.
 */
export function closePeriod(caller: Caller, period: Period, body: ClosePeriodBody): DefineCommand {
  return transition(caller, { period, to: 'closed', type: 'period-closed', path: 'close' }, body)
}

/** Opens a closed month again, and every one after it. */
export function reopenPeriod(caller: Caller, period: Period, body: ReopenPeriodBody): DefineCommand {
  return transition(caller, { period, to: 'open', type: 'period-reopened', path: 'reopen' }, body)
}

interface Transition {
  readonly period: Period
  readonly to: PeriodStatus
  readonly type: 'period-closed' | 'period-reopened'
  readonly path: string
}

function transition(caller: Caller, { period, to, type, path }: Transition, body: ClosePeriodBody): DefineCommand {
  return {
    ...caller,
    kind: 'define',
    canonical: `POST /v1/books/${caller.book}/periods/${period}/${path} ${canonicalJson(body as Json)}`,
    reads: { period },
    createsBook: false,
    erasable: body.reason === undefined ? {} : { reason: body.reason },
    decide: ({ period: current, pending: found, closedThrough, today }) => {
      const present = periodOf(today)
      if (to === 'closed' && period > present) {
        return { refusal: { code: 'rule-violated', rule: 'period-has-begun', limit: present } }
      }
      const status = closedThrough !== null && period <= closedThrough ? 'closed' : 'open'
      if (status === to) return { refusal: { code: 'invalid-transition', period, currentStatus: status } }
      const version = (current?.version ?? 0) + 1
      const pending = to === 'closed' ? found : []
      return {
        outcome: 'define',
        type,
        stream: `period:${period}`,
        streamVersion: version,
        // Left out where there are none: what was recorded before they were told reads as it did.
        data: { period, version, ...(pending.length === 0 ? {} : { pending: pending as unknown as Json }) },
        definition: {
          kind: 'period',
          period,
          facts: { version, status: to },
          pending,
          closedThrough: closedThroughAfter(closedThrough, { period, to }),
        },
      }
    },
    differs: (original) => {
      if (original.type !== type) return ['/type']
      const data = JSON.parse(original.dataText) as { readonly period: string }
      const erasable = original.erasableText === null ? null : (JSON.parse(original.erasableText) as ClosePeriodBody)
      const before = { period: data.period, ...(erasable?.reason === undefined ? {} : { reason: erasable.reason }) }
      return differences(before, { period, ...body }, erasable === null ? ERASABLE_MEMBERS : [])
    },
  }
}
