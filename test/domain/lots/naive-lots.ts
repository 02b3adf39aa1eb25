import type { CalendarDate } from '../../../src/domain/calendar-date.ts'
import type { AccountHistory } from '../../../src/domain/lots/lots-of.ts'
import { dayMeant, printTransactionId, type Transaction } from '../../../src/domain/transaction.ts'
import { dayAfter } from '../../support/builders.ts'

/*
 * Lots once more, as simply as they can be said: every unit that was earned is a token of its own, and what a day does moves
 * tokens, one after the other. Amounts are whole numbers, and small.
 */

interface Token {
  readonly lot: string
  readonly number: number
  readonly age: string
  until: CalendarDate | null
  state: 'left' | 'used' | 'lapsed'
}

/** What one unit was taken of; null: of nothing, and so it is owed. */
type Origin = Token | null

export interface NaiveLots {
  /** Units that are left, by their last day ('' for none), and what is owed. */
  readonly left: Readonly<Record<string, number>>
  readonly used: number
  readonly lapsed: number
  readonly debt: number
  /** Of the units that are there, how many lapsed without being posted; negative: more were posted. */
  readonly unposted: number
}

/** Whoever undoes what the rules took gives it anew. */
function withGivenAnew(lines: AccountHistory['lines']): AccountHistory['lines'] {
  return lines.map((line) => {
    const { reverses } = line
    const original = reverses && lines.find((one) => printTransactionId(one) === printTransactionId(reverses))
    const rule = original?.byRule?.rule ?? ''
    const isAnew = line.amount > 0n && ['lapse', 'carry-over', 'cap'].includes(rule)
    return isAnew ? { ...line, type: 'adjustment', reverses: null } : line
  })
}

