import { dayAfter } from '../calendar-date.ts'
import type { AsItIs } from '../recording/as-it-is.ts'
import { givenBackAfter } from './evolve-request.ts'
import { partAsked } from './parts.ts'
import type { RequestSpan, RequestState } from './request.ts'

/**
 * A change that asks for what the request asks for already: the same days, the same parts of them, the same hours. Nothing
 * is recorded, and what was agreed stays agreed.
 * @param said as the command said it: whoever says where a request begins or ends asks for cancelled days of it again
 * @returns undefined where it asks for something else
 */
export function askedAsItIs(
  current: RequestState,
  { said, span }: { readonly said: Partial<RequestSpan>; readonly span: RequestSpan },
): AsItIs | undefined {
  if (givenBackAfter(current, said).length < current.givenBack.length || !isSame(span, current)) return undefined
  const { request, version, position } = current
  return { asItIs: { request, version, position } }
}

function isSame(span: RequestSpan, former: RequestSpan): boolean {
  const members = ['from', 'to', 'hoursPerDay', 'fromTime', 'toTime'] as const
  if (members.some((member) => span[member] !== former[member])) return false
  for (let date = span.from; date <= span.to; date = dayAfter(date)) {
    if (partAsked(span, date) !== partAsked(former, date)) return false
  }
  return true
}
