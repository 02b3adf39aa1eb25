import { must, Refused, type Schema } from '@daybook/client'
import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { type RequestFilter, requestsKey } from '../../api/queries.ts'
import { refreshAbout } from '../../app/live.ts'
import { useSession } from '../../app/session.tsx'
import { useNames } from '../../parts/names.ts'
import { decideLater } from './undo-time.ts'

type Request = Schema<'Request'>

/** Why an item came back, and how it stands now where that is known. */
export interface CameBack {
  readonly error: unknown
  /** As it was when somebody decided about it here. */
  readonly was: Request
  readonly request: Request | undefined
}

/** The same functions as long as the screen is there: a list of many renders what has changed alone. */
export interface Deciding {
  readonly approve: (requests: readonly Request[]) => void
  readonly reject: (request: Request, comment: string) => Promise<void>
  readonly dismiss: (id: string) => void
}

export interface Decide {
  readonly deciding: Deciding
  readonly cameBack: ReadonlyMap<string, CameBack>
}

/** Shown at once; taken back item by item where the service says no; never sent twice. */
export function useDecide(filter: RequestFilter): Decide {
  const { daybook, book } = useSession()
  const queries = useQueryClient()
  const nameOf = useNames()
  const [cameBack, setCameBack] = useState<ReadonlyMap<string, CameBack>>(new Map())
  const busy = useRef(new Set<string>())
  const key = requestsKey(book, filter)

  const mark = (id: string, outcome: CameBack | undefined) =>
    setCameBack((before) => {
      const next = new Map(before)
      if (outcome === undefined) next.delete(id)
      else next.set(id, outcome)
      return next
    })
  const takeOut = (requests: readonly Request[]) => {
    const ids = new Set(requests.map(({ id }) => id))
    void queries.cancelQueries({ queryKey: key })
    queries.setQueryData<Request[]>(key, (list) => list?.filter(({ id }) => !ids.has(id)))
  }
  const putBack = (request: Request) =>
    queries.setQueryData<Request[]>(key, (list) =>
      list === undefined || list.some(({ id }) => id === request.id)
        ? list
        : [...list, request].toSorted((a, b) => ((a.submittedAt ?? '') < (b.submittedAt ?? '') ? -1 : 1)),
    )
  const send = async (verdict: 'approve' | 'reject', request: Request, comment?: string) => {
    const { id, version } = request
    try {
      await must(
        daybook.POST(`/v1/books/{book}/requests/{request}/${verdict}`, {
          params: { path: { book, request: id }, header: { 'Idempotency-Key': `${verdict}:${id}:${version}` } },
          body: { expectedVersion: version, ...(comment === undefined ? {} : { comment }) },
        }),
      )
    } catch (error) {
      putBack(request)
      mark(id, { error, was: request, request: requestOf(error) })
    } finally {
      busy.current.delete(id)
      if (busy.current.size === 0) void refreshAbout(queries, book, new Set([request.entity]))
    }
  }
  const begin = (requests: readonly Request[]) => {
    const free = requests.filter(({ id }) => !busy.current.has(id))
    for (const { id } of free) {
      busy.current.add(id)
      mark(id, undefined)
    }
    takeOut(free)
    return free
  }
  const now: Deciding = {
    dismiss: (id) => mark(id, undefined),
    approve(requests) {
      const free = begin(requests)
      if (free.length === 0) return
      decideLater({
        id: free.map(({ id }) => id).join(' '),
        count: free.length,
        who: nameOf(free[0]!.entity),
        send: () => {
          for (const request of free) void send('approve', request)
        },
        undo: () => {
          for (const request of free) {
            busy.current.delete(request.id)
            putBack(request)
          }
        },
      })
    },
    async reject(request, comment) {
      if (begin([request]).length > 0) await send('reject', request, comment)
    },
  }
  const latest = useRef(now)
  latest.current = now
  const [deciding] = useState<Deciding>(() => ({
    approve: (requests) => latest.current.approve(requests),
    reject: (request, comment) => latest.current.reject(request, comment),
    dismiss: (id) => latest.current.dismiss(id),
  }))
  return { deciding, cameBack }
}

/** How a request stands, where a refusal says so. */
function requestOf(error: unknown): Request | undefined {
  if (!(error instanceof Refused)) return undefined
  const { problem } = error
  return problem.code === 'version-conflict' || problem.code === 'invalid-transition' ? problem.request : undefined
}
