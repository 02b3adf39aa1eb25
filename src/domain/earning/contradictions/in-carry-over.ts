import { exactFrom } from '../../exact.ts'
import type { CarryOverTerms } from '../terms.ts'
import type { Contradiction } from './contradiction.ts'
import { inRounding } from './in-rounding.ts'

/** @param at the pointer to the terms */
export function* inCarryOver(
  terms: CarryOverTerms,
  { at, scale }: { readonly at: string; readonly scale: number },
): Generator<Contradiction> {
  const { keep = 'all', rounding, validFor, validUntil, neverLapses, needsNotice } = terms
  if (rounding !== undefined) yield* inRounding(rounding, { at: `${at}/rounding`, scale })
  if (validFor !== undefined && validUntil !== undefined) {
    yield { pointer: `${at}/validUntil`, message: 'must not be said with validFor: keep one of them' }
  }
  if (keep === 'none') {
    yield* aboutNothing(terms, at)
    return
  }
  if (neverLapses !== undefined && typeof keep === 'object' && exactFrom(neverLapses) > exactFrom(keep.upTo)) {
    yield {
      pointer: `${at}/neverLapses`,
      message: `must be at most "${keep.upTo}", which is all that is kept: say that or less, or a higher upTo`,
    }
  }
  if (validFor !== undefined || validUntil !== undefined) return
  if (neverLapses !== undefined) {
    yield {
      pointer: `${at}/neverLapses`,
      message: 'must be left out where nothing lapses; or say when the rest does, such as validUntil: "03-31"',
    }
  }
  if (needsNotice === true && keep === 'all') {
    yield {
      pointer: `${at}/needsNotice`,
      message: 'must be left out where nothing lapses; or say when it does, such as validUntil: "03-31"',
    }
  }
}

/** What is said of what is kept, where nothing is. */
function* aboutNothing(terms: CarryOverTerms, at: string): Generator<Contradiction> {
  for (const name of ['rounding', 'validFor', 'validUntil', 'neverLapses'] as const) {
    if (terms[name] === undefined) continue
    yield {
      pointer: `${at}/${name}`,
      message: 'must be left out where nothing is kept; or say what is: keep: "all", or {"upTo": "5"}',
    }
  }
}
