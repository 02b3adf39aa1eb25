import { EVERY_DAY } from '../../src/domain/calendar/work-time.ts'
import { type CalendarDate, dayAfter } from '../../src/domain/calendar-date.ts'
import { daysBetween } from '../../src/domain/day-number.ts'
import type { EarningFacts } from '../../src/domain/earning/facts.ts'
import type { Movement } from '../../src/domain/earning/movement.ts'
import type { EarningPolicyTerms, MonthDay } from '../../src/domain/earning/terms.ts'
import { type Posting, workedOut } from '../../src/domain/earning/work-out.ts'
import { printMinor, toMinor } from '../../src/domain/quantity.ts'

/*
 * A picture of how a year of a policy runs: the balance of somebody from day to day, as the rules make it. It is worked out by the
 * same functions as every posting, so it cannot show what would not happen.
 */

// Casts: days as they stand here are days.
const day = (text: string): CalendarDate => text as CalendarDate
const SCALE = 2
const FROM = day('2025-12-08')
const TO = day('2027-01-24')

/** 25 days a year, a twelfth each month; five days go into the next year, until 31 March. */
export const TERMS: EarningPolicyTerms = {
  earning: { every: 'month', levels: [{ yearAmount: '25' }] },
  carryOver: { keep: { upTo: '5' }, validUntil: '03-31' as MonthDay },
}

/** Leave of somebody who joined on 1 July 2025: the day, and how many days in a row. */
const LEAVE: readonly (readonly [from: CalendarDate, days: number])[] = [
  [day('2026-02-09'), 3],
  [day('2026-08-03'), 10],
  [day('2026-10-12'), 5],
]

/** Days that are worked, one after the other from a Monday on. */
function workingDaysFrom([from, days]: (typeof LEAVE)[number]): CalendarDate[] {
  const all: CalendarDate[] = []
  for (let on = from, number = 0; all.length < days; on = dayAfter(on), number++) if (number % 7 < 5) all.push(on)
  return all
}

const movements: readonly Movement[] = LEAVE.flatMap(workingDaysFrom).map((on, at) => ({
  on,
  amount: toMinor('1', SCALE) as bigint,
  way: 'takes',
  by: 'leave',
  validUntil: null,
  isCarriedIn: false,
  position: at + 10,
}))

const facts: EarningFacts = {
  entity: 'e1',
  policy: [
    {
      policy: 'annual',
      version: 1,
      effectiveFrom: day('1900-01-01'),
      position: 1,
      resource: 'annual-leave',
      unit: 'day',
      scale: SCALE,
      dayExclusive: true,
      overdraftLimit: '0',
      name: null,
      requests: null,
      ...TERMS,
    },
  ],
  assignments: [
    [
      {
        entity: 'e1',
        assignment: 'a1',
        version: 1,
        effectiveFrom: day('2025-07-01'),
        position: 2,
        policy: 'annual',
        from: day('2025-07-01'),
        to: null,
        serviceSince: null,
        share: null,
        amounts: null,
        terms: null,
      },
    ],
  ],
  employments: [],
  time: EVERY_DAY,
  worked: [],
  absent: [],
  notices: [],
}

const WIDTH = 960
const HEIGHT = 416
const PLOT = { left: 52, right: 938, top: 84, bottom: 364 } as const
const MOST_DAYS = 17

function x(on: CalendarDate): number {
  return PLOT.left + ((PLOT.right - PLOT.left) * daysBetween(FROM, on)) / daysBetween(FROM, TO)
}

function y(minor: bigint): number {
  return PLOT.bottom - ((PLOT.bottom - PLOT.top) * Number(minor)) / (MOST_DAYS * 10 ** SCALE)
}

/** To a tenth of a pixel, so that the picture is the same wherever it is drawn. */
function at(number: number): string {
  return String(Math.round(number * 10) / 10)
}

interface Change {
  readonly on: CalendarDate
  readonly amount: bigint
}

function changes(postings: readonly Posting[]): Change[] {
  const posted = postings.flatMap(({ on, lines }) => lines.map(({ amount }) => ({ on, amount })))
  const taken = movements.map(({ on, amount }) => ({ on, amount: -amount }))
  return [...posted, ...taken].toSorted((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0))
}

function balanceBefore(all: readonly Change[], day: CalendarDate): bigint {
  return all.filter(({ on }) => on < day).reduce((sum, { amount }) => sum + amount, 0n)
}

