import { type Daybook, must, type Schema } from '@daybook/client'

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

/** Tries every row as it would be recorded, and records nothing. */
export async function lookThrough(
  daybook: Daybook,
  book: string,
  rows: readonly Row[],
  told: (done: number) => void,
): Promise<Looked[]> {
  const looked: Looked[] = []
  for (const [index, row] of rows.entries()) {
    const entity = entityOf(row)
    const accrual = accrualOf(row)
    const problem = await record(daybook, { book, row, entity, accrual, dryRun: true }).then(
      () => undefined,
      (error: unknown) => error,
    )
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
    await record(daybook, { book, row, entity, accrual, dryRun: false })
    told(index + 1)
  }
}

interface Recording {
  readonly book: string
  readonly row: Row
  readonly entity: Schema<'EntityDefinition'>
  readonly accrual: Schema<'Accrual'> | undefined
  readonly dryRun: boolean
}

async function record(daybook: Daybook, { book, row, entity, accrual, dryRun }: Recording): Promise<void> {
  const id = row['id'] ?? ''
  const key = digestOf(row)
  const query = dryRun ? { query: { dryRun } } : {}
  await must(
    daybook.PUT('/v1/books/{book}/entities/{entity}', {
      params: {
        path: { book, entity: id === '' ? '-' : id },
        header: { 'Idempotency-Key': `import:person:${key}` },
        ...query,
      },
      body: entity,
    }),
  )
  if (accrual === undefined) return
  await must(
    daybook.POST('/v1/books/{book}/accruals', {
      params: { path: { book }, header: { 'Idempotency-Key': `import:balance:${key}` }, ...query },
      body: accrual,
    }),
  )
}

function entityOf({ name, email, department, manager, hiredOn, calendar }: Row): Schema<'EntityDefinition'> {
  const members = { kind: 'person', name, email, department, manager, hiredOn, calendar }
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== ''))
}

function accrualOf({ id = '', policy = '', balance = '', asOf = '' }: Row): Schema<'Accrual'> | undefined {
  if (policy === '' || balance === '') return undefined
  // A comma for decimals is what tables of many countries have.
  return {
    entity: id,
    policy,
    amount: balance.replace(',', '.'),
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
