import { type ReactNode, useState } from 'react'

const ROW_PX = 44
const HEAD_PX = 40
const MOST_PX = 640
/** So many rows beyond what is seen are there, so that none is missing while it moves. */
const BEYOND = 8

interface Column<Row> {
  readonly head: string
  /** As a track of a grid. */
  readonly width: string
  readonly cell: (row: Row) => ReactNode
}

/** A table of which only the rows that are seen are made: ten thousand move as ten do. */
export function LongTable<Row>({
  label,
  columns,
  rows,
  keyOf,
}: {
  readonly label: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
}) {
  const [top, setTop] = useState(0)
  const height = Math.min(rows.length * ROW_PX + HEAD_PX, MOST_PX)
  const last = Math.min(rows.length, Math.ceil((top + height) / ROW_PX) + BEYOND)
  const first = Math.max(0, Math.min(Math.floor(top / ROW_PX) - BEYOND, last))
  const tracks = { gridTemplateColumns: columns.map(({ width }) => width).join(' ') }
  return (
    <div
      className="long-table"
      role="grid"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={rows.length + 1}
      style={{ height }}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
    >
      <div className="long-row long-head" role="row" aria-rowindex={1} style={tracks}>
        {columns.map(({ head }) => (
          <span key={head} role="columnheader">
            {head}
          </span>
        ))}
      </div>
      <div style={{ height: first * ROW_PX }} />
      {rows.slice(first, last).map((row, index) => (
        <div key={keyOf(row)} className="long-row" role="row" aria-rowindex={first + index + 2} style={tracks}>
          {columns.map(({ head, cell }) => (
            <span key={head} role="gridcell">
              {cell(row)}
            </span>
          ))}
        </div>
      ))}
      <div style={{ height: (rows.length - last) * ROW_PX }} />
    </div>
  )
}
