import { inUnits, monthDayInWords } from '../in-words.ts'
import { spellLength } from '../length-in-days.ts'
import type { CarryOverTerms } from '../terms.ts'
import type { ExplainedTerms } from './explained-terms.ts'
import { stepsInWords } from './rounding-in-words.ts'

/** What becomes of the balance of a policy when a year ends. */
export function carryOverInWords({ carryOver, earning, unit }: ExplainedTerms): string[] {
  if (carryOver !== undefined) return ofTerms(carryOver, unit)
  return earning === undefined ? [] : ['What is left at the end of a leave year stays.']
}

/** @returns sentences about the terms of a policy or of one of its levels */
export function ofTerms(terms: CarryOverTerms, unit: string): string[] {
  const { rounding } = terms
  return [
    `${dayOf(terms)} ${keptOf(terms, unit)}.`,
    ...(rounding === undefined ? [] : [`What is kept is rounded ${stepsInWords(rounding, unit)}.`]),
    ...lapseOf(terms, unit),
    ...noticeOf(terms),
  ]
}

function dayOf({ on = 'year' }: CarryOverTerms): string {
  switch (on) {
    case 'year':
      return 'On the first day of a leave year'
    case 'anniversary':
      return 'On the anniversary of the first day of service'
    default:
      return `On ${monthDayInWords(on)} of every year`
  }
}

function keptOf({ keep = 'all' }: CarryOverTerms, unit: string): string {
  if (keep === 'all') return 'all that is left is carried over'
  if (keep === 'none') return 'nothing is carried over: what is left is cut off'
  return `what is left is carried over up to ${inUnits(keep.upTo, unit)}, and the rest is cut off`
}

function lapseOf({ validFor, validUntil, neverLapses }: CarryOverTerms, unit: string): string[] {
  const never = neverLapses === undefined ? '' : `, except for ${inUnits(neverLapses, unit)} of it`
  if (validFor !== undefined) return [`What was carried lapses after ${spellLength(validFor)}${never}.`]
  if (validUntil !== undefined)
    return [`What was carried may be taken until ${monthDayInWords(validUntil)} and then lapses${never}.`]
  return []
}

function noticeOf({ needsNotice = false, keep = 'all', validFor, validUntil }: CarryOverTerms): string[] {
  if (!needsNotice) return []
  const isCut = keep !== 'all'
  const lapses = validFor !== undefined || validUntil !== undefined
  const what = [...(isCut ? ['is cut off'] : []), ...(lapses || !isCut ? ['lapses'] : [])].join(' or ')
  return [
    `Nothing ${what} of a year unless its notice was given while enough working days were left to take it all; after a later notice it is gone on the next carry-over day.`,
  ]
}
