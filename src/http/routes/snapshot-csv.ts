/** The columns of a snapshot as CSV: the members of a balance, who and what before how much. */
const COLUMNS = [
  'entity',
  'policy',
  'resource',
  'unit',
  'asOf',
  'knownAt',
  'accrued',
  'consumed',
  'pending',
  'adjusted',
  'available',
  'spendable',
  'version',
] as const

const END = '\r\n'

export const CSV_HEADER = `${COLUMNS.join(',')}${END}`

/** Balances as RFC 4180 has records. @param lines JSON, one balance a line */
export function csvOf(lines: string): string {
  let text = ''
  for (const line of lines.split('\n')) {
    const balance = JSON.parse(line) as Readonly<Record<(typeof COLUMNS)[number], string | number | null>>
    text += COLUMNS.map((name) => field(balance[name])).join(',') + END
  }
  return text
}

/** Nothing stands for null: no balance has an empty text. */
function field(value: string | number | null): string {
  if (value === null) return ''
  const text = String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
