import { Decimal } from 'decimal.js'
import type { BulkItemBody, LineBody, PolicyBody } from '../../src/commands/bodies.ts'
import type { Refusal, Refused } from '../../src/domain/refusal.ts'
import { linesOf } from './builders.ts'
import { balanceOn, limitedDays, mostOn, versionOn } from './limits.ts'

/*
 * The rules of the contract once more, as simply as they can be said: one array of transactions that is searched for
 * every question. It shares no code with the service, and is too slow for anything but to be compared with it.
 */

const Exact = Decimal.clone({ precision: 60 })

export interface OracleTransaction {
  readonly id: string
  readonly type: 'accrual' | 'consumption' | 'adjustment' | 'reversal'
  readonly component: 'accrued' | 'consumed' | 'adjusted'
  readonly entity: string
  readonly policy: string
  readonly resource: string
  /** Printed at the policy's scale. */
  readonly amount: string
  readonly effectiveOn: string
  readonly portion: 'full' | 'am' | 'pm' | null
  readonly reverses: string | null
  readonly reference: string | null
}

export interface OracleBalance {
  readonly entity: string
  readonly policy: string
  readonly resource: string
  readonly unit: string
  readonly asOf: string
  readonly available: string
  readonly spendable: string | null
  readonly pending: string
  readonly version: number
}

export interface OracleAccepted {
  readonly transactions: readonly OracleTransaction[]
  readonly balances: readonly OracleBalance[]
}

interface Version extends PolicyBody {
  readonly effectiveFrom: NonNullable<PolicyBody['effectiveFrom']>
}

export class Oracle {
  readonly transactions: OracleTransaction[] = []
  readonly #policies = new Map<string, Version[]>()
  /** Lines that claim their whole day since a later definition of their policy. */
  readonly #claimedLater = new Set<string>()

