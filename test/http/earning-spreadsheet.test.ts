import { readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { EarningBook } from './earning-book.ts'
import { serviceOfFile } from './service-of-file.ts'

/*
 * A company's plan as HR says it: 27 days a year, 2 more after five years, a twelfth each month, half of it in the joining
 * month for whoever joins after the 15th, five days carried over until the end of March. Two years of five people are
 * played. What comes out is held against a spreadsheet: one row a month, with nothing in it but what stands here.
 */

const service = serviceOfFile()

const PLAN = {
  resource: 'handbook-leave',
  unit: 'day',
  scale: 2,
  dayExclusive: true,
  overdraftLimit: '0',
  earning: {
    every: 'month',
    levels: [{ yearAmount: '27' }, { after: { years: 5 }, yearAmount: '29' }],
    firstPeriod: { joinedBy: 15, then: 'full', else: 'half' },
    // As ROUND(…; 2) does it in a spreadsheet.
    rounding: { step: '0.01', mode: 'nearest', of: 'running-total' },
  },
  carryOver: { keep: { upTo: '5' }, validUntil: '03-31' },
}

/** What the sheet says of somebody. A month’s column is in days × 24, so that halves of twelfths are whole numbers. */
interface Column {
  readonly who: string
  readonly joined: string
  /** 2024, January to December, then 2025. */
  readonly earned: readonly (readonly [month: string, times24: number])[]
  /** Days that were taken, one each. */
  readonly taken: readonly string[]
}

/** 27 ÷ 12 and 29 ÷ 12 days, × 24. */
const MONTH = 54
const LONGER = 58
const months = ['2024', '2025'].flatMap((year) =>
  Array.from({ length: 12 }, (_, month) => `${year}-${String(month + 1).padStart(2, '0')}`),
)

const sheet: readonly Column[] = [
  {
    who: 'nine years there',
    joined: '2015-02-01',
    earned: months.map((month) => [month, LONGER]),
    taken: [...week('2024-07-08'), ...week('2024-07-15'), ...week('2025-03-03'), ...week('2025-08-04')],
  },
  {
    who: 'joined on the 15th of March',
    joined: '2024-03-15',
    earned: months.map((month) => [month, month < '2024-03' ? 0 : MONTH]),
    taken: [
      ...week('2024-09-02'),
      ...week('2024-09-09'),
      ...week('2024-12-02').slice(0, 3),
      '2025-02-10',
      '2025-02-11',
    ],
  },
  {
    who: 'joined on the 16th of March',
    joined: '2024-03-16',
    earned: months.map((month) => [month, month < '2024-03' ? 0 : month === '2024-03' ? MONTH / 2 : MONTH]),
    taken: [...week('2024-08-05'), ...week('2024-08-12').slice(0, 2), ...week('2025-03-24'), ...week('2025-03-31')],
  },
  {
    who: 'five years there on the 1st of May 2025',
    joined: '2020-05-01',
    earned: months.map((month) => [month, month < '2025-05' ? MONTH : LONGER]),
    taken: [...week('2024-10-07'), ...week('2024-10-14'), ...week('2024-10-21'), ...week('2024-11-04'), '2025-12-30'],
  },
  {
    who: 'five years there on the 16th of September 2024',
    joined: '2019-09-16',
    // 15 of the 30 days of September as before, and 15 as from then on.
    earned: months.map((month) => [
      month,
      month < '2024-09' ? MONTH : month === '2024-09' ? (MONTH + LONGER) / 2 : LONGER,
    ]),
    taken: ['2024-05-06', '2025-04-07'],
  },
]

/** Monday to Friday. */
function week(monday: string): string[] {
  const [start, number] = [monday.slice(0, 8), Number(monday.slice(8))]
  return Array.from(
    { length: 5 },
    (_, after) => new Date(Date.parse(`${start}01`) + (number - 1 + after) * 86_400_000),
  ).map((date) => date.toISOString().slice(0, 10))
}

/** The balance at the end of each month, in hundredths of a day. */
function balances({ earned, taken }: Column): Map<string, number> {
  const rows = new Map<string, number>()
  let times24 = 0
  let posted = 0
  let balance = 0
  let carried = 0
  for (const [month, column] of earned) {
    const used = 100 * taken.filter((day) => day.startsWith(month)).length
    if (month.endsWith('-01')) {
      // On 1 January: what is above five days goes.
      carried = Math.min(balance, 500)
      balance = carried
    }
    if (month.endsWith('-04')) {
      // On 1 April: what was carried and not taken by 31 March goes.
      balance -= carried
    }
    times24 += column
    const total = Math.round((times24 * 100) / 24)
    balance += total - posted - used
    posted = total
    carried = Math.max(0, carried - used)
    rows.set(month, balance)
  }
  return rows
}

describe('27 days, 2 more after five years', () => {
  let book: EarningBook
  beforeAll(async () => {
    book = new EarningBook(service, await service.book())
    await book.policy(PLAN, 'plan')
    for (const [at, { joined }] of sheet.entries()) {
      const from = joined < '2024-01-01' ? '2024-01-01' : joined
      await book.assign(`e${at}`, { policy: 'plan', from, serviceSince: joined })
    }
    // Leave is booked once its days are there, and what is left lapses afterwards.
    let before = '2023-12-31'
    for (const to of ['2024-12-31', '2025-03-31', '2025-12-31']) {
      await book.run(to)
      for (const [at, { taken }] of sheet.entries())
        await takeLeave(
          book,
          `e${at}`,
          taken.filter((day) => day > before && day <= to),
        )
      before = to
    }
  })

  test.each(sheet.map((column, at) => ({ at, ...column })))('$who', async ({ at, ...column }) => {
    const told: [string, string][] = []
    for (const month of months) {
      const query = `entities/e${at}/balances?policy=plan&asOf=${lastDay(month)}`
      const [first] = await book.items(query)
      told.push([month, (first?.['available'] as string | undefined) ?? '0.00'])
    }
    expect(told).toEqual([...balances(column)].map(([month, hundredths]) => [month, (hundredths / 100).toFixed(2)]))
  })

  test('another run changes nothing', async () => {
    const none = { accruals: 0, carryOvers: 0, lapses: 0, corrections: 0 }
    expect(await book.run('2025-12-31')).toMatchObject({ postings: none })
  })
})

test('the plan is the one that the guide writes down', async () => {
  const page = await readFile('docs/guides/writing-a-policy.md', 'utf8')
  const [, body] = /PUT \S+\/policies\/handbook\S*\n\n(.*?)```/s.exec(page) ?? []
  expect(JSON.parse(body!)).toEqual(PLAN)
})

test('the sheet by hand, of whoever joined on the 16th of March', () => {
  const rows = balances(sheet[2]!)
  // Half of 2.25, to the hundredth.
  expect(rows.get('2024-03')).toBe(113)
  // 1.125 + 9 × 2.25 - 7 days taken = 14.375.
  expect(rows.get('2024-12')).toBe(1438)
  // 5 carried, 3 × 2.25, and 6 days taken by 31 March: the 24th to the 28th, and the 31st. Nothing is left to lapse.
  expect(rows.get('2025-03')).toBe(500 + 675 - 600)
  // 4 more days in April.
  expect(rows.get('2025-12')).toBe(500 + 2700 - 1000)
})

async function takeLeave(book: EarningBook, entity: string, days: readonly string[]): Promise<void> {
  const line = { type: 'consumption', entity, policy: 'plan', amount: '1' }
  if (days.length > 0)
    await book.post('transactions', { transactions: days.map((day) => ({ ...line, effectiveOn: day })) })
}

function lastDay(month: string): string {
  return new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 0)).toISOString().slice(0, 10)
}
