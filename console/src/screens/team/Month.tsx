import type { Schema } from '@daybook/client'
import { today } from '../../parts/today.ts'
import { useWords } from '../../words/words.tsx'
import { PeopleGrid } from './PeopleGrid.tsx'

/** Somebody, and the days on which they are away. */
export interface TeamRow {
  readonly entity: string
  readonly name: string
  readonly days: ReadonlyMap<string, Schema<'AwayDay'>[]>
}

interface Shown {
  readonly days: readonly string[]
  readonly rows: readonly TeamRow[]
  readonly holidays: ReadonlyMap<string, string>
  readonly kindOf: (resource: string) => string
}

/** A month: a column a day. */
export function Month({ days, rows, holidays, kindOf }: Shown) {
  const { day } = useWords()
  const looks = days.map((date) => lookOf(date, holidays))
  return (
    <PeopleGrid
      columns={`repeat(${days.length}, minmax(1.5rem, 1fr))`}
      rows={rows}
      head={days.map((date, at) => (
        <span key={date} role="columnheader" className={looks[at]} title={holidays.get(date) ?? day(date, 'weekday')}>
          {Number(date.slice(8))}
        </span>
      ))}
      cells={(row) =>
        days.map((date, at) => <Cell key={date} look={looks[at]!} away={row.days.get(date)} kindOf={kindOf} />)
      }
    />
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
