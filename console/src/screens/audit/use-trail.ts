import { must, type Schema } from '@daybook/client'
import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { useSession } from '../../app/session.tsx'
import { save } from '../../parts/saved.ts'

export interface TrailFilter {
  /** Of this book; or of what belongs to none, such as sign-ins. */
  readonly of: 'book' | 'service'
  readonly from: string
  readonly to: string
  readonly actor: string
  readonly action: string
  readonly outcome: '' | 'accepted' | 'refused' | 'failed'
  readonly entity: string
}

const PAGE = 100
/** A page of the service may be short, or empty, and have another one after it: so many are looked at for one of this list. */
const MOST_LOOKS = 10

type Page = Schema<'AuditPage'>

/** By time; the next page when it is asked for. */
export function useTrail(filter: TrailFilter) {
  const { daybook, book } = useSession()
  const lookUp = async (query: ReturnType<typeof pageQueryOf>, signal: AbortSignal): Promise<Page> => {
    const answer = await (filter.of === 'book'
      ? must(daybook.GET('/v1/books/{book}/audit', { params: { path: { book }, query }, signal }))
      : must(daybook.GET('/v1/audit', { params: { query }, signal })))
    // JSON is what is asked for; the other form of the trail is a text.
    if (typeof answer === 'string') throw new TypeError('the trail came as a text')
    return answer
  }
  return useInfiniteQuery({
    queryKey: ['book', book, 'audit', filter],
    initialPageParam: '',
    async queryFn({ pageParam, signal }): Promise<Page> {
      let [items, cursor]: [Page['items'], string | null] = [[], pageParam]
      for (let look = 0; look < MOST_LOOKS && cursor !== null && items.length < PAGE; look++) {
        const page: Page = await lookUp(pageQueryOf(filter, cursor, PAGE - items.length), signal)
        items = [...items, ...page.items]
        cursor = page.nextCursor
      }
      return { items, nextCursor: cursor }
    },
    getNextPageParam: ({ nextCursor }) => nextCursor,
  })
}

/** All of it as a file, one entry a line. */
export function useTrailFile(filter: TrailFilter) {
  const { daybook, book } = useSession()
  return useMutation({
    async mutationFn() {
      const options = { headers: { accept: 'application/x-ndjson' }, parseAs: 'blob' } as const
      const query = queryOf(filter)
      const blob = await (filter.of === 'book'
        ? must<unknown>(daybook.GET('/v1/books/{book}/audit', { params: { path: { book }, query }, ...options }))
        : must<unknown>(daybook.GET('/v1/audit', { params: { query }, ...options })))
      // A cast: it is asked for as one.
      save(`${fileOf(filter, book)}.ndjson`, blob as Blob)
    },
  })
}

/** The same by its address. */
export function addressOf(filter: TrailFilter, book: string): string {
  const query = new URLSearchParams(queryOf(filter)).toString()
  return `${filter.of === 'book' ? `/v1/books/${book}/audit` : '/v1/audit'}${query === '' ? '' : `?${query}`}`
}

export function fileOf(filter: TrailFilter, book: string): string {
  return filter.of === 'book' ? `audit-${book}` : 'audit'
}

function pageQueryOf(filter: TrailFilter, cursor: string, limit: number) {
  return { ...queryOf(filter), limit, ...(cursor === '' ? {} : { cursor }) }
}

/** What is empty is not asked about. */
function queryOf({ of, from, to, actor, action, outcome, entity }: TrailFilter) {
  return {
    ...(from === '' ? {} : { from }),
    ...(to === '' ? {} : { to }),
    ...(actor.trim() === '' ? {} : { actor: actor.trim() }),
    ...(action.trim() === '' ? {} : { action: action.trim() }),
    ...(outcome === '' ? {} : { outcome }),
    ...(of === 'service' || entity.trim() === '' ? {} : { entity: entity.trim() }),
  }
}
