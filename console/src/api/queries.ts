import { each, must } from '@daybook/client'
import { useQuery } from '@tanstack/react-query'
import { useSession } from '../app/session.tsx'

/** No list is longer on a screen: more people than that no month of a team shows. */
const LONG = 20_000

export async function listed<Item>(items: AsyncGenerator<Item>, most = LONG): Promise<Item[]> {
  const found: Item[] = []
  for await (const item of items) {
    found.push(item)
    if (found.length >= most) break
  }
  return found
}

export function useBooks() {
  const { daybook, me } = useSession()
  return useQuery({
    queryKey: ['books', me?.id],
    queryFn: ({ signal }) => listed(each(daybook, '/v1/books', { signal })),
    enabled: me !== undefined,
  })
}

export function usePolicies() {
  const { daybook, book } = useSession()
  return useQuery({
    queryKey: ['book', book, 'policies'],
    queryFn: ({ signal }) => listed(each(daybook, '/v1/books/{book}/policies', { params: { path: { book } }, signal })),
  })
}

/** @param by nothing: everybody whom the caller may read */
export function useEntities(by: { readonly q?: string; readonly department?: string; readonly manager?: string } = {}) {
  const { daybook, book } = useSession()
  return useQuery({
    queryKey: ['book', book, 'entities', by],
    queryFn: ({ signal }) =>
      listed(each(daybook, '/v1/books/{book}/entities', { params: { path: { book }, query: by }, signal })),
  })
}

export function useEntity(entity: string | undefined) {
  const { daybook, book } = useSession()
  return useQuery({
    queryKey: ['book', book, 'entity', entity],
    queryFn: ({ signal }) =>
      must(daybook.GET('/v1/books/{book}/entities/{entity}', { params: { path: { book, entity: entity! } }, signal })),
    enabled: entity !== undefined,
  })
}

/** Below those of the entity: whatever makes that stale makes these. */
const ofEntity = (book: string, entity: string, what: string) => ['book', book, 'entity', entity, what] as const

export function useEmployments(entity: string) {
  const { daybook, book } = useSession()
  return useQuery({
    queryKey: ofEntity(book, entity, 'employments'),
    queryFn: ({ signal }) =>
      listed(
        each(daybook, '/v1/books/{book}/entities/{entity}/employments', { params: { path: { book, entity } }, signal }),
      ),
  })
}

export function useAssignments(entity: string) {
  const { daybook, book } = useSession()
  return useQuery({
    queryKey: ofEntity(book, entity, 'assignments'),
    queryFn: ({ signal }) =>
      listed(
        each(daybook, '/v1/books/{book}/entities/{entity}/assignments', { params: { path: { book, entity } }, signal }),
      ),
  })
}

export function useWorkPatterns(entity: string) {
  const { daybook, book } = useSession()
  return useQuery({
    queryKey: ofEntity(book, entity, 'work-patterns'),
    queryFn: ({ signal }) =>
      listed(
        each(daybook, '/v1/books/{book}/entities/{entity}/work-patterns', {
          params: { path: { book, entity } },
          signal,
        }),
      ),
  })
}

export function useCalendars() {
  const { daybook, book } = useSession()
  return useQuery({
    queryKey: ['book', book, 'calendars'],
    queryFn: ({ signal }) =>
      listed(each(daybook, '/v1/books/{book}/calendars', { params: { path: { book } }, signal })),
  })
}

export function useBalances(entity: string | undefined, asOf?: string) {
  const { daybook, book } = useSession()
  return useQuery({
    queryKey: ['book', book, 'balances', entity, asOf],
    queryFn: ({ signal }) =>
      listed(
        each(daybook, '/v1/books/{book}/entities/{entity}/balances', {
          params: { path: { book, entity: entity! }, query: asOf === undefined ? {} : { asOf } },
          signal,
        }),
      ),
    enabled: entity !== undefined,
  })
}

export function useForecast(entity: string, policy: string, until: string) {
  const { daybook, book } = useSession()
  return useQuery({
    queryKey: ['book', book, 'forecast', entity, policy, until],
    queryFn: ({ signal }) =>
      must(
        daybook.GET('/v1/books/{book}/entities/{entity}/forecast', {
          params: { path: { book, entity }, query: { policy, until } },
          signal,
        }),
      ),
  })
}

export type RequestFilter = {
  readonly entity?: string
  readonly waitingFor?: string
  readonly status?: 'pending' | 'approved' | 'rejected' | 'cancelled'
  readonly from?: string
  readonly to?: string
}

export function requestsKey(book: string, filter: RequestFilter) {
  return ['book', book, 'requests', filter] as const
}

export function useRequests(filter: RequestFilter, { enabled = true } = {}) {
  const { daybook, book } = useSession()
  return useQuery({
    queryKey: requestsKey(book, filter),
    queryFn: ({ signal }) =>
      listed(each(daybook, '/v1/books/{book}/requests', { params: { path: { book }, query: filter }, signal })),
    enabled,
  })
}

export function useAbsences(request: string, { enabled = true } = {}) {
  const { daybook, book } = useSession()
  return useQuery({
    queryKey: ['book', book, 'absences', request],
    queryFn: ({ signal }) =>
      must(
        daybook.GET('/v1/books/{book}/requests/{request}/absences', { params: { path: { book, request } }, signal }),
      ),
    enabled,
  })
}

export type AwayFilter = { readonly from: string; readonly to: string; readonly manager?: string }

export function useAway(filter: AwayFilter, { enabled = true } = {}) {
  const { daybook, book } = useSession()
  return useQuery({
    queryKey: ['book', book, 'away', filter],
    queryFn: ({ signal }) =>
      listed(each(daybook, '/v1/books/{book}/calendar', { params: { path: { book }, query: filter }, signal })),
    enabled,
  })
}

export function useCalendar(calendar: string | null | undefined) {
  const { daybook, book } = useSession()
  return useQuery({
    queryKey: ['book', book, 'calendars', calendar],
    queryFn: ({ signal }) =>
      must(
        daybook.GET('/v1/books/{book}/calendars/{calendar}', {
          params: { path: { book, calendar: calendar! } },
          signal,
        }),
      ),
    enabled: typeof calendar === 'string',
  })
}
