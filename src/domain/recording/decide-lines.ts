import { type Account, type AmountOn, atScale, emptyAccount, outlook, withAmount } from '../account/account.ts'
import { firstDayBelow, headroom, recordedHeadroom } from '../account/headroom.ts'
import { EVERY_DAY } from '../calendar/work-time.ts'
import type { CalendarDate } from '../calendar-date.ts'
import type { RecordedLine } from '../earning/movements.ts'
import { printExact, unitAt } from '../exact.ts'
import { floorsAhead, type StillBrought } from '../limits/ahead.ts'
import { refuseEncashment } from '../limits/encashment.ts'
import { type LimitedAccount, withRecorded } from '../limits/limited-account.ts'
import { floorsRecounted } from '../limits/recounted.ts'
import { checkSpending } from '../limits/spending.ts'
import { checkEarned } from '../limits/year-max.ts'
import { isOfLots, ofLots } from '../lots/account-lots.ts'
import { type Placed, place } from '../period/period.ts'
import { type Floors, floorsOf } from '../policy/floor.ts'
import { newestVersion, type PolicyHistory } from '../policy/policy.ts'
import { type Minor, printMinor, rescale, toMinor } from '../quantity.ts'
import type { Refused } from '../refusal.ts'
import { dayMeant, printTransactionId, type Transaction, type TransactionAt, WHOLE_COMMAND } from '../transaction.ts'
import { versionInForce } from '../version-in-force.ts'
import type { Accepted, Claim } from './accepted.ts'
import type { AskedLine } from './asked-line.ts'
import {
  accountKey,
  type BookState,
  claimed,
  type DayHolders,
  dayKey,
  FREE_DAY,
  releasedFrom,
  type Target,
  withHours,
} from './book-state.ts'
import { dayConflict, hoursLeft } from './day-rule.ts'
import type { Check, Decision } from './decision.ts'
import { drawnLines } from './drawn-lines.ts'
import { COUNTED, type Effect, hoursIn, mayClaim, portionTaken } from './effect.ts'
import { type HoursOfDay, hoursOfDay } from './hours-of-day.ts'
import {
  refuseAskedBefore,
  refuseBeforeOriginal,
  refusePortion,
  refuseRetired,
  refuseSeveralDays,
  refuseUnfit,
} from './line-rules.ts'
import { decisionOn, type TouchedAccounts, touch, withFloor } from './touched.ts'
import { MOST_RECORDED_LINES, takenFirst, targetsNamed } from './whole-command.ts'

/**
 * Decides a command's lines one after the other, each seeing those before it; all are accepted, or none.
 * @param position what the event will get if it is accepted
 * @param requests the one that the command is about, and others whose days it takes or gives back
 * @param hold the one that the command is about
 * @returns the first refusal with the index of its line, or everything that is to be recorded
 */
export function decideLines(
  state: BookState,
  position: number,
  lines: readonly AskedLine[],
  requests: readonly string[] = [],
  hold: string | null = null,
): Accepted | Refused {
  const attempt = new Attempt(state, position, { requests, hold })
  for (let index = 0; index < lines.length; index++) {
    const refused = attempt.take(lines[index]!, index)
    if (refused !== undefined) return lines.length === 1 ? refused : { ...refused, lineIndex: index }
  }
  return attempt.accepted()
}

/**
 * What lines come to that were recorded already, under rules by which they might be refused today: nothing is decided, and
 * only what follows from them is found.
 * @param transactions of the event at `position`
 * @throws Error where they name what is not there
 */
export function recordedLines(
  state: BookState,
  position: number,
  transactions: readonly Transaction[],
  requests: readonly string[],
  hold: string | null = null,
): Accepted {
  const attempt = new Attempt(state, position, { requests, hold })
  for (const transaction of transactions) attempt.keep(transaction)
  return attempt.accepted()
}

/** What becomes one transaction. */
type OneLine = Exclude<AskedLine, { type: 'drawing' }>

/** What a command is about besides its lines. */
interface About {
  readonly requests: readonly string[]
  readonly hold: string | null
}

interface SpentAhead extends StillBrought {
  readonly account: Account
}

const NO_DAYS: ReadonlyMap<string, DayHolders> = new Map()