  define(policy: string, body: PolicyBody): void {
    for (const { id } of this.#claiming(policy, body)) this.#claimedLater.add(id)
    this.#policies.set(policy, [...(this.#policies.get(policy) ?? []), versionOf(body)])
  }

  /** What defining a policy would come to. @param body with the day from which it holds, unless it is a first version */
  decideDefinition(policy: string, body: PolicyBody): 'recorded' | 'unchanged' | 'refused' {
    const newest = this.#policies.get(policy)?.at(-1)
    if (newest === undefined) return 'recorded'
    if (newest.resource !== body.resource || newest.unit !== body.unit || newest.scale > body.scale) return 'refused'
    const { effectiveFrom, ...asked } = versionOf(body)
    const { effectiveFrom: _from, ...inForce } = this.#inForce(policy, effectiveFrom)!
    const members = Object.keys(inForce) as (keyof typeof inForce)[]
    if (members.every((member) => asked[member] === inForce[member])) return 'unchanged'
    const claiming = this.#claiming(policy, body)
    const overlaps = claiming.some((one) => {
      const others = [...this.#held(this.transactions, one), ...claiming.filter((other) => sameDay(one, other))]
      return others.some(({ id }) => id !== one.id)
    })
    return overlaps ? 'refused' : 'recorded'
  }

  /** The live lines that would begin to claim their day. */
  #claiming(policy: string, body: PolicyBody): OracleTransaction[] {
    const versions = this.#policies.get(policy)
    if (versions === undefined || !body.dayExclusive) return []
    const version = versionOf(body)
    return live(this.transactions).filter(
      (one) =>
        one.policy === policy &&
        one.portion === null &&
        !this.#claimedLater.has(one.id) &&
        !versionOn(versions, one.effectiveOn).dayExclusive &&
        versionOn([...versions, version], one.effectiveOn) === version,
    )
  }

  /** Decides a command that would get `position`, and records nothing. */
  decide(position: number, body: BulkItemBody): OracleAccepted | Refused {
    const lines = linesOf(body)
    const shared = 'transactions' in body ? body.reference : undefined
    const before = this.transactions
    const now = [...before]
    const askedBy = new Map<string, number>()
    for (const [index, line] of lines.entries()) {
      for (const one of singleLines(line, before)) {
        const id = `${position}.${now.length - before.length + 1}`
        const decided = this.#decideLine(id, one, shared, { before, now })
        if ('code' in decided) {
          const refusal = withLines(decided, askedBy)
          return lines.length === 1 ? { refusal } : { refusal, lineIndex: index }
        }
        now.push(decided)
        askedBy.set(id, index)
      }
    }
    const transactions = now.slice(before.length)
    return { transactions, balances: this.#balances(transactions, now) }
  }

  record(accepted: OracleAccepted): void {
    this.transactions.push(...accepted.transactions)
  }

  #decideLine(
    id: string,
    line: LineBody,
    shared: string | undefined,
    { before, now }: { before: readonly OracleTransaction[]; now: readonly OracleTransaction[] },
  ): OracleTransaction | Refusal {
    const said = line.type === 'reversal' ? this.#reversal(line, before, now) : this.#amount(line, now)
    if ('code' in said) return said
    const { entity, policy } = said
    const transaction: OracleTransaction = { id, reference: line.reference ?? shared ?? null, ...said }

    const currentVersion = before.filter(of(said)).length
    const { expectedVersion } = line
    if (expectedVersion !== undefined && expectedVersion !== currentVersion) {
      return { code: 'version-conflict', entity, policy, expectedVersion, currentVersion }
    }
    const taken = said.type === 'reversal' ? undefined : this.#takenBy(now, said)
    if (taken !== undefined) {
      const { effectiveOn: date, portion } = said
      return { code: 'day-taken', entity, date: date as never, portion: portion!, takenBy: taken.id }
    }
    const allowNegative = 'allowNegative' in line && line.allowNegative === true
    return (allowNegative ? undefined : this.#overdrawn(said, now)) ?? transaction
  }

  #amount(line: Exclude<LineBody, { type: 'reversal' }>, now: readonly OracleTransaction[]): Said | Refusal {
    const { type, entity, policy, effectiveOn } = line
    const inForce = this.#inForce(policy, effectiveOn)
    if (inForce === undefined) return { code: 'unknown-policy', policy }
    const to = type === 'adjustment' ? line.to : undefined
    const asked = new Exact(to ?? line.amount!)
    if (asked.decimalPlaces() > inForce.scale) {
      return { code: 'scale-exceeded', policy, scale: inForce.scale, amount: asked.toFixed() }
    }
    const amount = to === undefined ? asked : asked.minus(balanceOn(now.filter(of({ entity, policy })), effectiveOn))
    if (amount.isZero()) {
      return { code: 'rule-violated', rule: 'adjustment-changes-nothing', limit: asked.toFixed(inForce.scale) }
    }
    const consumes = type === 'consumption'
    const portion = consumes && inForce.dayExclusive ? (line.portion ?? 'full') : null
    if (consumes && !inForce.dayExclusive && line.portion !== undefined) return { code: 'portion-not-claimed', policy }
    const limit = portion === 'full' ? '1' : '0.5'
    if (portion !== null && inForce.unit === 'day' && amount.gt(limit)) {
      return { code: 'rule-violated', rule: 'one-day-a-line', limit }
    }
    return {
      type,
      component: type === 'accrual' ? 'accrued' : consumes ? 'consumed' : 'adjusted',
      entity,
      policy,
      resource: inForce.resource,
      amount: this.#print(policy, consumes ? amount.neg() : amount),
      effectiveOn,
      portion,
      reverses: null,
    }
  }

  #reversal(
    line: Extract<LineBody, { type: 'reversal' }>,
    before: readonly OracleTransaction[],
    now: readonly OracleTransaction[],
  ): Said | Refusal {
    const id = line.transaction!
    const target = before.find((one) => one.id === id)
    if (target === undefined) return { code: 'unknown-transaction', transaction: id }
    if (target.type === 'reversal') return { code: 'not-reversible', transaction: id }
    const reversal = now.find(({ reverses }) => reverses === id)
    if (reversal !== undefined) return { code: 'already-reversed', transaction: id, reversedBy: reversal.id }
    const { component, entity, policy, resource, portion } = target
    const effectiveOn = line.effectiveOn ?? target.effectiveOn
    if (effectiveOn < target.effectiveOn) {
      return { code: 'rule-violated', rule: 'reversal-before-original', limit: target.effectiveOn }
    }
    return {
      type: 'reversal',
      component,
      entity,
      policy,
      resource,
      amount: this.#print(policy, new Exact(target.amount).neg()),
      effectiveOn,
      portion,
      reverses: id,
    }
  }

