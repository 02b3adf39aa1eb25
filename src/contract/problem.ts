import type { Refused } from '../domain/refusal.ts'
import { catalogue, type ProblemCode } from './problem-catalogue.ts'
import { detailOf } from './refusal-detail.ts'

/** One occurrence of a problem of the catalogue, as RFC 9457 has it. */
export interface Problem {
  readonly code: ProblemCode
  /** What happened this time, for people. */
  readonly detail: string
  /** As the catalogue lists them for the code. */
  readonly members?: object
  readonly retryAfterSeconds?: number
}

/** Where a request does not fit, and how. */
export interface Fault {
  readonly in: 'body' | 'query' | 'path' | 'header'
  /** RFC 6901. */
  readonly pointer: string
  readonly message: string
}

/** Ends a request from wherever it is being read; the error handler answers with the problem. */
export class ProblemError extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    // It is an answer: nobody asks where it was made, and to find out would cost more than all the rest of it.
    const { stackTraceLimit } = Error
    Error.stackTraceLimit = 0
    super(problem.detail)
    Error.stackTraceLimit = stackTraceLimit
    this.name = 'ProblemError'
    this.problem = problem
  }
}

/** @param faults at least one */
export function invalidRequest(faults: readonly Fault[]): Problem {
  const [first] = faults
  if (first === undefined) throw new TypeError('an invalid request without a fault')
  const where = first.pointer === '' ? `The ${first.in}` : first.pointer
  const others = faults.length === 1 ? '' : ` And ${faults.length - 1} more.`
  return { code: 'invalid-request', detail: `${where} ${first.message}.${others}`, members: { errors: faults } }
}

/**
 * What a refusal is to a caller over HTTP.
 * @returns with `pointer` where the refusal is about one of several lines
 */
export function toProblem({ refusal, lineIndex, pointer: said }: Refused): Problem {
  if (
    refusal.code === 'unknown-request' ||
    refusal.code === 'unknown-entity' ||
    refusal.code === 'unknown-hold' ||
    refusal.code === 'unknown-worked-hours'
  ) {
    return { code: 'not-found', detail: detailOf(refusal) }
  }
  const line = said ?? (lineIndex === undefined ? '' : `/transactions/${lineIndex}`)
  if (refusal.code === 'portion-not-claimed') {
    const message = `is only known under a policy with dayExclusive, which ${refusal.policy} is not`
    return invalidRequest([{ in: 'body', pointer: `${line}/portion`, message }])
  }
  if (refusal.code === 'contradicting-terms') {
    return invalidRequest(refusal.contradictions.map((found) => ({ in: 'body', ...found })))
  }
  const { code, ...members } = refusal
  const pointer = line === '' ? {} : { pointer: line }
  return { code, detail: detailOf(refusal), members: { ...members, ...pointer } }
}

/** The document, as it is sent alone or as part of a bulk's outcomes. */
export function problemText({ code, detail, members }: Problem, instance: string): string {
  const { status, title } = catalogue[code]
  return JSON.stringify({ type: `/problems/${code}`, title, status, detail, instance, code, ...members })
}

/** The HTTP status of a problem, by the catalogue. */
export function statusOf({ code }: Problem): number {
  return catalogue[code].status
}

/** Names one request in its problems and its logs. */
export function instanceOfId(requestId: string): string {
  return `urn:daybook:request:${requestId}`
}
