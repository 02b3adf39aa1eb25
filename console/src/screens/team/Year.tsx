import { amountOf } from '../../parts/policies.ts'
import { useWords } from '../../words/words.tsx'
import type { TeamRow } from './Month.tsx'
import { lastOf, monthAfter } from './months.ts'
import { PeopleGrid } from './PeopleGrid.tsx'
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
  const { month, monthShort, day } = useWords()
  const months = Array.from({ length: 12 }, (_, index) => monthAfter(first, index))
  return (
    <PeopleGrid
      columns="repeat(12, minmax(3.5rem, 1fr))"
      rows={rows}
      head={months.map((date) => {
        const free = [...holidays].filter(([on]) => on.slice(0, 7) === date.slice(0, 7))
        const said = [month(date), ...free.map(([on, name]) => `${day(on, 'brief')}: ${name}`)].join('; ')
        return (
          <span key={date} role="columnheader" title={said}>
            {monthShort(date)}
            {free.map(([on]) => (
              <i
                key={on}
                className="year-holiday"
                style={{ insetInlineStart: shareOf(date, 2 * (Number(on.slice(8)) - 1)), width: shareOf(date, 2) }}
              />
            ))}
          </span>
        )
      })}
      cells={(row) => {
        const byMonth = Map.groupBy([...row.days.values()].flat(), ({ date }) => date.slice(0, 7))
        return months.map((date) => <Cell key={date} first={date} days={byMonth.get(date.slice(0, 7)) ?? []} />)
      }}
    />
  )
}

function Cell({ first, days }: { readonly first: string; readonly days: Parameters<typeof spansOf>[0] }) {
  const words = useWords()
  const spans = spansOf(days)
  if (spans.length === 0) return <span role="gridcell" />
  const said = spans
    .map(({ from, to, status, halves }) =>
      [words.span(from, to), amountOf(String(halves / 2), 'day', words), words.t(`status.${status}`)].join(', '),
    )
    .join('; ')
  return (
    <span role="gridcell" title={said}>
      <span className="visually-hidden">{said}</span>
      {spans.map(({ status, firstHalf, halves }) => (
        <i
          key={firstHalf}
          className={`away span ${status}`}
          style={{ insetInlineStart: shareOf(first, firstHalf), width: shareOf(first, halves) }}
        />
      ))}
    </span>
  )
}

function shareOf(first: string, halves: number): string {
  return `${(100 * halves) / (2 * Number(lastOf(first).slice(8)))}%`
}
