import { keyOf } from './key.ts'
import { type Accounts, BOOK, POLICY, STRICT_POLICY } from './workload.ts'

export interface Call {
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** '' where there is none. */
  readonly key: string
  readonly body: string
}

export function appendCall(run: string, n: number, accounts: Accounts, dryRun: boolean): Call {
  const { type, members } = lineOf(n, accounts)
  return {
    method: 'POST',
    path: `/v1/books/${BOOK}/${type}s${dryRun ? '?dryRun=true' : ''}`,
    key: keyOf(run, n),
    body: `{${members}}`,
  }
}

export function refusedCall(run: string, n: number): Call {
  const body = `{"entity":"has-nothing","policy":"${STRICT_POLICY}","amount":"1","effectiveOn":"${dayOf(n)}"}`
  return { method: 'POST', path: `/v1/books/${BOOK}/consumptions`, key: keyOf(run, n), body }
}

/** Commands `first` to `first + count - 1`. */
export function bulkCall(
  run: string,
  first: number,
  { count, accounts, commandsPerDay }: { count: number; accounts: Accounts; commandsPerDay?: number | undefined },
): Call {
  let body = '['
  for (let n = first; n < first + count; n++) {
    const { type, members } = lineOf(
      n,
      accounts,
      commandsPerDay === undefined ? undefined : Math.floor(n / commandsPerDay),
    )
    body += `${n === first ? '' : ','}{"idempotencyKey":"${keyOf(run, n)}","type":"${type}",${members}}`
  }
  return { method: 'POST', path: `/v1/books/${BOOK}/bulk`, key: '', body: `${body}]` }
}

export function batchCall(run: string, n: number, lines: number, accounts: Accounts): Call {
  const day = batchDay(n)
  const line = `{"type":"accrual","entity":"${entityOf(0, accounts)}","policy":"${POLICY}","amount":"1.5","effectiveOn":"${day}"}`
  const body = `{"transactions":[${Array(lines).fill(line).join(',')}]}`
  return { method: 'POST', path: `/v1/books/${BOOK}/transactions`, key: keyOf(run, n), body }
}

export function saleCall(run: string, n: number, item: string): Call {
  const line = (type: string, entity: string) =>
    `{"type":"${type}","entity":"${entity}","policy":"${STRICT_POLICY}","amount":"1","effectiveOn":"2026-06-01"}`
  const body = `{"transactions":[${line('consumption', item)},${line('accrual', `buyer-${n}`)}]}`
  return { method: 'POST', path: `/v1/books/${BOOK}/transactions`, key: keyOf(run, n), body }
}

/** @param batchDays undefined: today's */
export function readCall(n: number, accounts: Accounts, batchDays?: number): Call {
  const asOf = batchDays === undefined ? '' : `&asOf=${batchDay((Math.imul(n, 0xc2b2ae35) >>> 8) % batchDays)}`
  const path = `/v1/books/${BOOK}/balances?entity=${entityOf(n, accounts)}&policy=${POLICY}${asOf}`
  return { method: 'GET', path, key: '', body: '' }
}

function batchDay(n: number): string {
  return new Date(FIRST_BATCH_DAY + n * DAY_MS).toISOString().slice(0, 10)
}

const DAY_MS = 86_400_000
const FIRST_BATCH_DAY = Date.UTC(2000, 0, 1)

/** Months of the year times two: an account has as many days at most. */
const DAYS = 24

/** @param day the number of its day; one of them, unless given */
function lineOf(n: number, accounts: Accounts, day?: number): { type: 'accrual' | 'consumption'; members: string } {
  const [type, amount] = n % 2 === 0 ? (['accrual', '1.5'] as const) : (['consumption', '1'] as const)
  const members = `"entity":"${entityOf(n, accounts)}","policy":"${POLICY}","amount":"${amount}","effectiveOn":"${dayOf(n, day)}"`
  return { type, members }
}

function entityOf(n: number, { prefix, count, inTurn = false }: Accounts): string {
  return `${prefix}${(inTurn ? n : Math.imul(n, 0x85ebca6b) >>> 4) % count}`
}

function dayOf(n: number, number: number = Math.imul(n, 0xc2b2ae35) >>> 8): string {
  const day = number % DAYS
  return `2026-${String((day >> 1) + 1).padStart(2, '0')}-${(day & 1) === 0 ? '01' : '15'}`
}
