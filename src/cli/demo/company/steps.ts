import type { CalendarDate } from '../../../domain/calendar-date.ts'
import type { Call } from '../calls.ts'
import { COMPANY_BOOK } from './definitions.ts'
import type { Span } from './working-days.ts'

/** What somebody asks for. What is left out of the span is as usual: whole days, the hours of the calendar. */
export type Asked = Pick<Span, 'from' | 'to'> & Partial<Span>

/** What one person does about one request. */
export type Step = { readonly request: string; readonly actor: string } & (
  | {
      readonly kind: 'submit'
      readonly entity: string
      readonly resource: string
      readonly asked: Asked
      readonly reason?: string
    }
  /** `version`: the one that they saw. */
  | ({ readonly version: number } & (
      | { readonly kind: 'approve' | 'reject'; readonly comment?: string }
      | { readonly kind: 'cancel'; readonly days?: readonly CalendarDate[] }
      | { readonly kind: 'change'; readonly said: Partial<Span> }
    ))
)

/** The call that a step is. A request has one step from each of its versions, which makes the key. */
export function callOf(step: Step): Call {
  const { kind, request, actor } = step
  const requests = `/v1/books/${COMPANY_BOOK}/requests`
  if (kind === 'submit') {
    const { entity, resource, asked, reason } = step
    const body = { id: request, entity, resource, ...asked, ...(reason === undefined ? {} : { reason }) }
    return { method: 'POST', path: requests, idempotencyKey: `submit:${request}`, body, actor }
  }
  return {
    method: 'POST',
    path: `${requests}/${request}/${kind}`,
    idempotencyKey: `${kind}:${request}:${step.version}`,
    body: { expectedVersion: step.version, ...saidIn(step) },
    actor,
  }
}

function saidIn(step: Exclude<Step, { kind: 'submit' }>): object {
  switch (step.kind) {
    case 'approve':
    case 'reject':
      return step.comment === undefined ? {} : { comment: step.comment }
    case 'cancel':
      return step.days === undefined ? {} : { days: step.days }
    case 'change':
      return step.said
  }
}
