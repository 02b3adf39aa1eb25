import {
  type BALANCE_COLUMNS,
  type Column,
  PROFILE_COLUMNS,
  type ProfileColumn,
  type STANDING_COLUMNS,
  type TAKEN_COLUMNS,
} from '../../contract/schemas/csv.ts'
import type { CsvForm } from './csv-form.ts'

/** Answers in this form have a header line. */
export const CSV_TYPE = 'text/csv; charset=utf-8; header=present'

export type ShownBalance = Readonly<Record<(typeof BALANCE_COLUMNS)[number], string | number | null>> &
  Readonly<Partial<Record<(typeof TAKEN_COLUMNS)[number], string>>> &
  Readonly<Partial<Record<(typeof STANDING_COLUMNS)[number], string | null>>>
export type ShownProfile = Readonly<Record<ProfileColumn, string | null>>
export type Profiles = ReadonlyMap<string, ShownProfile>

/** @returns profiles by entity, of those that have one */
export type ReadProfiles = (entities: readonly string[]) => Promise<Profiles>

const END = '\r\n'

export function csvHeader(form: CsvForm): string {
  return form.columns.join(form.delimiter) + END
}

/** Balances as RFC 4180 has records, below one another. @param read is asked where columns of the profile are wanted */
export async function csvLines(balances: readonly ShownBalance[], form: CsvForm, read: ReadProfiles): Promise<string> {
  const isNamed = PROFILE_COLUMNS.some((name) => form.columns.includes(name))
  const profiles: Profiles = isNamed
    ? await read([...new Set(balances.map(({ entity }) => entity as string))])
    : new Map()
  return balances.map((balance) => csvLine({ ...balance, ...profiles.get(balance.entity as string) }, form)).join('')
}

function csvLine(values: Partial<ShownBalance & ShownProfile>, { delimiter, decimal, columns }: CsvForm): string {
  const fields = columns.map((name) => quoted(printed(name, values[name] ?? null, decimal), delimiter))
  return fields.join(delimiter) + END
}

const QUANTITIES: ReadonlySet<Column> = new Set([
  'accrued',
  'consumed',
  'pending',
  'adjusted',
  'available',
  'spendable',
  'lapsed',
  'encashed',
] as const)

/** Text that somebody chose. The ids among it begin with a letter or a digit. */
const CHOSEN: ReadonlySet<Column> = new Set(['unit', 'personnelNumber', 'email'] as const)

/** What a spreadsheet takes for a formula, as OWASP lists it ("CSV Injection"); the last four are the full-width forms. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/u

/** Nothing stands for null: no balance has an empty text. */
function printed(name: Column, value: string | number | null, decimal: CsvForm['decimal']): string {
  if (value === null) return ''
  const text = String(value)
  if (QUANTITIES.has(name)) return decimal === ',' ? text.replace('.', ',') : text
  // A number below zero begins with a minus, too, and stays one: only text gets the apostrophe that makes it text.
  return CHOSEN.has(name) && FORMULA.test(text) ? `'${text}` : text
}

function quoted(text: string, delimiter: string): string {
  return text.includes(delimiter) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
