import { NoAnswer, type Problem, Refused } from '@daybook/client'
import { AlreadyThere } from '../api/new-person.ts'
import type { Words } from '../words/words.tsx'

/** What went wrong, in the language of the reader; in that of the service where nothing else is known. */
export function said(error: unknown, words: Words): string {
  if (error instanceof NoAnswer) return words.t('error.noAnswer')
  if (error instanceof AlreadyThere) return words.t('error.alreadyThere', { id: error.entity })
  return error instanceof Refused ? saidOf(error.problem, words) : String(error)
}

export function saidOf(problem: Problem, { t, day, quantity }: Words): string {
  switch (problem.code) {
    case 'insufficient-balance': {
      const { requested, available, firstViolatedOn: on } = problem
      if (requested === undefined || available === undefined || on === undefined) return problem.detail
      return t('problem.insufficient-balance', {
        requested: quantity(requested),
        available: quantity(available),
        on: day(on),
      })
    }
    case 'day-taken':
      return problem.date === undefined ? problem.detail : t('problem.day-taken', { on: day(problem.date, 'weekday') })
    case 'period-closed':
      return problem.period === undefined ? problem.detail : t('problem.period-closed', { period: problem.period })
    case 'rule-violated':
      return t('problem.rule', {
        rule: problem.rule.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
        limit: problem.limit ?? 'none',
        detail: problem.detail,
      })
    case 'no-working-days':
    case 'outside-employment':
    case 'own-request':
    case 'forbidden':
    case 'invalid-credentials':
    case 'unauthenticated':
    case 'too-many-requests':
    case 'unknown-policy':
      return t(`problem.${problem.code}`)
    default:
      return problem.detail
  }
}

/** What the service says of single members of a body, by their JSON pointers; the rest is said of the whole. */
export function faultsOf(error: unknown): Readonly<Record<string, string>> {
  if (!(error instanceof Refused)) return {}
  const { problem } = error
  if (problem.code === 'invalid-request')
    return Object.fromEntries(problem.errors.map(({ pointer, message }) => [pointer, message]))
  if (problem.code === 'unknown-role') return { [problem.pointer]: problem.detail }
  const pointer = problem.code === 'rule-violated' ? (problem.pointer ?? ABOUT[problem.rule]) : ABOUT[problem.code]
  return pointer === undefined ? {} : { [pointer]: problem.detail }
}

/** Which member it is about, where the problem says it by its name alone. */
const ABOUT: Readonly<Record<string, string>> = {
  'email-unique-in-book': '/email',
  'personnel-number-unique-in-book': '/personnelNumber',
  'unknown-calendar': '/calendar',
  'already-left': '/on',
  'email-taken': '/email',
  'webhook-address-refused': '/url',
  'not-due': '/through',
  'weak-password': '/password',
}
