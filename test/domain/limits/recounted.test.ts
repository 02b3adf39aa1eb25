import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type DayNet, headroomOf, heldDays } from '../../../src/domain/account/headroom.ts'
import type { CalendarDate } from '../../../src/domain/calendar-date.ts'
import { movementsOf, type RecordedLine } from '../../../src/domain/earning/movements.ts'
import { type Posting, workedOut } from '../../../src/domain/earning/work-out.ts'
import { floorsRecounted } from '../../../src/domain/limits/recounted.ts'
import { printMinor } from '../../../src/domain/quantity.ts'
import { linesFrom, lineTextOf } from '../earning/lines.ts'
import { someAccount } from '../earning/some-account.ts'
import { type Example, factsOf } from '../earning/worked.ts'

// Late leave is decided as if it had been recorded in time.

const SCALE = 2

function postedTexts(postings: readonly Posting[]): string[] {
  return postings.flatMap(({ on, lines }) =>
    lines.map(({ type, rule, amount }) => `${on} ${type} ${printMinor(amount, SCALE)} by ${rule}`),
  )
}

/** How low the balance is at the lowest from a day on. */
function lowestFrom(day: CalendarDate, lines: readonly RecordedLine[]): bigint {
  const { balance, later } = standing(day, lines)
  let running = balance
  let lowest = balance
  for (const { net } of later) {
    running += net
    if (running < lowest) lowest = running
  }
  return lowest
}

function standing(day: CalendarDate, lines: readonly RecordedLine[]): { balance: bigint; later: DayNet[] } {
  const nets = new Map<CalendarDate, bigint>()
  for (const { effectiveOn, amount } of lines) nets.set(effectiveOn, (nets.get(effectiveOn) ?? 0n) + amount)
  const later = [...nets]
    .filter(([on]) => on > day)
    .map(([on, net]) => ({ on, net }))
    .toSorted((a, b) => (a.on < b.on ? -1 : 1))
  const balance = [...nets].reduce((sum, [on, net]) => (on <= day ? sum + net : sum), 0n)
  return { balance, later }
}

function latest(lines: readonly RecordedLine[]): CalendarDate {
  return lines.map(({ effectiveOn }) => effectiveOn).reduce((a, b) => (a > b ? a : b))
}

const late = fc.record({
  on: fc
    .date({ min: new Date('2026-01-01T00:00:00Z'), max: new Date('2028-12-31T00:00:00Z'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10) as CalendarDate),
  halves: fc.integer({ min: 1, max: 60 }),
})

test('law: late leave is let pass exactly where it would have been, had it been recorded in time', () => {
  fc.assert(
    fc.property(someAccount(), late, ({ example, through }, { on, halves }) => {
      const last = through as CalendarDate
      const facts = factsOf({ ...example, scale: SCALE } satisfies Example)
      const said = (example.recorded ?? []).map(lineTextOf)
      const work = (texts: readonly string[], until: CalendarDate) =>
        workedOut({ facts, movements: movementsOf(linesFrom(texts), SCALE), postedAt: () => undefined }, until)
      const posted = postedTexts(work(said, last))
      const lines = linesFrom([...said, ...posted])
      const amount = BigInt(halves) * 50n
      const floors = floorsRecounted({ facts, lines }, { day: on, on, amount })
      fc.pre(floors !== undefined)
      const { balance, later } = standing(on, lines)
      const room = headroomOf(heldDays({ on, balance }, later, floors))!
      // A correction reaches to the last posting; beyond it lots end, whether that is posted or not.
      const end = latest(lines.filter(({ byRule }) => byRule !== null))
      const inTime = [...said, `${on} consumption -${halves / 2}`]
      const due = postedTexts(work(inTime, latest(lines)).filter((one) => one.on <= end || one.kind === 'lapse'))
      expect(room >= amount).toBe(lowestFrom(on, linesFrom([...inTime, ...due])) >= 0n)
    }),
    { numRuns: 300 },
  )
})