  #overdrawn(said: Said, now: readonly OracleTransaction[]): Refusal | undefined {
    const { entity, policy, effectiveOn } = said
    const amount = new Exact(said.amount)
    if (amount.isPositive()) return undefined
    const mine = now.filter(of(said))
    const versions = this.#policies.get(policy)!
    const violated = limitedDays(mine, versions, effectiveOn).find(({ balance, floor }) =>
      balance.plus(amount).lt(floor),
    )
    if (violated === undefined) return undefined
    return {
      code: 'insufficient-balance',
      entity,
      policy,
      available: this.#print(policy, mostOn(mine, versions, effectiveOn)!),
      requested: this.#print(policy, amount.neg()),
      firstViolatedOn: violated.on as never,
    }
  }

  #balances(transactions: readonly OracleTransaction[], now: readonly OracleTransaction[]): OracleBalance[] {
    const touched = new Map(transactions.map((one) => [`${one.entity}\n${one.policy}`, one]))
    return [...touched.values()].map((account) => {
      const { entity, policy, resource } = account
      const asOf = transactions
        .filter(of(account))
        .map(({ effectiveOn }) => effectiveOn)
        .toSorted()
        .at(-1)!
      const mine = now.filter(of(account))
      const most = mostOn(mine, this.#policies.get(policy)!, asOf)
      return {
        entity,
        policy,
        resource,
        unit: this.#policies.get(policy)![0]!.unit,
        asOf,
        available: this.#print(policy, balanceOn(mine, asOf)),
        spendable: most === null ? null : this.#print(policy, most),
        pending: this.#print(policy, new Exact(0)),
        version: mine.length,
      }
    })
  }

  /** Who has something of a day. */
  #held(transactions: readonly OracleTransaction[], day: OnDay): OracleTransaction[] {
    return live(transactions).filter((one) => sameDay(one, day) && this.#portion(one) !== null)
  }

  #portion({ id, portion }: OracleTransaction): OracleTransaction['portion'] {
    return this.#claimedLater.has(id) ? 'full' : portion
  }

  /** The live transaction that holds a half which `said` needs: the morning's before the afternoon's. */
  #takenBy(transactions: readonly OracleTransaction[], said: Said): OracleTransaction | undefined {
    const held = this.#held(transactions, said)
    const holder = (half: 'am' | 'pm') =>
      held.find((one) => this.#portion(one) === 'full' || this.#portion(one) === half)
    if (said.portion === null) return undefined
    if (said.portion === 'full') return holder('am') ?? holder('pm')
    return holder(said.portion)
  }

  /** Of the versions in effect on the day the one that began last, the newer of two; before all of them, the earliest. */
  #inForce(policy: string, on: string): Version | undefined {
    const versions = this.#policies.get(policy)
    return versions && versionOn(versions, on)
  }

  #print(policy: string, amount: Decimal): string {
    const text = amount.toFixed(this.#policies.get(policy)!.at(-1)!.scale)
    return amount.isZero() ? text.replace('-', '') : text
  }
}

/** A line; of a whole command that is undone, a reversal of each of its own. */
function singleLines(line: LineBody, before: readonly OracleTransaction[]): readonly LineBody[] {
  if (line.type !== 'reversal' || line.position === undefined) return [line]
  const { position, ...same } = line
  const targets = before.filter(({ id }) => id.startsWith(`${position}.`))
  const took = ({ amount }: OracleTransaction): boolean => amount.startsWith('-')
  const ids = [...targets.filter(took), ...targets.filter((one) => !took(one))].map(({ id }) => id)
  return (ids.length === 0 ? [`${position}.1`] : ids).map((transaction) => ({ ...same, transaction }))
}

function versionOf(body: PolicyBody): Version {
  return { effectiveFrom: '1900-01-01' as Version['effectiveFrom'], ...body }
}

type Said = Omit<OracleTransaction, 'id' | 'reference'>

interface AccountId {
  readonly entity: string
  readonly policy: string
}

function of({ entity, policy }: AccountId): (one: OracleTransaction) => boolean {
  return (one) => one.entity === entity && one.policy === policy
}

interface OnDay {
  readonly entity: string
  readonly resource: string
  readonly effectiveOn: string
}

function sameDay(one: OnDay, other: OnDay): boolean {
  return one.entity === other.entity && one.resource === other.resource && one.effectiveOn === other.effectiveOn
}

function live(transactions: readonly OracleTransaction[]): OracleTransaction[] {
  const reversed = new Set(transactions.map(({ reverses }) => reverses))
  return transactions.filter(({ id, type }) => type === 'consumption' && !reversed.has(id))
}

/** A refusal that names lines of its own command as lines: they are not recorded, and have no ids. */
function withLines(refusal: Refusal, askedBy: ReadonlyMap<string, number>): Refusal {
  const named = (id: string): string => (askedBy.has(id) ? `/transactions/${askedBy.get(id)}` : id)
  if (refusal.code === 'day-taken') {
    return { ...refusal, takenBy: refusal.takenBy === null ? null : named(refusal.takenBy) }
  }
  if (refusal.code === 'already-reversed') return { ...refusal, reversedBy: named(refusal.reversedBy) }
  return refusal
}
