import type { Pool } from 'pg'
import type { Caller } from '../../commands/context.ts'
import { defineLeaving } from '../../commands/define-leaving.ts'
import { recordSettlement, type WhoLeaves } from '../../commands/record-settlement.ts'
import { sha256 } from '../../ledger/rows/hash.ts'
import { worldNow } from '../../world-clock.ts'
import type { Working } from '../working.ts'
import { decidedOn } from './decided-on.ts'
import { LeavingSteps } from './leaving-steps.ts'
import { type LeavingDecided, type LeavingOutcome, type LeavingPlan, planLeaving } from './plan.ts'

/** People leave here. */
export interface Leavings {
  /**
   * Ends an employment: says its last day, gives back leave after that, posts what was earned until then, and settles what is
   * left. Each is recorded by itself; the settlement comes last, and has the key of the call. What comes before it has keys that
   * are made of that one, or of what it is about: who sends a call again that was broken off has it go on where it was.
   */
  leave(caller: Caller, who: WhoLeaves): Promise<LeavingOutcome>
}

export function openLeavings(working: Pick<Working, 'db' | 'ledger'>): Leavings {
  return {
    leave: (caller, who) => (caller.dryRun ? tryLeaving(working.db, caller, who) : leave(working, caller, who)),
  }
}

/** Decides the settlement on what the steps before it would have recorded. */
async function tryLeaving(db: Pool, caller: Caller, who: WhoLeaves): Promise<LeavingOutcome> {
  const now = worldNow()
  const planned = await planLeaving(db, { book: caller.book, ...who, now, since: null })
  return planned.outcome === 'planned' ? decided(caller, who, { plan: planned.plan, now }) : planned
}

function decided(
  caller: Caller,
  who: WhoLeaves,
  { plan, now }: { readonly plan: LeavingPlan; readonly now: Date },
): LeavingDecided {
  const command = recordSettlement(caller, who, plan.settlement)
  return { outcome: 'decided', command, verdict: decidedOn(plan, { command, now }) }
}

async function leave(working: Pick<Working, 'db' | 'ledger'>, caller: Caller, who: WhoLeaves): Promise<LeavingOutcome> {
  const { db, ledger } = working
  const before = await recordedBefore(working, caller, who)
  if (before !== undefined) return before
  // What is refused is so before anything is recorded, as far as it can be seen.
  const now = worldNow()
  const planned = await planLeaving(db, { book: caller.book, ...who, now, since: null })
  if (planned.outcome !== 'planned') return planned
  const tried = decided(caller, who, { plan: planned.plan, now })
  if (tried.verdict.outcome === 'refused') return tried
  const idempotencyKey = stepKey(caller)
  const { entity, body } = who
  const defined = await ledger.submit(defineLeaving({ ...caller, idempotencyKey }, { entity, on: body.on }))
  if (defined.outcome === 'refused') return { outcome: 'refused', refused: defined.refused }
  if (defined.outcome !== 'recorded' && defined.outcome !== 'unchanged') throw new Error('a last day was not defined')
  const since = defined.outcome === 'recorded' ? defined.event.position : planned.plan.head
  return new LeavingSteps(working, caller, who, { position: defined.event.position, since }).take()
}

/** What became of the call when it was sent before; undefined: its key is free. */
async function recordedBefore(
  { ledger }: Pick<Working, 'ledger'>,
  caller: Caller,
  who: WhoLeaves,
): Promise<LeavingOutcome | undefined> {
  const command = recordSettlement(caller, who, { told: { requests: [], postings: [], accounts: [] }, lines: [] })
  const verdict = await ledger.submit({ ...command, decide: () => NOT_YET })
  const isFree = verdict.outcome === 'refused' && verdict.refused === NOT_YET
  return isFree ? undefined : { outcome: 'decided', command, verdict }
}

const NOT_YET = { refusal: { code: 'unknown-entity', entity: '' } } as const

/** Nobody else may send a key that begins so. */
function stepKey({ idempotencyKey }: Caller): string {
  return `earn:leaving:${sha256(idempotencyKey)}`
}
