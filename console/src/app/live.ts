import { type Following, type FollowingState, follow, type LiveEvent } from '@daybook/client'
import { type Query, type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { hearOf } from '../api/client.ts'
import { useSession } from './session.tsx'

/** Events that come together are looked at together. */
const TOGETHER_MS = 100
/** What is shown beside every item of a list is read again no more often than this. */
const BESIDE_MS = 5_000
/** Those with the right `live:read`: payroll is told nothing, and asks again by itself. */
const ROLES_TOLD = ['employee', 'hr', 'auditor', 'admin']

/** Keeps what is shown of a book as it is: what others did makes it stale. */
export function useLive(): FollowingState['is'] {
  const { daybook, book, state, roles, me, lose } = useSession()
  const queries = useQueryClient()
  const [is, setIs] = useState<FollowingState['is']>('connecting')
  const losing = useRef(lose)
  losing.current = lose
  const isTold =
    ROLES_TOLD.some((role) => roles.has(role)) ||
    me?.rights.some((one) => one.right === 'live:read' && (one.book === book || one.book === '*')) === true
  useEffect(() => {
    if (state !== 'in') return
    if (!isTold) return setIs('ended')
    const stale = new Stale(queries, book)
    const following: Following = follow(daybook, {
      book,
      subscribe: {},
      onEvent(event) {
        hearOf(book, event.position)
        stale.add(event)
      },
      onState(now) {
        setIs(now.is)
        if (now.is === 'ended' && now.problem?.code === 'unauthenticated') losing.current()
      },
    })
    return () => {
      stale.stop()
      following.stop()
    }
  }, [daybook, book, queries, state, isTold])
  return is
}

/** Whatever is shown of a book is read again; what is not shown, when it is. */
export function refresh(queries: QueryClient, book: string): Promise<void> {
  return queries.invalidateQueries({ queryKey: ['book', book] })
}

/** Lists at once, and figures of those whom something concerns; all of it where a definition has changed. */
export function refreshAbout(
  queries: QueryClient,
  book: string,
  entities: ReadonlySet<string>,
  { isDefined = false } = {},
): Promise<void> {
  const isStale = ({ queryKey: [, , what, who] }: Query): boolean => {
    if (what === 'absences') return false
    if (what === 'balances' || what === 'forecast' || what === 'explanation' || what === 'entity')
      return isDefined || entities.has(String(who))
    return isDefined || what === 'requests' || what === 'away' || what === 'dry-run' || what === 'delegations'
  }
  return queries.invalidateQueries({ queryKey: ['book', book], predicate: isStale })
}

/** What events make stale: lists at once, figures of those whom they concern, definitions where one was changed. */
class Stale {
  readonly #queries: QueryClient
  readonly #book: string
  #entities = new Set<string>()
  #isDefined = false
  #soon: ReturnType<typeof setTimeout> | undefined
  #later: ReturnType<typeof setTimeout> | undefined

  constructor(queries: QueryClient, book: string) {
    this.#queries = queries
    this.#book = book
  }

  add({ type, transactions = [], data }: LiveEvent): void {
    for (const entity of [...transactions.map((line) => line['entity']), data?.['entity']])
      if (typeof entity === 'string') this.#entities.add(entity)
    this.#isDefined ||= /-(defined|removed|erased)$/.test(type)
    this.#soon ??= setTimeout(() => this.#readAgain(), TOGETHER_MS)
    this.#later ??= setTimeout(() => this.#readBeside(), BESIDE_MS)
  }

  stop(): void {
    clearTimeout(this.#soon)
    clearTimeout(this.#later)
  }

  #readAgain(): void {
    const [entities, isDefined] = [this.#entities, this.#isDefined]
    this.#entities = new Set()
    this.#isDefined = false
    this.#soon = undefined
    void refreshAbout(this.#queries, this.#book, entities, { isDefined })
  }

  #readBeside(): void {
    this.#later = undefined
    void this.#queries.invalidateQueries({ queryKey: ['book', this.#book, 'absences'] })
  }
}
