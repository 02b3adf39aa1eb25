import type { CalendarDate } from '../calendar-date.ts'
import type { RecordedLine } from '../earning/movements.ts'
import type { Carried, PostingRule } from '../earning/posting.ts'
import { type Minor, rescale, toMinor } from '../quantity.ts'
import { printTransactionId, type TransactionAt } from '../transaction.ts'
import { type AccountLots, isOfLots } from './account-lots.ts'
import { byUntil, type CarriedLots, EMPTY_DAY, type LotsDay, withCarried, withMovement } from './lots-day.ts'
import { type LotsMovement, lotsMovementOf } from './lots-movement.ts'
import { groupOf, type LotPart, NO_LOTS, OpenLots } from './open-lots.ts'

/** What a carry-over kept, with the position of its event. */
export interface RecordedCarryOver {
  readonly position: number
  readonly carried: Carried
}

/** Everything recorded of one account, each list by position and line, and what it is counted in. */
export interface AccountHistory {
  readonly lines: readonly RecordedLine[]
  readonly carryOvers: readonly RecordedCarryOver[]
  readonly scale: number
}

/**
 * What was earned by one transaction and has one last day. Leave that was carried over may have two: then it is two lots.
 * `amount` is what was used, what lapsed (or was cut) and what is left of it, in minor units.
 */
export interface Lot {
  readonly transaction: string
  readonly earnedOn: CalendarDate
  readonly amount: Minor
  readonly used: Minor
  readonly lapsed: Minor
  readonly remaining: Minor
  /** null: it does not lapse by itself. */
  readonly validUntil: CalendarDate | null
  /** By which it was posted; null: somebody recorded it. */
  readonly rule: PostingRule | null
}

/**
 * The lots of an account at the end of a day, as leave has drawn them. What they have left adds up to the balance, unless
 * that is a debt; lots whose last day is over have nothing left, whether that was posted or not.
 * @returns by the day on which they were earned, then as recorded; none of which nothing was ever there
 */
export function lotsOf(history: AccountHistory, { asOf }: { readonly asOf: CalendarDate }): readonly Lot[] {
  const movements = movementsOf(history).filter(({ movement }) => movement.on <= asOf)
  const lots = new OpenLots(NO_LOTS, { remembers: true })
  for (const [on, day] of daysOf(movements, history, asOf)) lots.take(on, day)
  lots.lapse(asOf)
  const earned = Map.groupBy(earnedBy(movements), ({ group }) => group)
  const shared = Array.from(earned, ([group, lines]) => sharedOut(lots.groups.get(group) ?? [], lines)).flat()
  return shared.toSorted(inOrder).map(({ lot }) => lot)
}

/** What is effective on each day, as lots see it, ascending. */
export function lotsDays(history: AccountHistory): readonly (readonly [CalendarDate, LotsDay])[] {
  return daysOf(movementsOf(history), history)
}

/** Whether an account has to be looked at lot by lot. */
export function hasLots({ lines, carryOvers }: Pick<AccountHistory, 'carryOvers' | 'lines'>): boolean {
  return lines.some(isOfLots) || carryOvers.some(({ carried }) => carried.validUntil !== null)
}

/** All that the lots of an account are made of, as decisions look at them. */
export function accountLotsOf(history: AccountHistory): AccountLots {
  return lotsDays(history).map(([on, day]) => ({ on, day }))
}

/** A transaction with what it is to lots, in units of the account. */
interface Moved {
  readonly line: RecordedLine
  readonly movement: LotsMovement
}

function movementsOf({ lines, scale }: AccountHistory): readonly Moved[] {
  const originals = new Map(lines.map((line) => [printTransactionId(line), line]))
  return lines.map((line) => {
    const original = line.reverses === null ? undefined : originals.get(printTransactionId(line.reverses))
    return { line, movement: lotsMovementOf(line, original, rescale(line.amount, line.scale, scale)) }
  })
}

