import type { TProperties } from 'typebox'

/** What is said of a problem, whenever it occurs. */
export interface CatalogueEntry {
  readonly status: number
  /** The same for every occurrence. */
  readonly title: string
  /** When it happens and what a caller can do, for the page of the problem. */
  readonly description: string
  /** Members besides those of every problem. */
  readonly members: TProperties
}
