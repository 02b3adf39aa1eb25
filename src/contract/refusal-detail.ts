import type { BrokenRule, Refusal } from '../domain/refusal.ts'

type Details = {
  readonly [Code in Refusal['code']]: (refusal: Extract<Refusal, { readonly code: Code }>) => string
}

/** What happened, in a sentence for people. */
export function detailOf(refusal: Refusal): string {
  // A cast: the sentence that is found by a code takes refusals of that code.
  return (details[refusal.code] as (refusal: Refusal) => string)(refusal)
}

const details: Details = {
  'insufficient-balance': ({ requested, available, entity, policy, firstViolatedOn, accounts }) => {
    if (accounts === undefined) {
      return `${requested} requested of ${entity} under ${policy}, ${available} available; too low on ${firstViolatedOn}.`
    }
    const each = accounts.map((one) => `${one.available ?? 'any'} under ${one.policy}`).join(', ')
    return `${requested} requested of ${entity}, ${available} available; on ${firstViolatedOn}: ${each}.`
  },
  'day-taken': ({ date, portion, entity, takenBy }) =>
    takenBy === null
      ? `${date} of ${entity} has fewer hours of work than that.`
      : `${date}${portion === 'full' ? '' : ` (${portion})`} of ${entity} is taken by ${takenBy.startsWith('/') ? 'the line' : 'transaction'} ${takenBy}.`,
  'portion-not-claimed': ({ policy }) =>
    `Nothing takes days under the policy ${policy}, so there is no half of one to say.`,
  'contradicting-terms': ({ contradictions }) =>
    contradictions.map(({ pointer, message }) => `${pointer} ${message}.`).join(' '),
  'already-reversed': (refusal) => {
    const by = `${refusal.reversedBy.startsWith('/') ? 'the line ' : ''}${refusal.reversedBy}`
    return 'transaction' in refusal
      ? `Transaction ${refusal.transaction} is reversed by ${by}.`
      : `The hours ${refusal.workedHours} are reversed by ${by}.`
  },
  'not-reversible': ({ transaction, requestId, holdId }) => {
    if (holdId !== undefined) return `Transaction ${transaction} is held by ${holdId}: take or release that.`
    return requestId === undefined
      ? `Transaction ${transaction} is a reversal itself.`
      : `Transaction ${transaction} belongs to the request ${requestId}: cancel that, or its day.`
  },
  'unknown-transaction': ({ transaction }) => `There is no transaction ${transaction} in this book.`,
  'unknown-worked-hours': ({ workedHours }) => `There are no worked hours ${workedHours} in this book.`,
  'unknown-policy': (refusal) =>
    'policy' in refusal
      ? `There is no policy ${refusal.policy} in this book.`
      : `No policy of this book counts ${refusal.resource}.`,
  'unknown-calendar': ({ calendar }) => `There is no calendar ${calendar} in this book.`,
  'unknown-book': ({ book }) => `There is no book ${book}.`,
  'scale-exceeded': ({ amount, scale, policy }) =>
    `${amount} has more than the ${scale} decimals that the policy ${policy} keeps.`,
  'version-conflict': (refusal) => {
    if ('holdId' in refusal) {
      return `The hold ${refusal.holdId} is at version ${refusal.currentVersion}, not ${refusal.expectedVersion}.`
    }
    return 'requestId' in refusal
      ? requestConflict(refusal)
      : `The account of ${refusal.entity} under ${refusal.policy} is at version ${refusal.currentVersion}, not ${refusal.expectedVersion}.`
  },
  'idempotency-key-reused': ({ originalPosition }) =>
    `The key was used by another command, recorded at position ${originalPosition}.`,
  'assignment-overlap': ({ entity, policy, other: { id, from, to } }) =>
    `The assignment ${id} of ${entity} under ${policy} is ${to === null ? `from ${from} on` : `from ${from} to ${to}`}.`,
  'still-employed': ({ entity, leftOn }) =>
    `${entity} is employed ${leftOn === null ? 'until further notice' : `until ${leftOn}`}.`,
  'already-left': ({ entity, on, leftOn }) =>
    `The last day of ${entity} is ${leftOn}, not ${on}: say another one by the employment first.`,
  'last-admin': () => 'Nobody else is an administrator of every book, and DAYBOOK_ADMIN_KEY is not set.',
  'unknown-entity': ({ entity }) => `There is no entity ${entity} in this book.`,
  'duplicate-idempotency-key': ({ originalPosition, comparable }) =>
    comparable === false
      ? `The key was used before, at position ${originalPosition}; what was said there is erased and cannot be compared.`
      : `The command was recorded before, at position ${originalPosition}.`,
  'policy-does-not-earn': ({ policy }) =>
    `Nobody earns anything under the policy ${policy}: it says neither earning nor carryOver.`,
  'not-due': ({ through, last }) => `Nothing is due through ${through} yet: a run may go as far as ${last}.`,
  'period-closed': ({ period }) => `${period} is closed: nothing more is effective in it.`,
  'invalid-transition': (refusal) =>
    'period' in refusal
      ? `${refusal.period} is ${refusal.currentStatus} already.`
      : `The request ${refusal.requestId} is ${refusal.currentStatus}, which does not allow it.`,
  'unknown-request': ({ requestId }) => `There is no request ${requestId} in this book.`,
  'unknown-hold': ({ holdId }) => `There is no hold ${holdId} in this book.`,
  'hold-ended': ({ holdId, currentStatus }) => `The hold ${holdId} is ${currentStatus}: it holds nothing any more.`,
  'own-request': ({ requestId, entity }) => `The request ${requestId} is ${entity}’s own: somebody else decides.`,
  'own-account': ({ entity }) =>
    `${entity} is whoever calls or acts, or who they stand in for: somebody else does that.`,
  forbidden: (refusal) =>
    'needs' in refusal
      ? `To count fewer hours of a day than its calendar says needs the right ${refusal.needs}.`
      : `The next to decide about the request ${refusal.requestId} is ${refusal.role}.`,
  'no-working-days': ({ entity, from, to }) => `${entity} does not work from ${from} to ${to}.`,
  'outside-employment': ({ entity, date }) => `${entity} is not employed on ${date}.`,
  'rule-violated': (refusal) => [refusal, ...(refusal.others ?? [])].map(sentenceOfRule).join(' '),
}

function sentenceOfRule({ rule, limit }: BrokenRule): string {
  if (rule !== 'policy-retired') return `Against the rule ${rule}: ${limit}.`
  return `Against the rule policy-retired: from ${limit} on nothing is earned or taken under the policy.`
}

function requestConflict({
  requestId,
  expectedVersion,
  currentVersion,
}: Extract<Refusal, { readonly code: 'version-conflict'; readonly requestId: string }>): string {
  // Whoever submits says no version: what they expect is that there is no such request.
  return expectedVersion === 0
    ? `There is a request ${requestId} already, at version ${currentVersion}.`
    : `The request ${requestId} is at version ${currentVersion}, not ${expectedVersion}.`
}
