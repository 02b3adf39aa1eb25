import { toMinor } from '../../quantity.ts'
import type { Contradiction } from './contradiction.ts'

/** @param at the pointer to the terms */
export function* inRounding(
  { step }: { readonly step: string },
  { at, scale }: { readonly at: string; readonly scale: number },
): Generator<Contradiction> {
  if (toMinor(step, scale) !== 'scale-exceeded') return
  const finest = scale === 0 ? '1' : `0.${'1'.padStart(scale, '0')}`
  const scaleOfStep = step.length - step.indexOf('.') - 1
  yield {
    pointer: `${at}/step`,
    message: `must not be finer than the policy’s scale of ${scale}: say "${finest}" or more, or a scale of ${scaleOfStep}`,
  }
}
