import type { Static } from 'typebox'
import { invalidRequest, ProblemError } from '../../contract/problem.ts'
import type { RequestChange, RequestSubmission } from '../../contract/schemas/requests.ts'
import { EXACT_MINUTES, minutesBetween } from '../../domain/request/times.ts'

type SaidSpan = Static<typeof RequestChange> | Static<typeof RequestSubmission>

/**
 * What is wrong with a span whatever the request is about; a change says only some of it.
 * @throws ProblemError where it ends before it begins, leaves out what lies in its midst, or says of a day what it has not
 */
export function refuseSaid(span: SaidSpan): void {
  refuseEnds(span)
  refusePortions(span)
  refuseTimes(span)
}

function refuseEnds({ from, to, fromPortion }: SaidSpan): void {
  if (from === undefined || to === undefined) return
  if (to < from) throw notAllowed('/to', 'must not be before `from`')
  if (from !== to && fromPortion === 'am')
    throw notAllowed('/fromPortion', 'must be "full" or "pm" where `to` is later')
}

function refusePortions({ from, to, portions }: SaidSpan): void {
  for (const date of Object.keys(portions ?? {})) {
    const isOutside = (from !== undefined && date < from) || (to !== undefined && date > to)
    if (isOutside) throw notAllowed(`/portions/${date}`, 'must be a day from `from` to `to`')
  }
}

function refuseTimes({ from, to, fromTime, toTime, ...parts }: SaidSpan): void {
  if (fromTime === undefined && toTime === undefined) return
  if (fromTime === undefined) throw notAllowed('/toTime', 'must go with `fromTime`')
  if (toTime === undefined) throw notAllowed('/fromTime', 'must go with `toTime`')
  const minutes = minutesBetween(fromTime, toTime)
  if (minutes <= 0) throw notAllowed('/toTime', 'must be after `fromTime`')
  if (minutes % EXACT_MINUTES !== 0) {
    throw notAllowed('/toTime', `must be a multiple of ${EXACT_MINUTES} minutes after \`fromTime\``)
  }
  if (from !== undefined && to !== undefined && from !== to) throw notAllowed('/fromTime', 'must be of one day')
  const part = (['fromPortion', 'toPortion', 'portions'] as const).find(
    (name) => parts[name] !== undefined && parts[name] !== 'full',
  )
  if (part !== undefined) throw notAllowed(`/${part}`, 'must not be said where times are')
}

/** @returns what answers a body of which a member may not be as it is */
export function notAllowed(pointer: string, message: string): ProblemError {
  return new ProblemError(invalidRequest([{ in: 'body', pointer, message }]))
}
