import type { Schema } from '@daybook/client'
import { daysBetween } from '../../parts/today.ts'
import { useWords } from '../../words/words.tsx'
import { endOfDays } from './end-of-days.ts'

const WIDTH = 480
const HEIGHT = 132
const LEFT = 34
const RIGHT = 8
const TOP = 12
const BOTTOM = 22

/** How a balance goes on: a line of steps, with a mark where something lapses. */
export function ForecastChart({ forecast, name }: { readonly forecast: Schema<'Forecast'>; readonly name: string }) {
  const words = useWords()
  const { t, quantity, day } = words
  const { asOf, until, balance, items, willLapse } = forecast
  const last = items.at(-1)?.balance ?? balance
  const days = endOfDays(items)
  const values = [0, Number(balance), ...days.map((item) => Number(item.balance))]
  const [low, high] = [Math.min(...values), Math.max(...values, 1)]
  const span = Math.max(1, daysBetween(asOf, until))
  const x = (date: string) =>
    LEFT + ((WIDTH - LEFT - RIGHT) * Math.min(span, Math.max(0, daysBetween(asOf, date)))) / span
  const y = (value: number) => TOP + ((HEIGHT - TOP - BOTTOM) * (high - value)) / (high - low)
  const line = days.reduce(
    (path, item) => `${path}H${x(item.on).toFixed(1)}V${y(Number(item.balance)).toFixed(1)}`,
    `M${LEFT} ${y(Number(balance)).toFixed(1)}`,
  )
  const whole = `${line}H${WIDTH - RIGHT}`
  return (
    <svg
      className="chart"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={t('me.chart', { name, from: quantity(balance), to: quantity(last) })}
    >
      {[...new Set([low, high, 0])].map((value) => (
        <g key={value}>
          <line className="axis" x1={LEFT} x2={WIDTH - RIGHT} y1={y(value)} y2={y(value)} />
          <text x={LEFT - 6} y={y(value) + 4} textAnchor="end">
            {quantity(String(value))}
          </text>
        </g>
      ))}
      <path className="area" d={`${whole}V${y(0).toFixed(1)}H${LEFT}Z`} />
      <path className="line" d={whole} />
      {willLapse.map(({ on, amount }) => (
        <g key={on}>
          <line className="lapse" x1={x(on)} x2={x(on)} y1={TOP} y2={HEIGHT - BOTTOM} />
          <circle className="lapse-mark" cx={x(on)} cy={TOP} r={3.5}>
            <title>{`${day(on)}: −${quantity(amount)}`}</title>
          </circle>
        </g>
      ))}
      <text x={LEFT} y={HEIGHT - 6}>
        {day(asOf)}
      </text>
      <text x={WIDTH - RIGHT} y={HEIGHT - 6} textAnchor="end">
        {day(until)}
      </text>
    </svg>
  )
}
