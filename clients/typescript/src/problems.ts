import type { OperationProblem } from './document.ts'

/** Every problem that the service answers with, told apart by `code`. */
export type Problem = OperationProblem | EarlyProblem

/** Answers to whoever did not get as far as an operation. */
type EarlyProblem =
  | BareProblem<'method-not-allowed', 405>
  | BareProblem<'request-timeout', 408>
  | BareProblem<'headers-too-large', 431>

interface BareProblem<Code extends string, Status extends number> {
  readonly code: Code
  readonly status: Status
  readonly type: `/problems/${Code}`
  readonly title: string
  readonly detail: string
  readonly instance: string
}

export type ProblemCode = Problem['code']

/** The problem of a code, with the members that it has. */
export type ProblemOf<Code extends ProblemCode> = Extract<Problem, { code: Code }>

/** The service said no; sending again would not change that. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail)
    this.problem = problem
  }
}

/** No answer of the service came, so that nobody knows what became of a command: send it again with the same key. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
  /** Of an answer that something before the service gave; undefined: none came at all. */
  readonly status: number | undefined

  constructor(message: string, { cause, status }: { cause?: unknown; status?: number } = {}) {
    super(message, cause === undefined ? {} : { cause })
    this.status = status
  }
}

export function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'code' in value && 'instance' in value && 'detail' in value
}

/** What a call is answered with. */
interface Answered<Data> {
  readonly data?: Data
  readonly error?: unknown
  readonly response: Response
}

/**
 * The body of an answer that says yes.
 * @throws Refused with the problem of one that says no
 */
export async function must<Data>(answer: Promise<Answered<Data>>): Promise<Exclude<Data, undefined>> {
  const { data, error, response } = await answer
  if (isProblem(error)) throw new Refused(error)
  if (error !== undefined) throw new NoAnswer(`The service answered ${response.status}.`, { status: response.status })
  // A cast: an answer without an error has what the document says, and one of status 204 has nothing.
  return data as Exclude<Data, undefined>
}
