import type { Refusal, Refused } from '../domain/refusal.ts'
import { catalogue, type ProblemCode } from './problem-catalogue.ts'

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
export function toProblem({ refusal, lineIndex }: Refused): Problem {
  if (refusal.code === 'unknown-request') return { code: 'not-found', detail: detailOf(refusal) }
  const { code, ...members } = refusal
  const pointer = lineIndex === undefined ? {} : { pointer: `/transactions/${lineIndex}` }
  return { code, detail: detailOf(refusal), members: { ...members, ...pointer } }
}

function detailOf(refusal: Refusal): string {
  switch (refusal.code) {
    case 'insufficient-balance': {
      const { requested, available, entity, policy, firstViolatedOn } = refusal
      return `${requested} requested of ${entity} under ${policy}, ${available} available; too low on ${firstViolatedOn}.`
    }
    case 'day-taken': {
      const part = refusal.portion === 'full' ? '' : ` (${refusal.portion})`
      return `${refusal.date}${part} of ${refusal.entity} is taken by transaction ${refusal.takenBy}.`
    }
    case 'already-reversed':
      return `Transaction ${refusal.transaction} was reversed by ${refusal.reversedBy}.`
    case 'not-reversible':
      return refusal.requestId === undefined
        ? `Transaction ${refusal.transaction} is a reversal itself.`
        : `Transaction ${refusal.transaction} belongs to the request ${refusal.requestId}: cancel that, or its day.`
    case 'unknown-transaction':
      return `There is no transaction ${refusal.transaction} in this book.`
    case 'unknown-policy':
      return 'policy' in refusal
        ? `There is no policy ${refusal.policy} in this book.`
        : `No policy of this book counts ${refusal.resource}.`
    case 'unknown-calendar':
      return `There is no calendar ${refusal.calendar} in this book.`
    case 'unknown-book':
      return `There is no book ${refusal.book}.`
    case 'scale-exceeded':
      return `${refusal.amount} has more than the ${refusal.scale} decimals that the policy ${refusal.policy} keeps.`
    case 'version-conflict': {
      if ('requestId' in refusal) {
        const { requestId, currentVersion, expectedVersion } = refusal
        return `The request ${requestId} is at version ${currentVersion}, not ${expectedVersion}.`
      }
      const { entity, policy, currentVersion, expectedVersion } = refusal
      return `The account of ${entity} under ${policy} is at version ${currentVersion}, not ${expectedVersion}.`
    }
    case 'idempotency-key-reused':
      return `The key was used by another command, recorded at position ${refusal.originalPosition}.`
    case 'duplicate-idempotency-key':
      return `The command was recorded before, at position ${refusal.originalPosition}.`
    case 'period-closed':
      return `${refusal.period} is closed: nothing more is effective in it.`
    case 'invalid-transition':
      return 'period' in refusal
        ? `${refusal.period} is ${refusal.currentStatus} already.`
        : `The request ${refusal.requestId} is ${refusal.currentStatus}, which does not allow it.`
    case 'unknown-request':
      return `There is no request ${refusal.requestId} in this book.`
    case 'own-request':
      return `The request ${refusal.requestId} is ${refusal.entity}’s own: somebody else decides.`
    case 'forbidden':
      return `The next to decide about the request ${refusal.requestId} is ${refusal.role}.`
    case 'no-working-days':
      return `${refusal.entity} does not work from ${refusal.from} to ${refusal.to}.`
    case 'outside-employment':
      return `${refusal.entity} is not employed on ${refusal.date}.`
    case 'rule-violated':
      return [refusal, ...(refusal.others ?? [])]
        .map(({ rule, limit }) => `Against the rule ${rule}: ${limit}.`)
        .join(' ')
  }
}

/** The document, as it is sent alone or as part of a bulk's outcomes. */
export function problemText({ code, detail, members }: Problem, instance: string): string {
  const { status, title } = catalogue[code]
  return JSON.stringify({ type: `/problems/${code}`, title, status, detail, instance, code, ...members })
}

export function statusOf({ code }: Problem): number {
  return catalogue[code].status
}

/** Names one request in its problems and its logs. */
export function instanceOfId(requestId: string): string {
  return `urn:daybook:request:${requestId}`
}
