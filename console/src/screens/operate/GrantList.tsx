import type { Schema } from '@daybook/client'
import { useWords } from '../../words/words.tsx'

/** What somebody may do, as it was given. */
export function GrantList({ roles, rights }: Pick<Schema<'ApiKey'>, 'roles' | 'rights'>) {
  const { t, day } = useWords()
  const all = [
    ...roles.map(({ book, role, entity, until }) => ({ book, what: role, entity, until })),
    ...rights.map(({ book, right, until }) => ({ book, what: right, entity: null, until })),
  ]
  return all.map(({ book, what, entity, until }) => (
    <div key={`${book} ${what} ${entity}`}>
      {[
        `${what}, ${book === '*' ? t('grants.everyBook') : book}`,
        ...(entity === null ? [] : [entity]),
        ...(until === null ? [] : [t('grants.untilDay', { on: day(until) })]),
      ].join(', ')}
    </div>
  ))
}
