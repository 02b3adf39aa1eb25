import type { Schema } from '@daybook/client'
import { useRef, useState } from 'react'
import { today } from '../../parts/today.ts'
import { useWords } from '../../words/words.tsx'

/** Somebody, and the days on which they are away. */
export interface TeamRow {
  readonly entity: string
  readonly name: string
  readonly days: ReadonlyMap<string, Schema<'AwayDay'>[]>
}

const ROW_PX = 32
/** So many rows beyond what is seen are there, so that none is missing while it moves. */
const BEYOND = 8

interface Shown {
  readonly days: readonly string[]
  readonly rows: readonly TeamRow[]
  readonly holidays: ReadonlyMap<string, string>
  readonly kindOf: (resource: string) => string
}

/** A table of people and days, of which only what is seen is made: ten thousand people move as ten do. */
export function Month({ days, rows, holidays, kindOf }: Shown) {
  const { t, day } = useWords()
  const box = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  const height = Math.min(rows.length * ROW_PX + 40, 560)
  const first = Math.max(0, Math.floor(top / ROW_PX) - BEYOND)
  const last = Math.min(rows.length, Math.ceil((top + height) / ROW_PX) + BEYOND)
  const columns = { gridTemplateColumns: `minmax(9rem, 14rem) repeat(${days.length}, minmax(1.5rem, 1fr))` }
  return (
    <div
      ref={box}
      className="month"
      role="grid"
      tabIndex={0}
      aria-label={t('team.title')}
      aria-rowcount={rows.length + 1}
      style={{ height }}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
    >
      <div className="month-row month-head" role="row" aria-rowindex={1} style={columns}>
        <span role="columnheader">{t('team.person')}</span>
        {days.map((date) => (
          <span
            key={date}
            role="columnheader"
            className={lookOf(date, holidays)}
            title={holidays.get(date) ?? day(date, 'weekday')}
          >
            {Number(date.slice(8))}
          </span>
        ))}
      </div>
      <div style={{ height: first * ROW_PX }} />
      {rows.slice(first, last).map((row, index) => (
        <div key={row.entity} className="month-row" role="row" aria-rowindex={first + index + 2} style={columns}>
          <span role="rowheader" title={row.name}>
            {row.name}
          </span>
          {days.map((date) => (
            <Cell key={date} look={lookOf(date, holidays)} away={row.days.get(date)} kindOf={kindOf} />
          ))}
        </div>
      ))}
      <div style={{ height: (rows.length - last) * ROW_PX }} />
    </div>
  )
}

/** Nothing, a half or the whole of a day; hatched while nobody has decided. */
function Cell({
  look,
  away,
  kindOf,
}: {
  readonly look: string
  readonly away: readonly Schema<'AwayDay'>[] | undefined
  readonly kindOf: (resource: string) => string
}) {
  const { t } = useWords()
  if (away === undefined) return <span role="gridcell" className={look} />
  const said = away.map(({ portion, status = 'approved', resource }) =>
    [resource === undefined ? t('team.away') : kindOf(resource), t(`portion.${portion}`), t(`status.${status}`)].join(
      ', ',
    ),
  )
  return (
    <span role="gridcell" className={look} title={said.join('; ')}>
      <span className="visually-hidden">{said.join('; ')}</span>
      {away.map(({ portion, status = 'approved' }) => (
        <i key={portion} className={`away ${portion} ${status}`} />
      ))}
    </span>
  )
}

function lookOf(date: string, holidays: ReadonlyMap<string, string>): string {
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay()
  const look = holidays.has(date) ? 'holiday' : weekday === 0 || weekday === 6 ? 'weekend' : 'work'
  return date === today() ? `${look} is-today` : look
}
