/*
 * `npm run demo`: the annual leave year 2025 of three US federal employees, and a year of requests in a company of forty
 * people, posted over HTTP into the running service or into one that is started for it. Every command has a key that
 * follows from what it means: run again, nothing is new.
 */
import { normalQuantity } from '../domain/quantity.ts'
import { callsIn, definitions, FEDERAL_BOOK, federalBook, policyOf } from './demo/calls.ts'
import { type Access, type Balance, type Outcome, readBalance, record } from './demo/client.ts'
import { COMPANY_BOOK, companyBook } from './demo/company/definitions.ts'
import { comparedLines } from './demo/company/show.ts'
import { verified } from './demo/company/verify.ts'
import { playCompany } from './demo/company/year.ts'
import { Failure } from './demo/failure.ts'
import { withLeastKey } from './demo/least-key.ts'
import { employees, type PayPeriod, payPeriods } from './demo/leave-year.ts'
import { findOrStart } from './demo/service.ts'
import { tableHead, tableLine } from './demo/table.ts'

try {
  process.exitCode = (await run()) ? 0 : 1
} catch (error) {
  // What nobody foresaw is shown with where it happened.
  console.error(error instanceof Failure ? error.message : error)
  process.exitCode = 1
}

/** @returns whether everything that comes out is right */
async function run(): Promise<boolean> {
  const service = await findOrStart(process.env, console.log)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void service.stop().finally(() => process.exit(1)))
  }
  try {
    const posted: Record<Outcome, number> = { new: 0, replayed: 0 }
    for (const call of [federalBook(), companyBook()]) posted[await record(service, call)] += 1
    const [isLawful, isAsNoted] = await withLeastKey(service, [FEDERAL_BOOK, COMPANY_BOOK], async (access) => [
      await leaveYear(access, posted),
      await companyYear(access, posted),
    ])
    console.log(`\n${posted.new} commands were new, ${posted.replayed} had been recorded before.`)
    if (isLawful && isAsNoted) console.log('Everything is right.')
    return isLawful && isAsNoted
  } finally {
    await service.stop()
  }
}

/** @returns whether the figures are those of the statute */
async function leaveYear(service: Access, posted: Record<Outcome, number>): Promise<boolean> {
  for (const call of definitions()) posted[await record(service, call)] += 1
  console.log(`\nAnnual leave in hours, book ${FEDERAL_BOOK}, at the end of each pay period:\n`)
  for (const line of tableHead(employees)) console.log(line)
  let balances: Balance[] = []
  for (const period of payPeriods) {
    for (const call of callsIn(period)) posted[await record(service, call)] += 1
    balances = await balancesAfter(service, period)
    console.log(tableLine(period, balances))
  }
  console.log('')
  return checkYear(balances)
}

/** @returns whether what comes out is what the demo has noted */
async function companyYear(service: Access, posted: Record<Outcome, number>): Promise<boolean> {
  console.log(`\nA year of leave requests in Munich and London, book ${COMPANY_BOOK}:\n`)
  const played = await playCompany({ access: service, say: console.log, posted })
  const isStored = await verifyCompany()
  const right = played && isStored
  if (!right) reportStrange(COMPANY_BOOK)
  return right
}

/** @returns false where what is stored does not fit together */
async function verifyCompany(): Promise<boolean> {
  const byHand = `npm run verify -- --book ${COMPANY_BOOK}`
  if (process.env['DAYBOOK_URL']) {
    console.log(`  To have all that is stored read as well, where the service runs: ${byHand}`)
    return true
  }
  const stored = await verified(process.env)
  if ('unknown' in stored) {
    console.log(`  What is stored could not be read (${stored.unknown}) Where it can: ${byHand}`)
    return true
  }
  for (const line of comparedLines(stored)) console.log(line)
  return stored.differences.length === 0
}

function balancesAfter(service: Access, { lastDay }: PayPeriod): Promise<Balance[]> {
  return Promise.all(
    employees.map((employee) =>
      readBalance(service, { book: FEDERAL_BOOK, entity: employee.id, policy: policyOf(employee), asOf: lastDay }),
    ),
  )
}

function checkYear(balances: readonly Balance[]): boolean {
  console.log('Earned in the leave year, as the ledger says and as 5 U.S.C. 6303(a) gives:')
  const verdicts = employees.map(({ id, earnsInYear }, index) => {
    const earned = balances[index]!.accrued
    const fits = normalQuantity(earned) === earnsInYear
    console.log(`  ${id}  ${earned} h, ${earnsInYear} h  ${fits ? 'right' : 'WRONG'}`)
    return fits
  })
  const right = verdicts.every((fits) => fits)
  if (!right) reportStrange(FEDERAL_BOOK)
  return right
}

function reportStrange(book: string): void {
  console.error(`The figures do not come out. Has something else been posted to the book ${book}? Its history says:`)
  console.error(`GET /v1/books/${book}/events`)
}
