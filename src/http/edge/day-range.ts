import { invalidRequest, ProblemError } from '../../contract/problem.ts'

/** @throws ProblemError where a range of days ends before it begins: there is no answer that would not mislead */
export function refuseReversed({
  from,
  to,
}: {
  readonly from?: string | undefined
  readonly to?: string | undefined
}): void {
  if (from === undefined || to === undefined || from <= to) return
  throw new ProblemError(invalidRequest([{ in: 'query', pointer: '/to', message: 'must not be before `from`' }]))
}