function daysOf(
  movements: readonly Moved[],
  { carryOvers, scale }: AccountHistory,
  asOf?: CalendarDate,
): (readonly [CalendarDate, LotsDay])[] {
  const days = new Map<CalendarDate, LotsDay>()
  const change = (on: CalendarDate, changed: (day: LotsDay) => LotsDay): void => {
    days.set(on, changed(days.get(on) ?? EMPTY_DAY))
  }
  for (const { movement } of movements) change(movement.on, (day) => withMovement(day, movement))
  for (const { carried } of carryOvers) {
    if (asOf !== undefined && carried.on > asOf) continue
    change(carried.on, (day) => withCarried(day, carriedLots(carried, scale)))
  }
  return [...days].toSorted(([a], [b]) => (a < b ? -1 : 1))
}

/** What a carry-over says, in units of an account. */
export function carriedLots({ earnedBefore, kept, validUntil, neverLapses }: Carried, scale: number): CarriedLots {
  const minor = (text: string): Minor => {
    const amount = toMinor(text, scale)
    if (amount === 'scale-exceeded') throw new Error('what is carried over is finer than its account')
    return amount
  }
  return { earnedBefore, kept: minor(kept), until: validUntil, neverLapses: minor(neverLapses) }
}

/** A transaction that earned something which nobody has taken back, and the group of lots that it belongs to. */
interface Earned {
  readonly line: RecordedLine
  readonly group: string
  readonly amount: Minor
}

function earnedBy(movements: readonly Moved[]): Earned[] {
  const days = new Map(movements.map(({ line }) => [printTransactionId(line), line.effectiveOn]))
  // What was corrected and is undone on a later day is drawn then: of which lot is not said.
  const undone = movements.filter(({ line: { reverses }, movement: { on, undoes } }) => {
    return reverses !== null && (undoes !== null || days.get(printTransactionId(reverses)) === on)
  })
  const reversed = new Set(undone.map(({ line }) => printTransactionId(line.reverses!)))
  return movements.flatMap(({ line, movement: { on, kind, until, amount } }) => {
    if (amount <= 0n || reversed.has(printTransactionId(line))) return []
    if (kind === 'earned') return [{ line, group: groupOf(on, until), amount }]
    if (kind === 'corrected') return [{ line, group: groupOf(on, null, 'corrected'), amount }]
    if (line.reverses !== null) return [{ line, group: groupOf(on, null, 'back'), amount }]
    if (kind === 'cut') return [{ line, group: groupOf(on, null, 'cut'), amount }]
    return []
  })
}

interface Shared extends TransactionAt {
  readonly lot: Lot
}

/** Shares the lots of a group out among the transactions that made them: what was taken was of the older ones. */
function sharedOut(parts: readonly LotPart[], lines: readonly Earned[]): Shared[] {
  const rest = parts.toSorted(byUntil).map(({ until, used, lapsed, left }) => ({ until, used, lapsed, left }))
  return lines.flatMap(({ line: { position, line, effectiveOn: earnedOn, byRule }, amount }) => {
    let missing = amount
    const take = (most: Minor): Minor => {
      const taken = most < missing ? most : missing
      missing -= taken
      return taken
    }
    return rest.flatMap((part): Shared[] => {
      const used = take(part.used)
      const lapsed = take(part.lapsed)
      const remaining = take(part.left)
      part.used -= used
      part.lapsed -= lapsed
      part.left -= remaining
      const taken = used + lapsed + remaining
      if (taken === 0n) return []
      const lot: Lot = {
        transaction: printTransactionId({ position, line }),
        earnedOn,
        amount: taken,
        used,
        lapsed,
        remaining,
        validUntil: part.until,
        rule: byRule?.rule ?? null,
      }
      return [{ position, line, lot }]
    })
  })
}

function inOrder(a: Shared, b: Shared): number {
  if (a.lot.earnedOn !== b.lot.earnedOn) return a.lot.earnedOn < b.lot.earnedOn ? -1 : 1
  return a.position - b.position || a.line - b.line || byUntil({ until: a.lot.validUntil }, { until: b.lot.validUntil })
}
