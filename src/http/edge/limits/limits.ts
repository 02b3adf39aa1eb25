import type { Socket } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Problem, ProblemError } from '../../../contract/problem.ts'
import { networkOf } from '../../../outgoing/ranges.ts'
import type { CallerClass, Counted, RateLimits } from '../../../rate-limits.ts'
import { type Allowance, Allowances } from './allowances.ts'
import { exceededField, limitField, policyField } from './headers.ts'
import { ProcessorTime } from './processor-time.ts'

/** Who is counted: callers of one class and name have one allowance. */
export interface LimitedCaller {
  readonly callers: CallerClass
  readonly name: string
}

/** Counts what callers have, and refuses those who have had too much. */
export interface CallerLimits {
  /**
   * To be asked once it is known who calls, and before a body is read. Says in the answer's headers what is left, and counts
   * the request until it is answered.
   * @returns why it is refused
   */
  refusalOf(request: FastifyRequest, reply: FastifyReply, caller: LimitedCaller): Problem | undefined
}

/** @param now milliseconds of a clock that never runs backwards */
export function openLimits(rateLimits: RateLimits, now: () => number = () => performance.now()): CallerLimits {
  const kept = Object.entries(rateLimits).map(([callers, quota]) => [callers, keptOf(new Allowances(quota))] as const)
  const byClass: ReadonlyMap<string, Kept> = new Map(kept)
  const processor = new ProcessorTime()
  return {
    refusalOf(request, reply, { callers, name }) {
      const { allowances, policy } = byClass.get(callers)!
      if (policy === '') {
        whenAnswered(request, reply, processor.begin({ isMeasured: false }))
        return undefined
      }
      const allowance = allowances.of(name, now())
      reply.header('ratelimit-policy', policy)
      const short = allowances.shortOf(allowance)
      if (short !== undefined) return exceeded(reply, allowances, short)
      allowances.take(allowance, 'requests', 1)
      countUntilAnswered(request, reply, { allowances, allowance, processor })
      reply.header('ratelimit', limitField(allowances, allowance))
      return undefined
    },
  }
}

/** Whoever is nobody is told apart by address. */
export function callerByAddress({ address }: FastifyRequest, callers: 'nobody' | 'sign-ins'): LimitedCaller {
  return { callers, name: address === undefined ? 'unknown' : networkOf(address) }
}

/** Refuses nobodies who have had too much, of routes that need no key. */
export function limitAddresses(limits: CallerLimits): Hook {
  return (request, reply, done) => {
    const { limit = 'nobody' } = request.routeOptions.config
    const refusal = limit === 'none' ? undefined : limits.refusalOf(request, reply, callerByAddress(request, limit))
    done(refusal === undefined ? undefined : new ProblemError(refusal))
  }
}

type Hook = (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => void

interface Kept {
  readonly allowances: Allowances
  /** Empty: there is no limit. */
  readonly policy: string
}

function keptOf(allowances: Allowances): Kept {
  return { allowances, policy: policyField(allowances) }
}

function exceeded(
  reply: FastifyReply,
  allowances: Allowances,
  { counted, seconds }: { readonly counted: Counted; readonly seconds: number },
): Problem {
  reply.header('ratelimit', exceededField(counted, seconds))
  const quota = allowances.quota[counted]!
  return {
    code: 'too-many-requests',
    detail: `More than ${quota} ${WORDS[counted]} a second, over a while: come again in ${seconds} s.`,
    members: { limit: { counted, perSecond: quota } },
    retryAfterSeconds: seconds,
  }
}

const WORDS: Readonly<Record<Counted, string>> = {
  requests: 'requests',
  bytes: 'bytes',
  processor: 'milliseconds of processor time',
}

interface Counting {
  readonly allowances: Allowances
  readonly allowance: Allowance
  readonly processor: ProcessorTime
}

function countUntilAnswered(request: FastifyRequest, reply: FastifyReply, counting: Counting): void {
  const { allowances, allowance, processor } = counting
  const { socket } = request.raw
  const declared = Number(request.headers['content-length'] ?? Number.NaN)
  // What is announced counts at once: others that come meanwhile are to see it.
  if (declared > 0) allowances.take(allowance, 'bytes', declared)
  const [readBefore, writtenBefore] = movedOn(socket)
  const end = processor.begin({ isMeasured: true })
  whenAnswered(request, reply, () => {
    const [read, written] = movedOn(socket)
    const received = Number.isNaN(declared) ? read - readBefore : 0
    allowances.take(allowance, 'bytes', received + written - writtenBefore)
    allowances.take(allowance, 'processor', end())
  })
}

/** What lasts as long as its caller wishes has no end to wait for, and costs nothing while nothing happens. */
function whenAnswered({ headers, routeOptions }: FastifyRequest, reply: FastifyReply, then: () => void): void {
  const { upgrades, streams } = routeOptions.config
  const isLive = upgrades === true || (streams === true && headers.accept?.includes('text/event-stream') === true)
  if (isLive) then()
  else reply.raw.once('close', then)
}

/** Read and written on a connection so far; one that is no socket counts nothing. */
function movedOn({
  bytesRead = 0,
  bytesWritten = 0,
}: Partial<Pick<Socket, 'bytesRead' | 'bytesWritten'>>): [number, number] {
  return [bytesRead, bytesWritten]
}
