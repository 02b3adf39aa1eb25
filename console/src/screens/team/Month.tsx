import type { Schema } from '@daybook/client'
import { useCallback, useMemo } from 'react'
import { today } from '../../parts/today.ts'
import { useWords } from '../../words/words.tsx'
import { type GridCell, PeopleGrid } from './PeopleGrid.tsx'

/** Somebody, and the days on which they are away. */
export interface TeamRow {
  readonly entity: string
  readonly name: string
  readonly days: ReadonlyMap<string, Schema<'AwayDay'>[]>
}

interface Shown {
  readonly days: readonly string[]
  readonly rows: readonly TeamRow[]
  readonly holidays: ReadonlyMap<string, string>
  readonly kindOf: (resource: string) => string
}

/** A month: a column a day. Nothing, a half or the whole of it; hatched while nobody has decided. */
export function Month({ days, rows, holidays, kindOf }: Shown) {
  const { t, day } = useWords()
  const columns = days.map((date) => ({
    key: date,
    head: Number(date.slice(8)),
    title: holidays.get(date) ?? day(date, 'weekday'),
    look: lookOf(date, holidays),
  }))
  const columnOf = useMemo(() => new Map(days.map((date, column) => [date, column])), [days])
  const cells = useCallback(
    ({ days: daysAway }: TeamRow): readonly GridCell[] =>
      [...daysAway].flatMap(([date, away]) => {
        const column = columnOf.get(date)
        if (column === undefined) return []
        const said = away.map(({ portion, status = 'approved', resource }) => {
          const kind = resource === undefined ? t('team.away') : kindOf(resource)
          return [kind, t(`portion.${portion}`), t(`status.${status}`)].join(', ')
        })
        const marks = away.map(({ portion, status = 'approved' }) => (
          <i key={portion} className={`away ${portion} ${status}`} />
        ))
        return [{ column, said: said.join('; '), marks }]
      }),
    [columnOf, kindOf, t],
  )
  return <PeopleGrid columns={columns} narrowestRem={1.5} rows={rows} cells={cells} />
}

function lookOf(date: string, holidays: ReadonlyMap<string, string>): string {
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay()
  const look = holidays.has(date) ? 'holiday' : weekday === 0 || weekday === 6 ? 'weekend' : 'work'
  return date === today() ? `${look} is-today` : look
}
