import type { Call } from '../calls.ts'
import type { Problem } from '../client.ts'
import { day } from '../days.ts'
import { type Asked, callOf, type Step } from './steps.ts'

/** Something that must not be possible, and how the service has to say no. */
export interface Forbidden {
  readonly tries: string
  readonly call: Call
  readonly expected: Problem
}

/*
 * They are tried at the end of the year, where nothing that comes later could make them possible: a second run finds the
 * same. Nothing is recorded of them.
 */
export const forbidden: readonly Forbidden[] = [
  submit('Lukas asks for a day that he has off', 'lukas', '2025-08-20', '2025-08-20', {
    status: 409,
    code: 'day-taken',
  }),
  submit('… for more than is left', 'lukas', '2025-09-01', '2025-09-30', { status: 409, code: 'insufficient-balance' }),
  submit('… for Easter, when nobody works', 'lukas', '2025-04-18', '2025-04-21', {
    status: 422,
    code: 'no-working-days',
  }),
  submit('… for six weeks at once', 'lukas', '2025-03-03', '2025-04-11', rule('max-consecutive-days')),
  submit('… for the days of stocktaking', 'lukas', '2025-12-16', '2025-12-16', rule('blackouts')),
  submit('Hanna says on the day that she volunteers', 'hanna', '2025-11-20', '2025-11-20', rule('min-notice-days'), {
    resource: 'volunteering',
  }),
  submit('Isla asks for leave in her second week', 'isla', '2025-09-08', '2025-09-12', rule('waiting-days')),
  submit('Bence asks for days after he has left', 'bence', '2025-10-13', '2025-10-17', {
    status: 422,
    code: 'outside-employment',
  }),
  approve('Lukas approves his own Christmas', 'lukas-christmas', 1, 'employee:lukas', {
    status: 403,
    code: 'own-request',
  }),
  approve('Selin does, though Jonas is back', 'lukas-christmas', 1, 'manager:selin', {
    status: 403,
    code: 'forbidden',
  }),
  approve('Jonas does, but of a version there is not', 'lukas-christmas', 7, 'manager:jonas', {
    status: 409,
    code: 'version-conflict',
  }),
  approve('Jonas approves what he has rejected', 'lukas-november', 2, 'manager:jonas', {
    status: 409,
    code: 'invalid-transition',
  }),
]

/** What a refusal is called: its status, its code, and which rule. */
export function nameOf({ status, code, rule }: Problem): string {
  return [status, code, rule].filter((part) => part !== undefined).join(' ')
}

function rule(name: string): Problem {
  return { status: 422, code: 'rule-violated', rule: name }
}

function submit(
  tries: string,
  entity: string,
  from: string,
  to: string,
  expected: Problem,
  { resource = 'annual-leave' } = {},
): Forbidden {
  const asked: Asked = { from: day(from), to: day(to) }
  const request = `${entity}-refused-${from}`
  return attempt(tries, { kind: 'submit', request, actor: `employee:${entity}`, entity, resource, asked }, expected)
}

function approve(tries: string, request: string, version: number, actor: string, expected: Problem): Forbidden {
  return attempt(tries, { kind: 'approve', request, version, actor }, expected)
}

function attempt(tries: string, step: Step, expected: Problem): Forbidden {
  const call = callOf(step)
  return { tries, call: { ...call, idempotencyKey: `refused:${step.actor}:${call.idempotencyKey}` }, expected }
}
