import { readServerFacts, type ServerFacts } from './server-facts.ts'

/** Why a server or a database cannot be used: what was found, and what to do about it. */
export interface UnfitBecause {
  readonly says: string
  readonly advice: string
  /** Whether it may pass by itself. */
  readonly mends?: boolean
}

/** The service cannot work with what it was pointed at. The message is for the person who pointed it there. */
export class Unfit extends Error {
  readonly says: string
  readonly advice: string
  readonly mends: boolean

  constructor({ says, advice, mends = false }: UnfitBecause, options?: ErrorOptions) {
    super(`${says}. ${advice}`, options)
    this.name = 'Unfit'
    this.says = says
    this.advice = advice
    this.mends = mends
  }
}

const OLDEST_VERSION = 15

/** What keeps a server from being read from, as a replica is. */
export function unfitToRead({ major, version, pooling }: ServerFacts): readonly UnfitBecause[] {
  const found: UnfitBecause[] = []
  if (major < OLDEST_VERSION) {
    const says = `it is PostgreSQL ${version}, older than ${OLDEST_VERSION}`
    found.push({ says, advice: 'Upgrade it, or use another.' })
  }
  if (pooling === 'transaction') {
    found.push({
      says: 'a pooler in front of it gives each transaction another session',
      advice:
        'Daybook has its role, its settings and its prepared statements in a session: set pool_mode = session there, or ' +
        'name the PostgreSQL itself.',
    })
  }
  return found
}

/** What keeps a database from being the one of the service. */
export function unfitToWrite(facts: ServerFacts): readonly UnfitBecause[] {
  const { standby, reads_only, database, encoding } = facts
  const found = [...unfitToRead(facts)]
  if (standby) {
    const says = 'it is a standby, and cannot be written to'
    found.push({
      says,
      advice: 'Point DATABASE_URL at the primary; a standby belongs into DATABASE_REPLICA_URL.',
      mends: true,
    })
  } else if (reads_only) {
    found.push({
      says: 'default_transaction_read_only is on, so nothing can be written',
      advice:
        'Switch it off where it was set: for the server, the database or the role. Some providers set it when the disk ' +
        'is full.',
    })
  }
  if (encoding !== 'UTF8') {
    found.push({
      says: `the database ${database} has the encoding ${encoding}, which cannot hold every text`,
      advice: `Make one that can: create database … encoding 'UTF8' template template0`,
    })
  }
  return found
}

/**
 * Looks at a database before anything is done there.
 * @throws Unfit with the first reason, where it cannot be the service's
 */
export async function requireFit(url: string): Promise<void> {
  refuse(unfitToWrite(await readServerFacts(url)))
}

/** @throws Unfit where nothing can be read from it */
export async function requireFitReplica(url: string): Promise<void> {
  refuse(unfitToRead(await readServerFacts(url)))
}

function refuse([first]: readonly UnfitBecause[]): void {
  if (first !== undefined) throw new Unfit(first)
}