/** The balance as steps. */
function line(all: readonly Change[]): string {
  let balance = balanceBefore(all, FROM)
  let path = `M${at(x(FROM))} ${at(y(balance))}`
  for (const { on, amount } of all.filter((change) => change.on >= FROM && change.on <= TO)) {
    balance += amount
    path += `H${at(x(on))}V${at(y(balance))}`
  }
  return `${path}H${at(x(TO))}`
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function axes(): string[] {
  const days = [0, 5, 10, 15].map((number) => {
    const height = at(y(BigInt(number * 10 ** SCALE)))
    return (
      `<line class="grid" x1="${PLOT.left}" y1="${height}" x2="${PLOT.right}" y2="${height}"/>` +
      `<text class="axis" x="${PLOT.left - 8}" y="${height}" dy="4" text-anchor="end">${number}</text>`
    )
  })
  const months = Array.from({ length: 13 }, (_, month) => {
    const first = day(`${2026 + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}-01`)
    const left = at(x(first))
    return (
      `<line class="grid" x1="${left}" y1="${PLOT.top}" x2="${left}" y2="${PLOT.bottom}"/>` +
      `<text class="axis" x="${left}" y="${PLOT.bottom + 18}" dx="4">${MONTHS[month % 12]}</text>`
    )
  })
  return [...days, ...months]
}

/** The leave that is taken, as stripes below the line. */
function leave(): string[] {
  return LEAVE.map((one) => {
    const days = workingDaysFrom(one)
    const [left, right] = [x(days[0]!), x(dayAfter(days.at(-1)!))]
    return `<rect class="leave" x="${at(left)}" y="${PLOT.top}" width="${at(right - left)}" height="${PLOT.bottom - PLOT.top}"/>`
  })
}

/** Text beside a place. @param days how high; null: above all */
function words(on: string, days: number | null, text: readonly string[], dx = 6): string {
  const left = at(x(day(on)) + dx)
  const top = days === null ? PLOT.top - 10 - LINE * (text.length - 1) : y(BigInt(Math.round(days * 10 ** SCALE)))
  const lines = text.map((part, index) => `<tspan x="${left}" dy="${index === 0 ? 0 : LINE}">${part}</tspan>`)
  return `<text x="${left}" y="${at(top)}">${lines.join('')}</text>`
}

const LINE = 15

/** What happens, in the figures that the rules came to. */
function notes(postings: readonly Posting[]): string[] {
  const of = (kind: Posting['kind'], on: string): Posting => {
    const found = postings.find((posting) => posting.kind === kind && posting.on === on)
    if (found === undefined) throw new Error(`there is no ${kind} on ${on}`)
    return found
  }
  const carried = of('carry-over', '2026-01-01')
  const lapsed = of('lapse', '2026-04-01')
  const again = of('carry-over', '2027-01-01')
  const short = (quantity: unknown): string => String(quantity).replace(/\.?0+$/, '')
  const month = printMinor(of('accrual', '2026-06-01').lines[0]!.amount, SCALE)
  return [
    words('2026-01-01', null, [
      `1 January: of ${short(carried.figures['balance'])} days`,
      `left, ${short(carried.carried!.kept)} are carried over`,
    ]),
    words('2026-02-12', 4, ['3 days taken:', 'those that', 'lapse first']),
    words('2026-04-01', null, ['1 April: what is left of', `those, ${short(lapsed.figures['lapsed'])} days, lapses`]),
    words('2026-05-01', 9.5, [`each month: ${month}`, 'days earned']),
    words('2026-08-15', 4, ['10 days taken']),
    words('2026-10-17', 4, ['5 days taken']),
    words(
      '2027-01-01',
      null,
      [
        '1 January: the next leave',
        `year, with ${short(again.carried!.kept)} of ${short(again.figures['balance'])} days`,
      ],
      -160,
    ),
  ]
}

/** Days of which something is told above the plot. */
const MARKS = ['2026-01-01', '2026-04-01', '2027-01-01'].map((text) => day(text))

function marks(): string[] {
  return MARKS.map((on) => {
    const left = at(x(on))
    return `<line class="year" x1="${left}" y1="${PLOT.top - 36}" x2="${left}" y2="${PLOT.bottom}"/>`
  })
}

const STYLE = [
  'text{font:12px system-ui,sans-serif;fill:#1f2937}',
  '.title{font-size:14px;font-weight:600}',
  '.axis{fill:#6b7280}',
  '.grid{stroke:#e5e7eb}',
  '.year{stroke:#9ca3af;stroke-dasharray:4 3}',
  '.leave{fill:#fde68a;opacity:.7}',
  '.balance{fill:none;stroke:#2563eb;stroke-width:2.5}',
].join('')

/** @returns SVG, the same text wherever and whenever it is drawn */
export function policyYear(): string {
  const postings = workedOut({ facts, movements, postedAt: () => undefined }, TO)
  const title = 'The balance of somebody who joined on 1 July 2025, day by day'
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">`,
    `<style>${STYLE}</style>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text class="title" x="${PLOT.left}" y="20">${title}</text>`,
    ...leave(),
    ...axes(),
    ...marks(),
    `<path class="balance" d="${line(changes(postings))}"/>`,
    ...notes(postings),
    `<text class="axis" x="${PLOT.left}" y="${HEIGHT - 14}">Days. 25 a year, a twelfth each month; up to five are carried over, and may be taken until 31 March.</text>`,
    '</svg>',
  ].join('\n')}\n`
}
