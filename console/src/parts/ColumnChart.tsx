import { useWords } from '../words/words.tsx'
import { drawnOf, type Plot, ticksOf } from './plot.ts'

const WIDTH = 720
const HEIGHT = 220
const LEFT = 44
const RIGHT = 4
const TOP = 8
const BOTTOM = 22
/** So far apart the names of groups do not touch. */
const NAME_PX = 44
const WIDEST_PX = 36

/** Columns beside each other, one of each series in each group: what goes on in time. */
export function ColumnChart({ plot }: { readonly plot: Plot }) {
  const { quantity } = useWords()
  const drawn = drawnOf(plot)
  const ticks = ticksOf(drawn.flatMap(({ values }) => values.map(Number)))
  const [low, high] = [ticks[0]!, ticks.at(-1)!]
  const y = (value: number) => TOP + ((HEIGHT - TOP - BOTTOM) * (high - value)) / (high - low)
  const groupPx = (WIDTH - LEFT - RIGHT) / Math.max(1, plot.groups.length)
  const columnPx = Math.min(WIDEST_PX, (groupPx * 0.8) / Math.max(1, drawn.length))
  const firstPx = (groupPx - columnPx * drawn.length) / 2
  const every = Math.ceil(NAME_PX / groupPx)
  return (
    <svg className="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={plot.title}>
      {ticks.map((value) => (
        <g key={value}>
          <line className="axis" x1={LEFT} x2={WIDTH - RIGHT} y1={y(value)} y2={y(value)} />
          <text x={LEFT - 6} y={y(value) + 4} textAnchor="end">
            {quantity(String(value))}
          </text>
        </g>
      ))}
      {plot.groups.map((group, at) => (
        <g key={`${at} ${group}`}>
          {drawn.map(({ name, values }, index) => {
            const value = Number(values[at] ?? 0)
            return (
              <rect
                key={name}
                className={`series-${index}`}
                x={LEFT + groupPx * at + firstPx + columnPx * index}
                width={columnPx}
                y={y(Math.max(0, value))}
                height={Math.abs(y(0) - y(value))}
              >
                <title>{`${group}, ${name}: ${quantity(values[at] ?? '0')}`}</title>
              </rect>
            )
          })}
          {at % every === 0 && (
            <text x={LEFT + groupPx * (at + 0.5)} y={HEIGHT - 6} textAnchor="middle">
              {group}
            </text>
          )}
        </g>
      ))}
    </svg>
  )
}
