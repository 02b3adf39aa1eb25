import { useCallback, useMemo } from 'react'
import { amountOf } from '../../parts/policies.ts'
import { useWords } from '../../words/words.tsx'
import type { TeamRow } from './Month.tsx'
import { lastOf, monthAfter } from './months.ts'
import { type GridCell, PeopleGrid } from './PeopleGrid.tsx'
import { spansOf } from './spans.ts'

/** A year: a column a month, and in it a mark for each span of days that follow one another. */
export function Year({
  first,
  rows,
  holidays,
}: {
  readonly first: string
  readonly rows: readonly TeamRow[]
  readonly holidays: ReadonlyMap<string, string>
}) {
  const words = useWords()
  const { month, monthShort, day } = words
  const months = useMemo(() => Array.from({ length: 12 }, (_, index) => monthAfter(first, index)), [first])
  const columns = months.map((date) => {
    const free = [...holidays].filter(([on]) => on.slice(0, 7) === date.slice(0, 7))
    return {
      key: date,
      title: [month(date), ...free.map(([on, name]) => `${day(on, 'brief')}: ${name}`)].join('; '),
      look: '',
      head: (
        <>
          {monthShort(date)}
          {free.map(([on]) => (
            <i
              key={on}
              className="year-holiday"
              style={{ insetInlineStart: shareOf(date, 2 * (Number(on.slice(8)) - 1)), width: shareOf(date, 2) }}
            />
          ))}
        </>
      ),
    }
  })
  const cells = useCallback(
    ({ days }: TeamRow): readonly GridCell[] => {
      const byMonth = Map.groupBy([...days.values()].flat(), ({ date }) => date.slice(0, 7))
      return months.flatMap((date, column) => {
        const spans = spansOf(byMonth.get(date.slice(0, 7)) ?? [])
        if (spans.length === 0) return []
        const said = spans.map(({ from, to, status, halves }) =>
          [words.span(from, to), amountOf(String(halves / 2), 'day', words), words.t(`status.${status}`)].join(', '),
        )
        const marks = spans.map(({ status, firstHalf, halves }) => (
          <i
            key={firstHalf}
            className={`away span ${status}`}
            style={{ insetInlineStart: shareOf(date, firstHalf), width: shareOf(date, halves) }}
          />
        ))
        return [{ column, said: said.join('; '), marks }]
      })
    },
    [months, words],
  )
  return <PeopleGrid columns={columns} narrowestRem={3.5} rows={rows} cells={cells} />
}

function shareOf(first: string, halves: number): string {
  return `${(100 * halves) / (2 * Number(lastOf(first).slice(8)))}%`
}
