import { type Daybook, must, type Schema } from '@daybook/client'
import { addPerson, addPersonAgain, type NewPerson } from '../../api/new-person.ts'

/** Of a table of people: these columns are understood, all but `id` may be missing. */
export const COLUMNS = [
  'id',
  'name',
  'email',
  'department',
  'manager',
  'hiredOn',
  'calendar',
  'policy',
  'balance',
  'asOf',
] as const

export type Row = Readonly<Record<string, string>>

export interface Looked {
  readonly row: Row
  /** In the table, without its heading. */
  readonly number: number
  readonly entity: Schema<'EntityDefinition'>
  readonly accrual: Schema<'Accrual'> | undefined
  /** Why it cannot be recorded; undefined: it can. */
  readonly problem: unknown
}

/** What is wrong with a row without asking the service. */
export class RowFault extends Error {
  override readonly name = 'RowFault'
  readonly fault: 'idTwice' | 'noPolicy' | 'noNumber'

  constructor(fault: RowFault['fault']) {
    super(fault)
    this.fault = fault
  }
}

/** Tries every row as it would be recorded, and records nothing. */
export async function lookThrough(
  daybook: Daybook,
  book: string,
  rows: readonly Row[],
  told: (done: number) => void,
): Promise<Looked[]> {
  const looked: Looked[] = []
  const twice = idsOfMoreRows(rows)
  for (const [index, row] of rows.entries()) {
    const entity = entityOf(row)
    const accrual = accrualOf(row)
    const problem =
      faultOf(row, twice) ??
      (await tryRow(daybook, { book, row, entity, accrual }).then(
        () => undefined,
        (error: unknown) => error,
      ))
    looked.push({ row, number: index + 1, entity, accrual, problem })
    told(index + 1)
  }
  return looked
}

/** Records what can be; a second import of the same rows records nothing anew. */
export async function importRows(
  daybook: Daybook,
  book: string,
  looked: readonly Looked[],
  told: (done: number) => void,
): Promise<void> {
  for (const [index, { row, entity, accrual }] of looked.entries()) {
    await addPersonAgain(daybook, newPerson(book, row, entity))
    await carryIn(daybook, { book, row, accrual })
    told(index + 1)
  }
}

interface Tried {
  readonly book: string
  readonly row: Row
  readonly entity: Schema<'EntityDefinition'>
  readonly accrual: Schema<'Accrual'> | undefined
}

async function tryRow(daybook: Daybook, { book, row, entity, accrual }: Tried): Promise<void> {
  await addPerson(daybook, newPerson(book, row, entity), { dryRun: true })
  await carryIn(daybook, { book, row, accrual }, { dryRun: true })
}

function newPerson(book: string, row: Row, body: Schema<'EntityDefinition'>): NewPerson {
  const id = row['id'] ?? ''
  // No id at all would be another address: the service refuses a dash as an id.
  return { book, entity: id === '' ? '-' : id, body }
}

async function carryIn(
  daybook: Daybook,
  { book, row, accrual }: Omit<Tried, 'entity'>,
  { dryRun = false } = {},
): Promise<void> {
  if (accrual === undefined) return
  await must(
    daybook.POST('/v1/books/{book}/accruals', {
      params: {
        path: { book },
        header: { 'Idempotency-Key': `import:balance:${digestOf(row)}` },
        ...(dryRun ? { query: { dryRun } } : {}),
      },
      body: accrual,
    }),
  )
}

function idsOfMoreRows(rows: readonly Row[]): ReadonlySet<string> {
  const seen = new Set<string>()
  const twice = new Set<string>()
  for (const { id = '' } of rows) (id !== '' && seen.has(id) ? twice : seen).add(id)
  return twice
}

function faultOf({ id = '', policy = '', balance = '' }: Row, twice: ReadonlySet<string>): RowFault | undefined {
  if (twice.has(id)) return new RowFault('idTwice')
  if (balance === '') return undefined
  if (!isNumber(amountOf(balance))) return new RowFault('noNumber')
  return policy === '' ? new RowFault('noPolicy') : undefined
}

/** A comma for decimals is what tables of many countries have. */
function amountOf(balance: string): string {
  return balance.replace(',', '.')
}

export function isNumber(text: string): boolean {
  return /^-?\d+(\.\d+)?$/.test(text)
}

function entityOf({ name, email, department, manager, hiredOn, calendar }: Row): Schema<'EntityDefinition'> {
  const members = { kind: 'person', name, email, department, manager, hiredOn, calendar }
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== ''))
}

function accrualOf({ id = '', policy = '', balance = '', asOf = '' }: Row): Schema<'Accrual'> | undefined {
  if (policy === '' || balance === '') return undefined
  return {
    entity: id,
    policy,
    amount: amountOf(balance),
    effectiveOn: asOf,
    carriedIn: true,
    reference: 'opening-balance',
  }
}

/** Rows that say the same have the same key, whatever their order. */
function digestOf(row: Row): string {
  const text = COLUMNS.map((name) => row[name] ?? '').join('\u0000')
  let hash = 0xcbf29ce484222325n
  for (const byte of new TextEncoder().encode(text))
    hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn
  return `${row['id'] ?? ''}:${hash.toString(16)}`
}