export function naiveLots({ lines: recorded, carryOvers }: AccountHistory, asOf: CalendarDate): NaiveLots {
  const lines = withGivenAnew(recorded)
  const originals = new Map(lines.map((line) => [printTransactionId(line), line]))
  const originalOf = ({ reverses }: Transaction): Transaction | undefined =>
    reverses === null ? undefined : originals.get(printTransactionId(reverses))
  const effective = lines.filter(({ effectiveOn }) => effectiveOn <= asOf)
  const carries = carryOvers.filter(({ carried }) => carried.on <= asOf)
  const days = [...new Set([...effective.map((one) => one.effectiveOn), ...carries.map(({ carried }) => carried.on)])]

  const tokens: Token[] = []
  const takenOn = new Map<string, Origin[]>()
  const repaid: Token[] = []
  let debt = 0
  let unposted = 0
  /** What the last carry-over said it kept, and did not find. */
  let short: { on: string; until: CalendarDate; count: number } | undefined

  const left = (): Token[] => tokens.filter(({ state }) => state === 'left').toSorted(inOrder)
  const times = (count: number, what: () => void): void => Array.from({ length: count }).forEach(what)
  const earn = (lot: string, age: string, until: CalendarDate | null, count: number): void =>
    times(count, () => tokens.push({ lot, number: tokens.length, age, until, state: 'left' }))
  const lapse = (on: string): void => {
    for (const token of left()) {
      if (token.until === null || token.until >= on) continue
      token.state = 'lapsed'
      unposted += 1
    }
  }
  const draw = (state: 'used' | 'lapsed', origins: Origin[], mayTake: (token: Token) => boolean = () => true): void => {
    const token = left().find(mayTake) ?? left()[0] ?? null
    if (token === null) debt += 1
    else token.state = state
    origins.push(token)
  }
  const origins = (on: string, kind: string): Origin[] => {
    const key = `${on} ${kind}`
    if (!takenOn.has(key)) takenOn.set(key, [])
    return takenOn.get(key)!
  }
  const settle = (): void => {
    while (debt > 0 && left().length > 0) {
      const [token] = left()
      token!.state = 'used'
      debt -= 1
      repaid.push(token!)
    }
  }
  /** @returns whether the unit was still where it had been taken to */
  const refill = (on: string, token: Token, state: 'used' | 'lapsed'): boolean => {
    // Units of one lot that were taken alike are told apart by nobody.
    const same = tokens.find((one) => one.lot === token.lot && one.until === token.until && one.state === state)
    if (same === undefined) return false
    same.state = 'left'
    lapse(on)
    return true
  }
  const giveBack = (on: string, state: 'used' | 'lapsed', from: Origin[]): void => {
    for (;;) {
      const origin = from.pop()
      if (origin === undefined) return earn(`${on} back`, on, null, 1)
      if (origin !== null && refill(on, origin, state)) return
      if (debt > 0) {
        debt -= 1
        return
      }
      for (let token = repaid.pop(); token !== undefined; token = repaid.pop()) if (refill(on, token, 'used')) return
    }
  }
  const takeBack = (lot: string): boolean => {
    const units = tokens.filter((token) => token.lot === lot).toSorted(inOrder)
    const unit =
      units.find(({ state }) => state === 'left') ??
      units.find(({ state }) => state === 'lapsed') ??
      units.find(({ state }) => state === 'used')
    if (unit === undefined) return false
    if (unit.state === 'lapsed') unposted -= 1
    if (unit.state === 'used') debt += 1
    tokens.splice(tokens.indexOf(unit), 1)
    return true
  }

  for (const on of days.toSorted()) {
    lapse(on)
    const own = effective.filter(({ effectiveOn }) => effectiveOn === on)
    /** What a kind comes to on the day, without what is undone of earlier days. */
    const sumOf = (kind: string, until: CalendarDate | null = null): number =>
      own.reduce((sum, one) => {
        const original = originalOf(one)
        const isEarlier = original !== undefined && original.effectiveOn < on && !SUMS.includes(kindOf(original))
        const about = original ?? one
        return !isEarlier && kindOf(about) === kind && about.validUntil === until ? sum + Number(one.amount) : sum
      }, 0)
    const carry = carries.filter(({ carried }) => carried.on === on).at(-1)?.carried
    const mayCut = (token: Token): boolean => token.until === null && token.age < (carry?.earnedBefore ?? on)
    /** @returns what it draws */
    const correct = (amount: number, meant: string): number => {
      const settled = amount > 0 ? Math.min(amount, Math.max(-unposted, 0)) : -Math.min(-amount, Math.max(unposted, 0))
      unposted += settled
      times(Math.max(amount - settled, 0), () => {
        const isCarried = short !== undefined && meant <= short.on && short.count > 0
        if (isCarried) short!.count -= 1
        earn(`${on} corrected`, isCarried ? short!.on : on, isCarried ? short!.until : null, 1)
      })
      return Math.max(settled - amount, 0)
    }

    unposted += sumOf('lapse')
    earn(`${on} cut`, dayAfter(carry?.earnedBefore ?? on, -1), null, Math.max(sumOf('cut'), 0))
    // What corrections of the day give back was cut, though it was not there.
    const corrections = Map.groupBy(
      own.filter((one) => kindOf(originalOf(one) ?? one) === 'corrected'),
      (one) => dayMeant(originalOf(one) ?? one),
    )
    const netOf = (same: readonly Transaction[]): number => same.reduce((sum, one) => sum + Number(one.amount), 0)
    let back = 0
    for (const [meant, same] of corrections) if (meant <= on) back += Math.max(netOf(same), 0)
    times(Math.max(-sumOf('cut'), 0), () => {
      if (left().some(mayCut) || back === 0) return draw('lapsed', origins(on, 'cut'), mayCut)
      back -= 1
      unposted -= 1
    })
    if (carry !== undefined) short = undefined
    if (carry !== undefined && carry.validUntil !== null) {
      const concerned = (): Token[] => tokens.filter(mayCut)
      const there = concerned().filter(({ state }) => state === 'left').length
      short = { on, until: carry.validUntil, count: Math.max(Number(carry.kept) - there, 0) }
      const lots = [
        ...new Set(
          concerned()
            .toSorted(byAge)
            .toReversed()
            .map(({ lot }) => lot),
        ),
      ]
      let never = Number(carry.neverLapses)
      for (const lot of lots) {
        const units = concerned().filter((token) => token.lot === lot)
        const left = units.filter(({ state }) => state === 'left')
        const staying = Math.min(never, left.length)
        never -= staying
        // A lot that stays as it is stays with what was used of it.
        if (staying > 0 && staying === left.length) continue
        const stays = new Set(left.slice(0, staying))
        for (const unit of units) if (!stays.has(unit)) unit.until = carry.validUntil
      }
    }
    for (const until of new Set(own.map(({ validUntil }) => validUntil))) {
      if (until === null) continue
      earn(`${on} ${until}`, on, until, sumOf('earned', until))
    }
    earn(`${on} `, on, null, sumOf('earned'))
    lapse(on)
    let drawn = 0
    for (const [meant, same] of [...corrections].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      drawn += correct(netOf(same), meant)
    }
    lapse(on)
    settle()

    const undoing = own.flatMap((one) => {
      const original = originalOf(one)
      if (original === undefined || original.effectiveOn === on || SUMS.includes(kindOf(original))) return []
      return [
        { of: original.effectiveOn, kind: kindOf(original), until: original.validUntil, amount: Number(one.amount) },
      ]
    })
    const net = Map.groupBy(undoing, ({ of, kind, until }) => `${of} ${kind} ${until ?? '9'}`)
    for (const sign of [1, -1]) {
      for (const [, same] of [...net].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
        const { of, kind, until } = same[0]!
        const amount = same.reduce((sum, one) => sum + one.amount, 0)
        if (Math.sign(amount) !== sign) continue
        times(Math.abs(amount), () => {
          if (sign > 0) giveBack(on, kind === 'drawn' ? 'used' : 'lapsed', origins(of, kind))
          else if (kind === 'cut') {
            if (!takeBack(`${of} cut`)) draw('lapsed', origins(on, 'cut'), mayCut)
          } else if (!takeBack(`${of} ${until ?? ''}`)) debt += 1
        })
      }
    }
    settle()
    times(-sumOf('cap'), () => draw('lapsed', origins(on, 'cap')))
    times(drawn - sumOf('drawn'), () => draw('used', origins(on, 'drawn')))
  }
  lapse(asOf)

  const counts: Record<string, number> = {}
  for (const { until } of left()) counts[until ?? ''] = (counts[until ?? ''] ?? 0) + 1
  const inState = (state: Token['state']): number => tokens.filter((token) => token.state === state).length
  return { left: counts, used: inState('used'), lapsed: inState('lapsed'), debt, unposted }
}

/** Those that add up, on whichever day they are undone. */
const SUMS = ['lapse', 'corrected']

function kindOf({ component, amount, byRule, meantFor }: Transaction): string {
  if (component === 'accrued') return byRule !== null && meantFor !== null ? 'corrected' : 'earned'
  if (component === 'consumed' || component === 'pending') return 'drawn'
  if (byRule?.rule === 'lapse') return 'lapse'
  if (byRule?.rule === 'carry-over') return meantFor === null ? 'cut' : 'corrected'
  if (byRule?.rule === 'correction') return 'corrected'
  if (amount > 0n) return 'earned'
  return byRule?.rule === 'cap' ? 'cap' : 'drawn'
}

function inOrder(a: Token, b: Token): number {
  const [one, other] = [a.until ?? '9', b.until ?? '9']
  return one === other ? byAge(a, b) : one < other ? -1 : 1
}

function byAge(a: Token, b: Token): number {
  if (a.age === b.age) return a.number - b.number
  return a.age < b.age ? -1 : 1
}
