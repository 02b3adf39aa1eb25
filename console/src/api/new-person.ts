import { type Daybook, must, Refused, type Schema } from '@daybook/client'

export interface NewPerson {
  readonly book: string
  readonly entity: string
  readonly body: Schema<'EntityDefinition'>
}

/** Whoever is added is known already; adding them would replace all that is said of them. */
export class AlreadyThere extends Error {
  override readonly name = 'AlreadyThere'
  readonly entity: string

  constructor(entity: string) {
    super(`${entity} is there already`)
    this.entity = entity
  }
}

/**
 * Adds somebody, or says what a dry run of it says.
 * @throws AlreadyThere where somebody has the id, and nothing is recorded
 */
export async function addPerson(
  daybook: Daybook,
  { book, entity, body }: NewPerson,
  { dryRun = false } = {},
): Promise<Schema<'DefinedEntity'>> {
  if ((await knownPerson(daybook, book, entity)) !== undefined) throw new AlreadyThere(entity)
  return definePerson(daybook, { book, entity, body }, { dryRun })
}

/** Adds somebody who may have been added by the same words before, with no answer to it. */
export async function addPersonAgain(daybook: Daybook, { book, entity, body }: NewPerson): Promise<void> {
  const known = await knownPerson(daybook, book, entity)
  if (known === undefined) await definePerson(daybook, { book, entity, body }, { dryRun: false })
  else if (!isSaidOf(known, body)) throw new AlreadyThere(entity)
}

async function definePerson(
  daybook: Daybook,
  { book, entity, body }: NewPerson,
  { dryRun }: { readonly dryRun: boolean },
): Promise<Schema<'DefinedEntity'>> {
  const params = {
    path: { book, entity },
    // The same for whatever is said of the id: whoever sends again, or from two windows, adds one person.
    header: { 'Idempotency-Key': `new-person:${entity}` },
    ...(dryRun ? { query: { dryRun } } : {}),
  }
  return must(daybook.PUT('/v1/books/{book}/entities/{entity}', { params, body })).catch((error: unknown) => {
    throw error instanceof Refused && error.problem.code === 'idempotency-key-reused' ? new AlreadyThere(entity) : error
  })
}

async function knownPerson(daybook: Daybook, book: string, entity: string): Promise<Schema<'Entity'> | undefined> {
  return must(daybook.GET('/v1/books/{book}/entities/{entity}', { params: { path: { book, entity } } })).catch(
    (error: unknown) => {
      if (error instanceof Refused && error.problem.status === 404) return undefined
      throw error
    },
  )
}

function isSaidOf(known: Schema<'Entity'>, { metadata: _metadata, ...said }: Schema<'EntityDefinition'>): boolean {
  const { kind, department, manager, hiredOn, leftOn, calendar, name, email, personnelNumber } = known
  const members = { kind, department, manager, hiredOn, leftOn, calendar, name, email, personnelNumber }
  const names = Object.keys(members) as (keyof typeof members)[]
  return names.every((member) => (members[member] ?? null) === (said[member] ?? null))
}
