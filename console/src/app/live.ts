import { type Following, type FollowingState, follow, type LiveEvent } from '@daybook/client'
import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { hearOf } from '../api/client.ts'
import { useSession } from './session.tsx'

/** Events that come together are looked at together. */
const TOGETHER_MS = 100

/** Keeps what is shown of a book as it is: what others did makes it stale. */
export function useLive(): FollowingState['is'] {
  const { daybook, book, state, lose } = useSession()
  const queries = useQueryClient()
  const [is, setIs] = useState<FollowingState['is']>('connecting')
  useEffect(() => {
    if (state !== 'in') return
    let timer: ReturnType<typeof setTimeout> | undefined
    const onEvent = ({ position }: LiveEvent) => {
      hearOf(book, position)
      clearTimeout(timer)
      timer = setTimeout(() => void refresh(queries, book), TOGETHER_MS)
    }
    const following: Following = follow(daybook, {
      book,
      subscribe: {},
      onEvent,
      onState(now) {
        setIs(now.is)
        if (now.is === 'ended' && now.problem?.code === 'unauthenticated') lose()
      },
    })
    return () => {
      clearTimeout(timer)
      following.stop()
    }
    // `lose` is another function with each rendering, and does the same.
  }, [daybook, book, queries, state])
  return is
}

/** Whatever is shown of a book is read again; what is not shown, when it is. */
export function refresh(queries: QueryClient, book: string): Promise<void> {
  return queries.invalidateQueries({ queryKey: ['book', book] })
}
