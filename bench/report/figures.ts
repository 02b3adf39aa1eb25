import type { Cores } from '../processes/cores.ts'
import type { Unit } from './result.ts'
import { highest, lowest, median } from './statistics.ts'

/** `9,120 (8,800–9,400)`: median, lowest and highest. */
export function spread(values: readonly number[], print: (value: number) => string = whole): string {
  if (values.length === 0) return ''
  const middle = print(median(values))
  if (values.length === 1) return middle
  return `${middle} (${print(lowest(values))}–${print(highest(values))})`
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString('en')
}

/** Three digits that mean something. */
export function brief(value: number): string {
  if (!Number.isFinite(value)) return '–'
  if (Math.abs(value) >= 100) return whole(value)
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2)
}

export function withUnit(value: number, unit: Unit): string {
  if (unit === '') return brief(value)
  return unit === '×' ? `${brief(value)} ×` : `${brief(value)} ${unit}`
}

/** Processors that each part kept busy, medians: service, PostgreSQL, generator, everything else on the machine. */
export function share(cores: readonly Cores[]): string {
  const of = (part: keyof Cores) => {
    const known = cores.map((one) => one[part]).filter((value) => value !== undefined)
    return known.length === 0 ? '–' : median(known).toFixed(2)
  }
  return `${of('service')} / ${of('postgres')} / ${of('generator')} / ${of('others')}`
}
