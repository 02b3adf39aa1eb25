/** Whose data somebody may touch in a book: everybody's, or that of these entities. */
export type Reach = 'everybody' | readonly string[]

/** Who reads in a book, and whose data. */
export interface Reader {
  readonly reach: Reach
  /** Who of the book they are. */
  readonly entities: readonly string[]
  /** Resources of which they know what is their own, and what they have to decide; none, unless given. */
  readonly hidden?: readonly string[]
}

/** Whether a reader knows what somebody has of a resource. */
export function knowsOf(
  { entities, hidden = [] }: Pick<Reader, 'entities' | 'hidden'>,
  { entity, resource }: { readonly entity: string; readonly resource: string },
): boolean {
  return !hidden.includes(resource) || entities.includes(entity)
}

/** Whose data a read is about; of all kinds, unless it is for a reader from whom some are hidden. */
export type ReadFor = Pick<Reader, 'reach'> & Partial<Omit<Reader, 'reach'>>

/** What a read leaves out of what is within reach: these resources, but of those whom the reader is. */
export interface LeftOut {
  readonly hidden?: readonly string[] | undefined
  readonly own?: readonly string[] | undefined
}

/**
 * What a read leaves out, as a condition of its own.
 * @param asked the only entity that the read is about
 * @returns nothing where there is no such condition: no kind is hidden, or the read is about whom the reader is
 */
export function leftOut({ entities = [], hidden = [] }: Partial<Reader>, asked?: string): LeftOut {
  const isAllKnown = hidden.length === 0 || (asked !== undefined && entities.includes(asked))
  return isAllKnown ? {} : { hidden, own: entities }
}

/**
 * The entities among which a read has to look, as a condition of its own.
 * @param asked the only entity that the read is about
 * @returns undefined where there is no such condition: all are within reach, or the one that is asked about is
 */
export function amongThese(reach: Reach, asked?: string): readonly string[] | undefined {
  if (reach === 'everybody') return undefined
  return asked !== undefined && reach.includes(asked) ? undefined : reach
}
