import { normalQuantity, QUANTITY_PATTERN } from '../quantity.ts'
import type { EarningPolicyTerms } from './terms.ts'

/** The members of a policy that say something about earning. */
export const EARNING_MEMBERS = [
  'leaveYear',
  'earning',
  'carryOver',
  'spending',
  'encashment',
  'countsAsWorked',
  'lateLeave',
] as const satisfies readonly (keyof EarningPolicyTerms)[]

/** What of a definition is about earning, as it is said: members that are left out stay out. */
export function earningTermsOf(said: EarningPolicyTerms): EarningPolicyTerms {
  // A cast: the members are those of the type, each with its own value.
  return Object.fromEntries(
    EARNING_MEMBERS.flatMap((name) => (said[name] === undefined ? [] : [[name, said[name]]])),
  ) as EarningPolicyTerms
}

/** Every member that says something about earning; null where it says nothing. */
export type ShownEarningTerms = {
  readonly [Name in keyof EarningPolicyTerms]-?: NonNullable<EarningPolicyTerms[Name]> | null
}

/** The same as a policy shows it. */
export function shownEarningTerms(terms: EarningPolicyTerms): ShownEarningTerms {
  const { leaveYear = null, earning = null, carryOver = null, spending = null, encashment = null } = terms
  const { countsAsWorked = null, lateLeave = null } = terms
  return { leaveYear, earning, carryOver, spending, encashment, countsAsWorked, lateLeave }
}

/** What is said, of what is shown. */
export function saidIn(shown: ShownEarningTerms): EarningPolicyTerms {
  // A cast: what is left of the members is what they say.
  return Object.fromEntries(
    EARNING_MEMBERS.flatMap((name) => (shown[name] === null ? [] : [[name, shown[name]]])),
  ) as EarningPolicyTerms
}

/** Whether nothing is said about earning. */
export function saysNothing(terms: EarningPolicyTerms): boolean {
  return EARNING_MEMBERS.every((name) => terms[name] === undefined)
}

const QUANTITY = new RegExp(QUANTITY_PATTERN)

/** The same terms with every quantity in its normal spelling. No day and no word of theirs looks like a quantity. */
export function inNormalSpelling<Terms>(terms: Terms): Terms {
  // A cast: what comes back has the shape of what went in.
  return normal(terms) as Terms
}

function normal(value: unknown): unknown {
  if (typeof value === 'string') return QUANTITY.test(value) ? normalQuantity(value) : value
  if (Array.isArray(value)) return value.map(normal)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, normal(member)]))
}

/** Whether two say the same about earning, whatever the order of their members. Both are in their normal spelling. */
export function sameEarningTerms(a: EarningPolicyTerms, b: EarningPolicyTerms): boolean {
  return EARNING_MEMBERS.every((name) => inOrder(a[name]) === inOrder(b[name]))
}

function inOrder(value: unknown): string | undefined {
  return JSON.stringify(value, (_name, member: unknown) => {
    if (typeof member !== 'object' || member === null || Array.isArray(member)) return member
    return Object.fromEntries(Object.entries(member).toSorted(([one], [other]) => (one < other ? -1 : 1)))
  })
}
