import { must, type Schema } from '@daybook/client'
import { useQuery } from '@tanstack/react-query'
import { useSession } from '../../app/session.tsx'
import { canHash, type FaultKind, faultsWithin } from '../../parts/chain.ts'

export type Event = Schema<'Event'>

export interface Found {
  /** Where the book ends. */
  readonly head: number
  readonly before: Event | undefined
  /** undefined: the book has not come so far. */
  readonly event: Event | undefined
  readonly after: Event | undefined
  /** What is wrong with it; undefined: nobody can tell here. */
  readonly faults: readonly FaultKind[] | undefined
}

/** An event, and those beside it. */
export function useEvent(position: number) {
  const { daybook, book } = useSession()
  return useQuery({
    queryKey: ['book', book, 'event', position],
    async queryFn({ signal }): Promise<Found> {
      const path = { book }
      const { position: head } = await must(daybook.GET('/v1/books/{book}', { params: { path }, signal }))
      if (!(position >= 1 && position <= head))
        return { head, before: undefined, event: undefined, after: undefined, faults: undefined }
      const query = { after: Math.max(0, position - 2), limit: 3 }
      const answer = await must(daybook.GET('/v1/books/{book}/events', { params: { path, query }, signal }))
      // A cast: JSON is what is asked for; the other forms of the history are texts.
      const { items } = answer as Schema<'Events'>
      const at = (place: number) => items.find((one) => one.position === place)
      const event = at(position)
      const faults = event === undefined || !canHash() ? undefined : await faultsWithin(event)
      return { head, before: at(position - 1), event, after: at(position + 1), faults }
    },
  })
}