/** One command being decided: the state it started from, and on top of it what its lines changed so far. */
class Attempt {
  readonly #state: BookState
  readonly #position: number
  readonly #requests: readonly string[]
  readonly #hold: string | null
  readonly #accounts = new Map<string, Account>()
  /** Older transactions that its reversals name; made with the first. */
  #targets: Map<string, Target> | undefined
  // Apart from the targets: no line may name another line of its own command.
  readonly #recorded = new Map<string, Target>()
  /** Made with the first day that is claimed or released. */
  #days: Map<string, DayHolders> | undefined
  readonly #touched: TouchedAccounts = new Map()
  readonly #transactions: Transaction[] = []
  /** Of each transaction: the line that asked for it, from 0. A reversal of a whole command asks for several. */
  readonly #askedBy: number[] = []
  readonly #claims: Claim[] = []
  readonly #releases: TransactionAt[] = []
  readonly #checks: Check[] = []
  /** Late leave that is let pass for what the next run gives back. */
  readonly #recounted = new Set<Effect>()
  /** Accounts that are spent ahead, and what their leave year still brings. */
  readonly #ahead = new Map<string, SpentAhead>()

  constructor(state: BookState, position: number, { requests, hold }: About) {
    this.#state = state
    this.#position = position
    this.#requests = requests
    this.#hold = hold
  }

