import type { FetchOptions } from 'openapi-fetch'
import type { Daybook } from './connect.ts'
import type { components, paths } from './document.ts'
import { must } from './problems.ts'

/** As many as the service gives at once. */
const PAGE = 1000

interface Page<Item> {
  readonly items: readonly Item[]
  readonly nextCursor: string | null
}

type AnswerOf<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': infer Body } } } }
}
  ? Body
  : never

/** The paths of lists that are walked by a cursor. */
export type ListPath = {
  [Path in keyof paths]: [AnswerOf<Path>] extends [never] ? never : AnswerOf<Path> extends Page<unknown> ? Path : never
}[keyof paths]

/** What a list is made of. */
export type ItemOf<Path extends ListPath> = AnswerOf<Path> extends Page<infer Item> ? Item : never

/**
 * Every item of a list, page by page, as they are asked for: what was there at the start is neither missed nor repeated.
 * @throws Refused, NoAnswer
 */
export async function* each<Path extends ListPath>(
  daybook: Daybook,
  path: Path,
  options: FetchOptions<paths[Path]['get']>,
): AsyncGenerator<ItemOf<Path>, void, undefined> {
  const get = daybook.GET as unknown as GetPage<ItemOf<Path>>
  let cursor: string | null | undefined
  do {
    const { query, ...params } = (options as { params?: Params }).params ?? {}
    const asked = { limit: PAGE, ...query, ...(cursor === undefined ? {} : { cursor }) }
    const page = await must(get(path, { ...options, params: { ...params, query: asked } }))
    yield* page.items
    cursor = page.nextCursor
  } while (cursor !== null)
}

/**
 * The history of a book after a position, up to where it ends when the last page is read; `follow` goes on from there.
 * @throws Refused, NoAnswer
 */
export async function* eachEvent(
  daybook: Daybook,
  { book, after = 0, signal }: { readonly book: string; readonly after?: number; readonly signal?: AbortSignal },
): AsyncGenerator<components['schemas']['Event'], void, undefined> {
  let next: number | null = after
  while (next !== null) {
    const params = { path: { book }, query: { after: next, limit: PAGE } }
    const answer = daybook.GET('/v1/books/{book}/events', { params, ...(signal === undefined ? {} : { signal }) })
    // A cast: JSON is what is asked for; the other forms of the history are texts.
    const page = (await must(answer)) as components['schemas']['Events']
    yield* page.items
    next = page.nextPosition
  }
}

interface Params {
  readonly query?: object
  readonly path?: object
  readonly header?: object
}

/** Of a path of which nothing is known but that it is a list. */
type GetPage<Item> = (
  path: string,
  options: object,
) => Promise<{ data?: Page<Item>; error?: unknown; response: Response }>
