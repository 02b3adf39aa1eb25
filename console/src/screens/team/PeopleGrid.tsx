import { type ReactNode, useState } from 'react'
import { useWords } from '../../words/words.tsx'

const ROW_PX = 32
const HEAD_PX = 40
const MOST_PX = 560
/** So many rows beyond what is seen are there, so that none is missing while it moves. */
const BEYOND = 8

interface Grid<Row> {
  /** CSS, of all columns but that of the names. */
  readonly columns: string
  readonly head: ReactNode
  readonly rows: readonly Row[]
  readonly cells: (row: Row) => ReactNode
}

/** A table of people, of which only what is seen is made: ten thousand people move as ten do. */
export function PeopleGrid<Row extends { readonly entity: string; readonly name: string }>({
  columns,
  head,
  rows,
  cells,
}: Grid<Row>) {
  const { t } = useWords()
  const [top, setTop] = useState(0)
  const height = Math.min(rows.length * ROW_PX + HEAD_PX, MOST_PX)
  // Where it has become shorter, what it was scrolled to may be no more.
  const first = Math.max(0, Math.min(Math.floor(top / ROW_PX), rows.length - 1) - BEYOND)
  const last = Math.min(rows.length, Math.ceil((top + height) / ROW_PX) + BEYOND)
  const gridTemplateColumns = `minmax(9rem, 14rem) ${columns}`
  return (
    <div
      className="month"
      role="grid"
      tabIndex={0}
      aria-label={t('team.title')}
      aria-rowcount={rows.length + 1}
      style={{ height }}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
    >
      <div className="month-row month-head" role="row" aria-rowindex={1} style={{ gridTemplateColumns }}>
        <span role="columnheader">{t('team.person')}</span>
        {head}
      </div>
      <div style={{ height: first * ROW_PX }} />
      {rows.slice(first, last).map((row, index) => (
        <div
          key={row.entity}
          className="month-row"
          role="row"
          aria-rowindex={first + index + 2}
          style={{ gridTemplateColumns }}
        >
          <span role="rowheader" title={row.name}>
            {row.name}
          </span>
          {cells(row)}
        </div>
      ))}
      <div style={{ height: (rows.length - last) * ROW_PX }} />
    </div>
  )
}
