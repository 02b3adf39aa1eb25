import type { Account } from '../account/account.ts'
import type { WorkingDay } from '../calendar/working-days.ts'
import type { CalendarDate } from '../calendar-date.ts'
import { type Drawn, draw } from '../drawing/draw.ts'
import { type Sources, sourcesOf } from '../drawing/sources.ts'
import type { SpendingLimits } from '../drawing/spending-limits.ts'
import { exactFrom } from '../exact.ts'
import type { AskedLine } from '../recording/asked-line.ts'
import { accountKey, type BookState } from '../recording/book-state.ts'
import type { Check } from '../recording/decision.ts'
import type { Refused } from '../refusal.ts'
import { type Together, takenBy, together } from './adjoining.ts'
import { costOf } from './cost.ts'
import { withoutDisplaced } from './displaced.ts'
import type { DisplacedDay } from './displacement.ts'
import { effectiveDay, lineAbout, withoutLines } from './lines.ts'
import type { AnyOrder } from './order.ts'
import {
  type CountedSpan,
  personOf,
  type RequestDay,
  type RequestLine,
  type RequestSpan,
  type RequestState,
  type RequestsKnown,
} from './request.ts'
import { type Asked, checkRules, countDays, refuseUnit } from './rules.ts'
import { refuseSpan } from './span.ts'
import { spendingLimits } from './spending-limits.ts'
import type { RequestTerms } from './terms.ts'
import { termsOn } from './terms-in-force.ts'

/** Which days are wanted, and from which accounts. */
export interface Wanted {
  readonly entity: string
  readonly resource: string
  /** null: from any account of the resource. */
  readonly policy: string | null
  readonly span: RequestSpan
  /** Days of the span that nobody wants back. */
  readonly givenBack: readonly CalendarDate[]
  /** Days of which others take what they take. */
  readonly displaced: readonly DisplacedDay[]
  /** Lines that the request holds so far, and that make room. */
  readonly heldLines: readonly RequestLine[]
  /** Whether it was approved elsewhere, so that nobody has to decide. */
  readonly isDecided: boolean
}

/** What holds the days, and how. */
export interface Held {
  readonly lines: readonly AskedLine[]
  readonly days: readonly RequestDay[]
  /** What was asked for, and how it is counted. */
  readonly span: CountedSpan
  /** `approved`: nobody has to decide, so the days are taken. */
  readonly status: 'approved' | 'pending'
  /** What was looked at, and held. */
  readonly checks: readonly Check[]
  /** What the policies say that are drawn on. */
  readonly terms: readonly RequestTerms[]
}

/** What a span comes to: its working days, the accounts they are drawn from, the rules of those accounts' policies. */
export function holdDays(state: BookState, known: RequestsKnown, order: AnyOrder, wanted: Wanted): Held | Refused {
  const { entity, givenBack, isDecided } = wanted
  const refused = refuseSpan(wanted.span)
  if (refused !== undefined) return refused
  const sources = sourcesFor(state, wanted)
  if ('refusal' in sources) return sources
  const span = asCounted(wanted.span, sources)
  const asked: Asked = { entity, span, person: personOf(known, entity), today: known.today, isDecided }
  const counted = countDays(asked)
  if ('refusal' in counted) return counted
  const days = withoutDisplaced(wanted, counted, sources[0]).filter(({ date }) => !givenBack.includes(date))
  const drawn = draw(
    sources,
    days.map((day) => ({ ...day, on: effectiveDay(state, day.date, order), cost: costOf(sources[0], day) })),
  )
  const whole = together(days, span, { others: othersOf(known, wanted, order), person: asked.person })
  const checks = checkPolicies(drawn, sources, asked, { days, whole })
  if ('refusal' in checks) return checks
  if ('refusal' in drawn) return drawn
  // None of the days is worked, or those that are count no hours.
  if (drawn.length === 0) return { refusal: { code: 'no-working-days', entity, from: span.from, to: span.to } }
  const terms = termsDrawn(drawn, sources, asked)
  const status = isDecided || isGranted(terms, sources, { days, whole }) ? 'approved' : 'pending'
  return {
    lines: drawn.map((line) => lineOf(order, { entity, status, line })),
    days: days.map(({ date, portion }) => ({ date, portion })),
    span,
    status,
    checks: ['employed', 'working-days', ...checks],
    terms,
  }
}