  take(line: AskedLine, index: number): Refused | undefined {
    if (line.type === 'drawing') return this.#draw(line, index)
    if (line.type !== 'reversal' || line.target.line !== WHOLE_COMMAND) return this.#take(line, index)
    const { position } = line.target
    const targets = targetsNamed(line.target, (id) => this.#target(id))
    if (targets.length === 0) {
      return { refusal: { code: 'unknown-transaction', transaction: printTransactionId({ position, line: 1 }) } }
    }
    if (this.#transactions.length + targets.length > MOST_RECORDED_LINES) {
      return { refusal: { code: 'rule-violated', rule: 'lines-of-a-command', limit: String(MOST_RECORDED_LINES) } }
    }
    for (const target of takenFirst(targets)) {
      const refused = this.#take({ ...line, target: { position, line: target.line } }, index)
      if (refused !== undefined) return refused
    }
    return undefined
  }

  #draw(line: Extract<AskedLine, { type: 'drawing' }>, index: number): Refused | undefined {
    const placed = this.#place(line.effectiveOn, line)
    if ('refusal' in placed) return placed
    const accountOf = (key: string): Account | undefined => this.#accounts.get(key) ?? this.#state.accounts.get(key)
    const lines = drawnLines(this.#state, line, { accountOf, on: placed.on })
    if ('refusal' in lines) return lines
    for (const one of lines) {
      const refused = this.#take(one, index)
      if (refused !== undefined) return refused
    }
    return undefined
  }

  #take(line: OneLine, index: number): Refused | undefined {
    const at: TransactionAt = { position: this.#position, line: this.#transactions.length + 1 }
    const effect = line.type === 'reversal' ? this.#reversal(line) : this.#amount(line)
    if ('refusal' in effect) return effect
    const refused =
      this.#refuseVersion(line, effect) ??
      this.#refuseDay(effect) ??
      this.#refuseLimits(effect) ??
      this.#refuseOverdraft(effect)
    if (refused !== undefined) return refused
    this.#record(effect, line.reference, at)
    this.#askedBy.push(index)
    return undefined
  }

  /** Takes a line as it was recorded. */
  keep(transaction: Transaction): void {
    const { entity, policy, amount, scale, effectiveOn: on, line, reference } = transaction
    const history = this.#state.policies.get(policy)
    if (history === undefined)
      throw new Error(`a transaction at ${this.#position} is under a policy that does not exist`)
    const account = this.#account(entity, history)
    const version = versionInForce(history, on)
    const inUnits = rescale(amount, scale, account.scale)
    const effect = {
      ...transaction,
      account,
      history,
      version,
      amount: inUnits,
      on,
      allowNegative: true,
      isKept: true as const,
    }
    this.#record(effect, reference, { position: this.#position, line })
  }

  accepted(): Accepted {
    const accounts = new Map<string, Account>()
    for (const [key, touched] of this.#touched) {
      accounts.set(key, withFloor(this.#accounts.get(key)!, touched))
    }
    return {
      transactions: this.#transactions,
      askedBy: this.#askedBy,
      decision: { ...decisionOn(this.#touched, this.#checks, accounts), ...this.#figures() },
      claims: this.#claims,
      releases: this.#releases,
      changes: { accounts, targets: this.#changedTargets(), days: this.#days ?? NO_DAYS },
    }
  }

  #amount(line: Exclude<OneLine, { type: 'reversal' }>): Effect | Refused {
    const history = this.#state.policies.get(line.policy)
    if (history === undefined) return { refusal: { code: 'unknown-policy', policy: line.policy } }
    const placed = refuseRetired(line, history, line.effectiveOn) ?? this.#place(line.effectiveOn, line)
    if ('refusal' in placed) return placed
    const version = versionInForce(history, placed.on)
    const account = this.#account(line.entity, history)
    const balance = line.type === 'adjustment' ? line.to : undefined
    const asked = 'amount' in line ? line.amount : line.to
    // Checked against the version in force, counted in the account's own units.
    const read = toMinor(asked, version.scale) === 'scale-exceeded' ? 'scale-exceeded' : toMinor(asked, account.scale)
    if (read === 'scale-exceeded') {
      const { policy, scale } = version
      return { refusal: { code: 'scale-exceeded', policy, scale, amount: asked } }
    }
    const amount = balance === undefined ? read : read - outlook(account, line.effectiveOn).available
    const unfit = balance === undefined ? undefined : refuseUnfit(amount, { balance: read, scale: account.scale })
    if (unfit !== undefined) return unfit
    // A line of a request carries what its day was when it was counted.
    const unclaimed = this.#requests.length === 0 ? refusePortion(line, version) : undefined
    if (unclaimed !== undefined) return unclaimed
    const portion = version.dayExclusive ? portionTaken(line) : null
    const several = refuseSeveralDays(version, { asked: amount, scale: account.scale, portion })
    if (several !== undefined) return several
    const { component, sign } = COUNTED[line.type]
    return {
      type: line.type,
      component,
      account,
      history,
      version,
      amount: sign * amount,
      ...placed,
      portion,
      reverses: null,
      allowNegative: 'allowNegative' in line && line.allowNegative,
      validUntil: line.type === 'accrual' && line.validUntil !== undefined ? line.validUntil : null,
      carriedIn: line.type === 'accrual' && line.carriedIn === true,
      byRule: line.byRule ?? null,
    }
  }

  #reversal(line: Extract<AskedLine, { type: 'reversal' }>): Effect | Refused {
    const id = printTransactionId(line.target)
    const target = this.#target(id)
    if (target === undefined) return { refusal: { code: 'unknown-transaction', transaction: id } }
    const { transaction, reversedBy, request: ofRequest, hold: heldBy } = target
    if (transaction.type === 'reversal') return { refusal: { code: 'not-reversible', transaction: id } }
    if (ofRequest !== null && !this.#requests.includes(ofRequest)) {
      return { refusal: { code: 'not-reversible', transaction: id, requestId: ofRequest } }
    }
    if (reversedBy !== null) {
      return { refusal: { code: 'already-reversed', transaction: id, reversedBy: this.#named(reversedBy) } }
    }
    if (heldBy !== null && heldBy !== this.#hold) {
      return { refusal: { code: 'not-reversible', transaction: id, holdId: heldBy } }
    }
    const history = this.#state.policies.get(transaction.policy)
    if (history === undefined) throw new Error(`transaction ${id} is under a policy that does not exist`)
    const asked = line.effectiveOn ?? transaction.effectiveOn
    const placed = refuseAskedBefore(transaction, asked) ?? this.#place(asked, line)
    if ('refusal' in placed) return placed
    const before = refuseBeforeOriginal(transaction, placed)
    if (before !== undefined) return before
    const account = this.#account(transaction.entity, history)
    return {
      type: 'reversal',
      component: transaction.component,
      account,
      history,
      version: versionInForce(history, placed.on),
      amount: -rescale(transaction.amount, transaction.scale, account.scale),
      ...placed,
      portion: transaction.portion,
      reverses: line.target,
      allowNegative: line.allowNegative,
      validUntil: null,
      carriedIn: false,
      byRule: null,
    }
  }

  #place(day: CalendarDate, { postToday }: AskedLine): Placed | Refused {
    const { closing } = this.#state
    if (closing === null) return { on: day, meantFor: null }
    const placed = place(closing, { day, postToday })
    if (typeof placed === 'string') return { refusal: { code: 'period-closed', period: placed } }
    this.#held(placed.meantFor === null ? 'period-open' : 'posted-today')
    return placed
  }

  // What the caller saw is the account before this command, whatever earlier lines of it did.
  #refuseVersion({ expectedVersion }: AskedLine, { account }: Effect): Refused | undefined {
    if (expectedVersion === null) return undefined
    const { entity, policy } = account
    const currentVersion = this.#touched.get(accountKey(account))?.before.version ?? account.version
    if (currentVersion !== expectedVersion) {
      return { refusal: { code: 'version-conflict', entity, policy, expectedVersion, currentVersion } }
    }
    this.#held('expected-version')
    return undefined
  }

  // Somebody is away on the day that is meant, whenever that is recorded.
  #refuseDay(effect: Effect): Refused | undefined {
    const { type, account, portion, on: effectiveOn, meantFor } = effect
    if (portion === null || type === 'reversal') return undefined
    const on = dayMeant({ effectiveOn, meantFor })
    const { entity } = account
    const before = this.#state.days.get(dayKey({ entity, resource: account.resource, on })) ?? FREE_DAY
    const wanted = { portion, hours: hoursIn(effect) }
    const conflict = dayConflict(this.#holders(account, on), before, () => this.#hoursOf(entity, on), wanted)
    if (conflict !== undefined) {
      const { holder } = conflict
      const takenBy = holder === null ? null : this.#named(holder)
      return { refusal: { code: 'day-taken', entity, date: on, portion, takenBy } }
    }
    this.#held('day-free')
    return undefined
  }

  /** A transaction's id; of one that this command would have recorded, the pointer to the line that asks for it. */
  #named(at: TransactionAt): string {
    return at.position === this.#position ? `/transactions/${this.#askedBy[at.line - 1]}` : printTransactionId(at)
  }

  // What the policy says of leave years.
  #refuseLimits(effect: Effect): Refused | undefined {
    const checked = this.#checkLimits(effect)
    if ('refusal' in checked) return checked
    for (const check of checked) this.#held(check)
    return undefined
  }

  /** @returns what was looked at and held. What is allowed to go below zero is nothing that somebody asks for. */
  #checkLimits(effect: Effect): readonly Check[] | Refused {
    const { account, history, amount, on, meantFor, byRule } = effect
    const day = meantFor ?? on
    const limited = this.#state.limits.get(accountKey(account))
    if (byRule?.rule === 'encashment') {
      const encashing = { account, history, amount: -amount, day, on }
      return refuseEncashment(limited && this.#withOwn(limited), encashing) ?? ['encashment']
    }
    if (limited === undefined || byRule !== null || effect.allowNegative) return []
    const exact = (amount < 0n ? -amount : amount) * unitAt(account.scale)
    switch (effect.type) {
      case 'accrual':
        return effect.carriedIn ? [] : checkEarned(this.#withOwn(limited), day, exact)
      case 'consumption':
      case 'pending':
        return checkSpending(limited, { day, amount: exact, own: this.#ownLines(account) })
      default:
        return []
    }
  }

  /** An account that leave years limit, with what this command has recorded on it. */
  #withOwn(limited: LimitedAccount): LimitedAccount {
    return this.#ownLines({ entity: limited.facts.entity, policy: limited.facts.policy[0].policy }).reduce(
      withRecorded,
      limited,
    )
  }

  #ownLines(of: { readonly entity: string; readonly policy: string }): readonly RecordedLine[] {
    const key = accountKey(of)
    const own = this.#transactions.filter((transaction) => accountKey(transaction) === key)
    return own.map((line) => ({ ...line, position: this.#position }))
  }

  // Every day is held to its own limit: what is dated before a tighter one lowers the days from that on as well.
  #refuseOverdraft(effect: Effect): Refused | undefined {
    const { account, amount, on, allowNegative } = effect
    if (amount > 0n) return undefined
    const floors = this.#floorsOf(effect)
    const available = headroom(account, floors, on)
    if (available === null) return undefined
    if (available + amount >= 0n || this.#fitsLots(effect, floors)) {
      this.#held('overdraft')
      return undefined
    }
    if (allowNegative) {
      this.#held('overdraft-allowed')
      return undefined
    }
    const recounted = this.#recountedFloors(effect)
    // What lapses meanwhile is among what is counted again.
    const room = recounted === undefined ? available : recordedHeadroom(account, recounted, on)!
    if (room + amount >= 0n) {
      this.#recounted.add(effect)
      this.#held('overdraft')
      this.#held('recounted')
      return undefined
    }
    return {
      refusal: {
        code: 'insufficient-balance',
        entity: account.entity,
        policy: account.policy,
        available: printMinor(room, account.scale),
        requested: printMinor(-amount, account.scale),
        firstViolatedOn: firstDayBelow(account, floors, { day: on, amount })!,
      },
    }
  }

  /** Whether what takes something of one lot, instead of drawing on all, leaves every later day above its floor. */
  #fitsLots(effect: Effect, floors: Floors): boolean {
    const { account, on, type } = effect
    if (!account.hasLots || type === 'consumption' || type === 'pending') return false
    return headroom(withAmount(account, this.#amountOn(effect, this.#position)), floors, on)! >= 0n
  }

  /** How low late leave may bring its account, as what was cut after it is given back; undefined: no lower than any other. */
  #recountedFloors({ type, account, amount, on, meantFor }: Effect): Floors | undefined {
    const limited = this.#state.limits.get(accountKey(account))
    if (limited === undefined || (type !== 'consumption' && type !== 'pending')) return undefined
    return floorsRecounted(this.#withOwn(limited), { day: meantFor ?? on, on, amount: -amount })
  }

  /** How low it may bring its account: where leave is spent ahead, lower by what the leave year still brings. */
  #floorsOf({ type, account, history, on, allowNegative }: Effect): Floors {
    const limited = this.#state.limits.get(accountKey(account))
    const isLeave = type === 'consumption' || type === 'pending'
    const spent = isLeave && !allowNegative && limited !== undefined ? floorsAhead(limited, on) : undefined
    return spent?.floors ?? floorsOf(history)
  }

  /** Whether a line that is let pass brings what is recorded below its floor. */
  #isBelow(effect: Effect): boolean {
    const { account, amount, history, on, allowNegative } = effect
    if (this.#isAhead(effect) || this.#recounted.has(effect)) return true
    // Where more was posted as lapsed than has lapsed, there is more than what is recorded, until that is corrected.
    if (!account.hasLots || allowNegative || amount > 0n) return false
    const recorded = recordedHeadroom(account, floorsOf(history), on)
    return recorded !== null && recorded + amount < 0n
  }

  #amountOn(effect: Effect, position: number): AmountOn {
    const { component, amount, on, account, reverses } = effect
    if (account.lots === null && !isOfLots(effect)) return { component, amount, on, position }
    const original = reverses === null ? undefined : this.#target(printTransactionId(reverses))?.transaction
    const said = { ...effect, effectiveOn: on }
    return { component, amount, on, position, ofLots: ofLots(said, original, amount) }
  }

  /** Whether a line that is let pass is so only because its leave year will still bring something: then that is noted. */
  #isAhead({ type, account, history, amount, on, allowNegative }: Effect): boolean {
    const limited = this.#state.limits.get(accountKey(account))
    if (limited === undefined || allowNegative || (type !== 'consumption' && type !== 'pending')) return false
    const available = headroom(account, floorsOf(history), on)
    const spent = available === null || available + amount >= 0n ? undefined : floorsAhead(limited, on)
    if (spent === undefined) return false
    this.#held('spent-ahead')
    this.#ahead.set(accountKey(account), { account, ...spent.ahead })
    return true
  }

  #record(effect: Effect, reference: string | null, at: TransactionAt): void {
    const { account, on, meantFor, portion, reverses } = effect
    const transaction: Transaction = {
      line: at.line,
      type: effect.type,
      component: effect.component,
      entity: account.entity,
      policy: account.policy,
      resource: account.resource,
      amount: effect.amount,
      scale: account.scale,
      effectiveOn: on,
      meantFor,
      portion,
      reverses,
      reference,
      validUntil: effect.validUntil,
      carriedIn: effect.carriedIn,
      byRule: effect.byRule,
    }
    this.#transactions.push(transaction)
    touch(this.#touched, this.#isBelow(effect) ? { ...effect, allowNegative: true } : effect)
    this.#accounts.set(accountKey(account), withAmount(account, this.#amountOn(effect, at.position)))
    const of = { request: this.#requestOf(transaction), hold: this.#heldBy(transaction) }
    this.#recorded.set(printTransactionId(at), { ...at, transaction, ...of, reversedBy: null })
    if (reverses !== null) this.#reversed(reverses, at)
    else if (portion !== null) {
      const { entity, resource } = account
      const claim = { ...at, entity, resource, on: dayMeant(transaction), portion }
      this.#claim({ ...claim, ...this.#takenOf(effect, claim) }, hoursIn(effect))
    }
  }

  /** Every line of a request has its id as the reference. */
  #requestOf({ reference }: Transaction): string | null {
    return this.#requests.length === 0 ? null : reference
  }

  /** What a hold takes is a line as any other from then on. */
  #heldBy({ type }: Transaction): string | null {
    return type === 'pending' ? this.#hold : null
  }

  #reversed(id: TransactionAt, by: TransactionAt): void {
    const key = printTransactionId(id)
    const target = this.#target(key)!
    this.#targets ??= new Map()
    this.#targets.set(key, { ...target, reversedBy: by })
    const { entity, policy, resource } = target.transaction
    if (!mayClaim(target.transaction, this.#state.policies.get(policy)!)) return
    const on = dayMeant(target.transaction)
    this.#releases.push(id)
    // A day that nobody wants was not looked for: who holds its other half is not known here, and must not seem to be.
    const day = dayKey({ entity, resource, on })
    const holders = this.#days?.get(day) ?? this.#state.days.get(day)
    if (holders !== undefined) this.#setHolders(day, releasedFrom(holders, id))
  }

  #claim(claim: Claim, hours: Minor | null): void {
    const { position, line, portion } = claim
    const holders = this.#holders(claim, claim.on)
    const taken = hours === null ? claimed(holders, portion, claim) : withHours(holders, { position, line, hours })
    this.#setHolders(dayKey(claim), taken)
    this.#claims.push(claim)
  }

  /** What a claim says of how much it takes, for the database to hold it to. */
  #takenOf(
    effect: Effect,
    claim: Pick<Claim, 'entity' | 'on' | 'resource'>,
  ): Pick<Claim, 'most' | 'ofHours' | 'taken'> {
    const hours = hoursIn(effect)
    if (hours !== null) {
      const holders = this.#holders(claim, claim.on)
      const most = effect.isKept ? null : hoursLeft(holders, this.#hoursOf(claim.entity, claim.on))
      const together = holders.hours.reduce((sum, held) => sum + held.hours, hours)
      const isWithin = most !== null && together <= most
      return { ofHours: true, taken: printExact(hours), most: isWithin ? printExact(most) : null }
    }
    const isOfDays = effect.version.unit === 'day' && !effect.isKept
    const taken = isOfDays ? printMinor(-effect.amount, effect.account.scale) : null
    return { ofHours: false, taken, most: null }
  }

  #hoursOf(entity: string, on: CalendarDate): HoursOfDay {
    const { requests, times } = this.#state
    return hoursOfDay(requests?.people.get(entity)?.time ?? times.get(entity) ?? EVERY_DAY, on)
  }

