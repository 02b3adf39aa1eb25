import { inUnits } from '../in-words.ts'
import type { Rounding } from '../terms.ts'
import type { ExplainedTerms } from './explained-terms.ts'

/** How what is earned is rounded. */
export function roundingInWords({ earning, scale, unit }: ExplainedTerms): string[] {
  const rounding = earning?.rounding
  const decimals = scale === 1 ? '1 decimal' : `${scale} decimals`
  if (rounding === undefined) {
    return [`The running total is rounded to ${decimals}, halves to the even one: no fraction is ever lost.`]
  }
  const steps = stepsInWords(rounding, unit)
  switch (rounding.of) {
    case 'posting':
      return [`Each posting is rounded ${steps}.`]
    case 'running-total':
      return [`The running total is rounded ${steps}: no fraction is ever lost.`]
    case 'year':
      return [`The last posting of a leave year rounds the sum of the year ${steps}; those before it have ${decimals}.`]
  }
}

/** `up to a multiple of 0.5 days`. */
export function stepsInWords({ step, mode }: Pick<Rounding, 'mode' | 'step'>, unit: string): string {
  const multiple = `multiple of ${inUnits(step, unit)}`
  switch (mode) {
    case 'up':
    case 'down':
      return `${mode} to a ${multiple}`
    case 'nearest':
      return `to the nearest ${multiple}, halves away from zero`
    case 'half-even':
      return `to the nearest ${multiple}, halves to the even one`
    case 'up-from-half':
      return `up to a ${multiple} from half of one on, and smaller fractions stay as they are`
  }
}
