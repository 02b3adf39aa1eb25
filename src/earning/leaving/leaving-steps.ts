import type { Caller } from '../../commands/context.ts'
import { type RequestGivenBack, recordSettlement, type WhoLeaves } from '../../commands/record-settlement.ts'
import { recountOnce } from '../../commands/recount-once.ts'
import type { RecordedEvent } from '../../domain/event.ts'
import { printMinor } from '../../domain/quantity.ts'
import type { Refused } from '../../domain/refusal.ts'
import type { RequestStatus } from '../../domain/request/request.ts'
import { dayMeant } from '../../domain/transaction.ts'
import { worldNow } from '../../world-clock.ts'
import { commandsFor, give } from '../post-account.ts'
import { workOutAccounts } from '../work-accounts.ts'
import type { Working } from '../working.ts'
import { type LeavingDecided, type LeavingOutcome, type LeavingPlan, planLeaving } from './plan.ts'

/** How often it is worked out again for somebody about whom people go on recording. */
const MOST_TRIES = 10

/** Since when something is recorded because of it. */
interface Begun {
  /** Of the definition that says the last day. */
  readonly position: number
  /** What was recorded after this came of the call. */
  readonly since: number
}

/** Somebody recorded something about an account since it was looked at. */
const CHANGED: readonly string[] = ['version-conflict', 'already-reversed']

/**
 * The steps of one call behind the definition of the last day. Whatever is recorded already is not done again: it is worked
 * out anew before each step, from what the book holds by then.
 */
export class LeavingSteps {
  readonly #working: Pick<Working, 'db' | 'ledger'>
  readonly #caller: Caller
  readonly #who: WhoLeaves
  readonly #begun: Begun
  /** By request. */
  readonly #counted = new Map<string, RequestGivenBack | undefined>()

  constructor(working: Pick<Working, 'db' | 'ledger'>, caller: Caller, who: WhoLeaves, begun: Begun) {
    this.#working = working
    this.#caller = caller
    this.#who = who
    this.#begun = begun
  }

  async take(): Promise<LeavingOutcome> {
    const { db } = this.#working
    const { book } = this.#caller
    for (let triesLeft = MOST_TRIES; ; triesLeft--) {
      const planned = await planLeaving(db, { book, ...this.#who, now: worldNow(), since: this.#begun.since })
      if (planned.outcome !== 'planned') return planned
      const { plan } = planned
      const given = await this.#giveBack(plan)
      if (typeof given === 'object') return { outcome: 'refused', refused: given }
      const isToBeLookedAt = given === 'given-back' || (await this.#post(plan))
      if (isToBeLookedAt && triesLeft > 0) continue
      const settled = await this.#settle(plan)
      const { verdict } = settled
      const isOutdated = verdict.outcome === 'refused' && CHANGED.includes(verdict.refused.refusal.code)
      if (!isOutdated || triesLeft <= 0) return settled
    }
  }

  /**
   * Has requests counted again: days on which nobody is employed any more are given back, and days that were lost come back
   * where somebody leaves later than was said. @returns whether accounts are others now; or why one stays as it was
   */
  async #giveBack({ requests }: LeavingPlan): Promise<'given-back' | 'nothing' | Refused> {
    const { entity } = this.#who
    const cause = { position: this.#begun.position, type: 'entity-defined', about: entity } as const
    let isChanged = requests.some(({ lines }) => lines.length > 0)
    for (const { state } of requests) {
      const { request } = state
      if (this.#counted.has(request)) continue
      const verdict = await recountOnce(this.#working.ledger, this.#caller.book, { request, cause })
      // `invalid-transition`: there is no difference; nothing of it is after the last day, or somebody cancelled it just now.
      if (verdict.outcome === 'refused' && verdict.refused.refusal.code !== 'invalid-transition') return verdict.refused
      const event = verdict.outcome === 'recorded' ? verdict.event : undefined
      if (event !== undefined) isChanged = true
      this.#counted.set(request, event && this.#givenBackBy(request, event))
    }
    return isChanged ? 'given-back' : 'nothing'
  }

  #givenBackBy(request: string, { position, dataText, transactions }: RecordedEvent): RequestGivenBack | undefined {
    const { on } = this.#who.body
    const given = transactions.filter((line) => line.type === 'reversal' && dayMeant(line) > on)
    if (position <= this.#begun.since || given.length === 0) return undefined
    const { status } = JSON.parse(dataText) as { readonly status: RequestStatus }
    const days = given.map((line) => ({
      date: dayMeant(line),
      policy: line.policy,
      amount: printMinor(line.amount, line.scale),
    }))
    return { request, status, days }
  }

  /** Posts what is due. @returns whether there was something */
  async #post({ accounts }: LeavingPlan): Promise<boolean> {
    const { db, ledger } = this.#working
    const { book } = this.#caller
    const due = accounts.filter(({ due }) => due.postings.length > 0 || due.correction !== null)
    if (due.length > 0) {
      const working = { db, ledger, signal: new AbortController().signal }
      const ids = due.map(({ account: { entity, policy } }) => ({ entity, policy }))
      await workOutAccounts(working, { book, run: null, through: this.#who.body.on, accounts: ids })
      return true
    }
    const last = accounts.filter(({ last }) => last.length > 0)
    for (const { recordedNow, last: postings } of last) {
      await give(ledger, commandsFor(recordedNow, { postings, correction: null }, { book, run: null, cause: null }))
    }
    return last.length > 0
  }

  async #settle({ settlement }: LeavingPlan): Promise<LeavingDecided> {
    const requests = [...this.#counted.values()].flatMap((given) => given ?? [])
    const told = { ...settlement.told, requests }
    const command = recordSettlement(this.#caller, this.#who, { ...settlement, told })
    return { outcome: 'decided', command, verdict: await this.#working.ledger.submit(command) }
  }
}