/** The days of a request, and what it comes to with those that adjoin it. */
interface Counted {
  readonly days: readonly WorkingDay[]
  readonly whole: Together
}

/** Live requests of the same entity and resource: those around the span were read. */
function othersOf(
  { requests }: RequestsKnown,
  { entity, resource }: Wanted,
  { request: own }: AnyOrder,
): readonly RequestState[] {
  return Array.from(requests.values()).filter(
    (other) =>
      other.request !== own && other.entity === entity && other.resource === resource && other.lines.length > 0,
  )
}

function sourcesFor(state: BookState, wanted: Wanted): Sources | Refused {
  const { entity, span, heldLines } = wanted
  const freedAccounts = withoutLines(state, entity, heldLines)
  const accountOf = (key: string): Account | undefined => freedAccounts.get(key) ?? state.accounts.get(key)
  const limitsOf = (key: string): SpendingLimits | undefined => {
    const limited = state.limits.get(key)
    return (
      limited &&
      spendingLimits(
        limited,
        heldLines.filter(({ policy }) => accountKey({ entity, policy }) === key),
      )
    )
  }
  const sources = sourcesOf(state, wanted, { first: span.from, accountOf, limitsOf })
  return 'refusal' in sources ? sources : (refuseUnit(sources, span) ?? sources)
}

/** The policy that is drawn on first says whether every day counts. */
function asCounted(span: RequestSpan, [{ history }]: Sources): CountedSpan {
  return termsOn(history, span.from).countCalendarDays === true ? { ...span, countCalendarDays: true } : span
}

/** The rules of every policy that is drawn on; where too little is left, those of the first that could be. */
function checkPolicies(
  drawn: readonly Drawn[] | Refused,
  sources: Sources,
  asked: Asked,
  { days, whole }: Counted,
): readonly Check[] | Refused {
  const policies =
    'refusal' in drawn ? [termsOn(sources[0].history, asked.span.from)] : termsDrawn(drawn, sources, asked)
  const looked: Check[] = []
  for (const terms of policies) {
    const checks = checkRules(terms, asked, days, whole)
    if ('refusal' in checks) return checks
    looked.push(...checks)
  }
  return looked
}

/** Only if every policy that is drawn on grants the whole at once, what adjoins it included. */
function isGranted(terms: readonly RequestTerms[], sources: Sources, { days, whole }: Counted): boolean {
  const cost = days.reduce((sum, day) => sum + costOf(sources[0], day), takenBy(whole.lines))
  return terms.every(
    ({ approval, automaticUpTo }) =>
      approval?.length === 0 || (automaticUpTo !== null && cost <= exactFrom(automaticUpTo)),
  )
}

/** The terms of the policies that are drawn on, in the order in which they are. */
function termsDrawn(drawn: readonly Drawn[], sources: Sources, { span }: Asked): readonly RequestTerms[] {
  return [...new Set(drawn.map(({ policy }) => policy))].flatMap((policy) =>
    sources.filter(({ account }) => account.policy === policy).map(({ history }) => termsOn(history, span.from)),
  )
}

function lineOf(
  order: AnyOrder,
  { entity, status, line }: { readonly entity: string; readonly status: Held['status']; readonly line: Drawn },
): AskedLine {
  const { policy, date, amount, portion } = line
  return {
    ...lineAbout(order),
    type: status === 'approved' ? 'consumption' : 'pending',
    entity,
    policy,
    amount,
    effectiveOn: date,
    portion,
  }
}
