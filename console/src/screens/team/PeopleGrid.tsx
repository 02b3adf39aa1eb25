import { memo, type ReactNode, useState } from 'react'
import { useWords } from '../../words/words.tsx'

const ROW_PX = 32
const HEAD_PX = 40
const MOST_PX = 560
/** So many rows beyond what is seen are there, so that none is missing while it moves. */
const BEYOND = 8
/** Rows come and go so many at a time: most of what is scrolled needs none. */
const STEP = 4

interface Person {
  readonly entity: string
  readonly name: string
}

interface Grid<Row extends Person> {
  /** CSS, of all columns but that of the names. */
  readonly columns: string
  readonly head: ReactNode
  readonly rows: readonly Row[]
  readonly cells: (row: Row) => ReactNode
}

/** A table of people, of which only what is seen is made: ten thousand people move as ten do. */
export function PeopleGrid<Row extends Person>({ columns, head, rows, cells }: Grid<Row>) {
  const { t } = useWords()
  const [seen, setSeen] = useState(0)
  const height = Math.min(rows.length * ROW_PX + HEAD_PX, MOST_PX)
  // Where it has become shorter, what it was scrolled to may be no more.
  const first = Math.max(0, Math.min(seen, rows.length - 1) - BEYOND)
  const last = Math.min(rows.length, first + Math.ceil(height / ROW_PX) + STEP + 2 * BEYOND)
  const gridTemplateColumns = `minmax(9rem, 14rem) ${columns}`
  return (
    <div
      className="month"
      role="grid"
      tabIndex={0}
      aria-label={t('team.title')}
      aria-rowcount={rows.length + 1}
      style={{ height }}
      onScroll={({ currentTarget: { scrollTop } }) => setSeen(Math.floor(scrollTop / ROW_PX / STEP) * STEP)}
    >
      <div className="month-row month-head" role="row" aria-rowindex={1} style={{ gridTemplateColumns }}>
        <span role="columnheader">{t('team.person')}</span>
        {head}
      </div>
      <div style={{ height: first * ROW_PX }} />
      {rows.slice(first, last).map((row, index) => (
        <GridRow
          key={row.entity}
          row={row}
          number={first + index + 2}
          tracks={gridTemplateColumns}
          cells={cells as (row: Person) => ReactNode}
        />
      ))}
      <div style={{ height: (rows.length - last) * ROW_PX }} />
    </div>
  )
}

/** One that stays while others come and go is not made again. */
const GridRow = memo(function GridRow({
  row,
  number,
  tracks,
  cells,
}: {
  readonly row: Person
  readonly number: number
  readonly tracks: string
  readonly cells: (row: Person) => ReactNode
}) {
  return (
    <div className="month-row" role="row" aria-rowindex={number} style={{ gridTemplateColumns: tracks }}>
      <span role="rowheader" title={row.name}>
        {row.name}
      </span>
      {cells(row)}
    </div>
  )
})
