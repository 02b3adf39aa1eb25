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

export interface GridColumn {
  readonly key: string
  readonly head: ReactNode
  /** What it is, for whoever looks longer. */
  readonly title: string
  readonly look: string
}

/** Of somebody, where there is something: most of a table of absences is empty. */
export interface GridCell {
  readonly column: number
  readonly said: string
  readonly marks: ReactNode
}

interface Grid<Row extends Person> {
  readonly columns: readonly GridColumn[]
  readonly narrowestRem: number
  readonly rows: readonly Row[]
  readonly cells: (row: Row) => readonly GridCell[]
}

/**
 * A table of people, of which only what is seen is made: ten thousand people move as ten do. Its columns are drawn once
 * behind all rows, and a row has the cells in which there is something.
 */
export function PeopleGrid<Row extends Person>({ columns, narrowestRem, rows, cells }: Grid<Row>) {
  const { t } = useWords()
  const [seen, setSeen] = useState(0)
  const height = Math.min(rows.length * ROW_PX + HEAD_PX, MOST_PX)
  // Where it has become shorter, what it was scrolled to may be no more.
  const first = Math.max(0, Math.min(seen, rows.length - 1) - BEYOND)
  const last = Math.min(rows.length, first + Math.ceil(height / ROW_PX) + STEP + 2 * BEYOND)
  const tracks = `minmax(9rem, 14rem) minmax(${narrowestRem * columns.length}rem, 1fr)`
  return (
    <div
      className="month"
      role="grid"
      tabIndex={0}
      aria-label={t('team.title')}
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length + 1}
      style={{ height }}
      onScroll={({ currentTarget: { scrollTop } }) => setSeen(Math.floor(scrollTop / ROW_PX / STEP) * STEP)}
    >
      <div className="month-row month-head" role="row" aria-rowindex={1} style={{ gridTemplateColumns: tracks }}>
        <span role="columnheader">{t('team.person')}</span>
        <div className="month-cells" role="presentation">
          {columns.map(({ key, head, title, look }, column) => (
            <span
              key={key}
              role="columnheader"
              aria-colindex={column + 2}
              className={`month-column ${look}`}
              title={title}
              style={placeOf(column, columns.length)}
            >
              {head}
            </span>
          ))}
        </div>
      </div>
      <div className="month-ground month-row" aria-hidden style={{ gridTemplateColumns: tracks }}>
        <span />
        <div className="month-cells">
          {columns.map(({ key, look }, column) => (
            <i
              key={key}
              className={`month-column ${look}`}
              style={{ ...placeOf(column, columns.length), height: height - HEAD_PX }}
            />
          ))}
        </div>
      </div>
      <div style={{ height: first * ROW_PX }} />
      {rows.slice(first, last).map((row, index) => (
        <GridRow
          key={row.entity}
          row={row}
          number={first + index + 2}
          tracks={tracks}
          count={columns.length}
          // A cast: it is of the same rows.
          cells={cells as (row: Person) => readonly GridCell[]}
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
  count,
  cells,
}: {
  readonly row: Person
  readonly number: number
  readonly tracks: string
  readonly count: number
  readonly cells: (row: Person) => readonly GridCell[]
}) {
  return (
    <div className="month-row" role="row" aria-rowindex={number} style={{ gridTemplateColumns: tracks }}>
      <span role="rowheader" title={row.name}>
        {row.name}
      </span>
      <div className="month-cells" role="presentation">
        {cells(row).map(({ column, said, marks }) => (
          <span
            key={column}
            role="gridcell"
            aria-colindex={column + 2}
            className="month-cell"
            title={said}
            style={placeOf(column, count)}
          >
            <span className="visually-hidden">{said}</span>
            {marks}
          </span>
        ))}
      </div>
    </div>
  )
})

function placeOf(column: number, count: number) {
  return { insetInlineStart: `${(100 * column) / count}%`, width: `${100 / count}%` }
}
