import { useWords } from '../words/words.tsx'
import { drawnOf, type Plot, ticksOf } from './plot.ts'

const WIDTH = 720
const LEFT = 170
const RIGHT = 60
const TOP = 4
const BOTTOM = 20
const BAR_PX = 14
const GAP_PX = 10
/** What of a name has place beside its bars. */
const LONGEST_NAME = 24
/** More than these make no picture; all are in the table. */
const MOST_GROUPS = 25

/** Bars below each other, one of each series in each group: where groups have names. */
export function BarChart({ plot }: { readonly plot: Plot }) {
  const { quantity } = useWords()
  const drawn = drawnOf(plot)
  const groups = plot.groups.slice(0, MOST_GROUPS)
  const labels = plot.short ?? plot.groups
  const ticks = ticksOf(drawn.flatMap(({ values }) => values.slice(0, MOST_GROUPS).map(Number)))
  const [low, high] = [ticks[0]!, ticks.at(-1)!]
  const x = (value: number) => LEFT + ((WIDTH - LEFT - RIGHT) * (value - low)) / (high - low)
  const groupPx = BAR_PX * drawn.length + GAP_PX
  const height = TOP + groupPx * groups.length + BOTTOM
  return (
    <svg className="chart" viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={plot.title}>
      {ticks.map((value) => (
        <g key={value}>
          <line className="axis" x1={x(value)} x2={x(value)} y1={TOP} y2={height - BOTTOM} />
          <text x={x(value)} y={height - 6} textAnchor="middle">
            {quantity(String(value))}
          </text>
        </g>
      ))}
      {groups.map((group, at) => (
        <g key={`${at} ${group}`}>
          <text x={LEFT - 8} y={TOP + groupPx * at + (groupPx - GAP_PX) / 2 + GAP_PX / 2 + 4} textAnchor="end">
            {cut(labels[at] ?? group)}
          </text>
          {drawn.map(({ name, values }, index) => {
            const text = values[at] ?? '0'
            const value = Number(text)
            const top = TOP + groupPx * at + GAP_PX / 2 + BAR_PX * index
            return (
              <g key={name}>
                <rect
                  className={`series-${index}`}
                  x={x(Math.min(0, value))}
                  width={Math.abs(x(value) - x(0))}
                  y={top}
                  height={BAR_PX - 2}
                >
                  <title>{`${group}, ${name}: ${quantity(text)}`}</title>
                </rect>
                <text x={x(Math.max(0, value)) + 4} y={top + BAR_PX - 4}>
                  {quantity(text)}
                </text>
              </g>
            )
          })}
        </g>
      ))}
    </svg>
  )
}

function cut(label: string): string {
  return label.length > LONGEST_NAME ? `${label.slice(0, LONGEST_NAME - 1)}…` : label
}
