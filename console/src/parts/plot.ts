import { csvText } from './csv-text.ts'

/** Quantities by group and series: what is drawn, shown as a table and saved. */
export interface Plot {
  readonly title: string
  /** What the groups are: months, departments, people. */
  readonly of: string
  readonly groups: readonly string[]
  /** The same groups where a drawing has little place, what matters first: the end may be cut off. */
  readonly short?: readonly string[]
  readonly series: readonly Series[]
}

export interface Series {
  readonly name: string
  /** One of each group, as decimal texts. */
  readonly values: readonly string[]
}

/** Colours differ enough for so many. */
const MOST_DRAWN = 6

/** The largest series, in their order; all of them are in the table. */
export function drawnOf({ series }: Plot): readonly Series[] {
  const size = ({ values }: Series) => values.reduce((sum, value) => sum + Math.abs(Number(value)), 0)
  const largest = new Set(series.toSorted((a, b) => size(b) - size(a)).slice(0, MOST_DRAWN))
  return series.filter((one) => largest.has(one))
}

/** The same as a table, to be saved. */
export function csvOf({ of, groups, series }: Plot): string {
  const rows = groups.map((group, at) => [group, ...series.map(({ values }) => values[at] ?? '')])
  return csvText([[of, ...series.map(({ name }) => name)], ...rows])
}

/** Round numbers between the lowest and the highest value, zero among them: seven at most. */
export function ticksOf(values: readonly number[]): readonly number[] {
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)]
  const rough = (high - low || 1) / 4
  const power = 10 ** Math.floor(Math.log10(rough))
  const round = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? rough
  // Of what is counted there are no halves.
  const step = values.every(Number.isInteger) ? Math.max(1, round) : round
  const [first, last] = [Math.floor(low / step), Math.max(1, Math.ceil(high / step))]
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)))
}
