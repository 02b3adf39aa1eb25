import { each, type Schema } from '@daybook/client'
import { useQuery } from '@tanstack/react-query'
import { listed } from '../../api/queries.ts'
import { useSession } from '../../app/session.tsx'
import { knownAtOf } from './asked.ts'

/** A balance that is asked about. */
export interface Account {
  readonly entity: string
  readonly policy: string
  readonly asOf: string
}

export type Line = Schema<'ExplanationItem'>

/** The service explains accounts of so many lines. */
const MOST_LINES = 50_000

/** @param known undefined: as it is known now */
export function useExplanation(account: Account | undefined, known: string | undefined) {
  const { daybook, book } = useSession()
  return useQuery({
    queryKey: ['book', book, 'explanation', account?.entity, account?.policy, account?.asOf, known],
    queryFn({ signal }) {
      const { entity, policy, asOf } = account!
      const query = { policy, asOf, ...(known === undefined ? {} : { knownAt: knownAtOf(known) }) }
      return listed(
        each(daybook, '/v1/books/{book}/entities/{entity}/explanation', {
          params: { path: { book, entity }, query },
          signal,
        }),
        MOST_LINES,
      )
    },
    enabled: account !== undefined,
  })
}