  #setHolders(day: string, holders: DayHolders): void {
    this.#days ??= new Map()
    this.#days.set(day, holders)
  }

  #target(id: string): Target | undefined {
    return this.#targets?.get(id) ?? this.#state.targets.get(id)
  }

  #figures(): Pick<Decision, 'figures'> {
    if (this.#ahead.size === 0) return {}
    const ahead = Array.from(this.#ahead.values(), ({ account, until, amount }) => {
      const { entity, policy, scale } = account
      return { entity, policy, until, amount: printMinor(amount, scale) }
    })
    return { figures: { ahead } }
  }

  #changedTargets(): ReadonlyMap<string, Target> {
    return this.#targets === undefined ? this.#recorded : new Map([...this.#targets, ...this.#recorded])
  }

  #held(check: Check): void {
    if (!this.#checks.includes(check)) this.#checks.push(check)
  }

  #account(entity: string, history: PolicyHistory): Account {
    const { policy, resource, scale } = newestVersion(history)
    const key = accountKey({ entity, policy })
    const account = this.#accounts.get(key) ?? this.#state.accounts.get(key)
    return account === undefined ? emptyAccount({ entity, policy, resource, scale }) : atScale(account, scale)
  }

  #holders(of: { readonly entity: string; readonly resource: string }, on: CalendarDate): DayHolders {
    const key = dayKey({ entity: of.entity, resource: of.resource, on })
    return this.#days?.get(key) ?? this.#state.days.get(key) ?? FREE_DAY
  }
}
