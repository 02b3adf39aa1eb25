import { share, spread, whole, withUnit } from './figures.ts'
import { isMet, type Result, type Series, type Table, type Verdict } from './result.ts'
import { median } from './statistics.ts'

/** A result as it is shown while the bench runs. */
export function printResult({ unit, series, verdicts, tables, checks }: Result): string {
  return [
    ...(series.length > 0 ? [printTable(seriesTable(unit, series))] : []),
    ...(verdicts.length > 0 ? [printTable(verdictTable(verdicts))] : []),
    ...tables.map(printTable),
    ...checks.map((words) => `  ✓ ${words}`),
  ].join('\n')
}

export function seriesTable(unit: string, series: readonly Series[]): Table {
  const ms = (values: readonly number[]) => (values.length === 0 ? '–' : median(values).toFixed(2))
  return {
    title: '',
    head: ['', unit, 'p50 ms', 'p99 ms', 'cores: service / PostgreSQL / generator / others'],
    rows: series.map(({ name, rates, p50Ms, p99Ms, cores }) => [
      name,
      spread(rates, whole),
      ms(p50Ms),
      ms(p99Ms),
      share(cores),
    ]),
  }
}

export function verdictTable(verdicts: readonly Verdict[]): Table {
  return {
    title: '',
    head: ['', 'asked', 'measured', ''],
    rows: verdicts.map((verdict) => {
      const { what, level, value, unit, is, limit } = verdict
      return [
        what,
        `${level}: ${is === 'at least' ? '≥' : '≤'} ${withUnit(limit, unit)}`,
        withUnit(value, unit),
        isMet(verdict) ? 'met' : 'not met',
      ]
    }),
  }
}

function printTable({ title, head, rows }: Table): string {
  const widths = head.map((cell, column) => Math.max(cell.length, ...rows.map((row) => row[column]!.length)))
  const line = (row: readonly string[]) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')}`.trimEnd()
  const heading = head.some((cell) => cell !== '') ? [line(head)] : []
  return `${[...(title === '' ? [] : [`  ${title}`]), ...heading, ...rows.map(line)].join('\n')}\n`
}
