import type { PoolClient } from 'pg'
import { query, run } from '../../../db/statement.ts'
import type { FoundToErase } from '../../../domain/definition/erasure.ts'
import { PROFILE } from '../read-defined.sql.ts'
import { DELETE_PROFILE } from '../write-profile.sql.ts'
import {
  API_KEYS_OF_PERSON,
  AUDIT_OF_PERSON,
  BE_ERASER,
  BE_SERVICE,
  END_API_KEYS,
  END_FEEDS,
  END_USERS,
  ERASE_CLIENTS,
  ERASE_EVENTS,
  ERASE_SALTS,
  EVENTS_OF_PERSON,
  FEEDS_OF_PERSON,
  HOLD_AUDIT,
  KEYS_OF_PERSON,
  USERS_OF_PERSON,
} from './erasing.sql.ts'

/** Who is erased. */
export interface Erased {
  readonly book: string
  readonly entity: string
}

/** One kind of what is known of a person: how it is found, and how it goes. The head of the book is locked. */
interface Step<Found> {
  find(tx: PoolClient, person: Erased): Promise<readonly Found[]>
  /** Sends its statements before it first waits: they belong together. @param found at least one */
  erase(tx: PoolClient, person: Erased, found: readonly Found[]): Promise<unknown>
}

/** Positions of one statement. */
const CHUNK = 10_000

/** Everything that an erasure takes. Whatever else comes to be known of a person beside the record gets a step here. */
export const ERASURE_STEPS: {
  readonly [kind in keyof FoundToErase]: Step<FoundToErase[kind][number]>
} = {
  profile: {
    async find(tx, { book, entity }) {
      const [row] = await query(tx, PROFILE, [book, entity])
      return row === undefined ? [] : PROFILE_MEMBERS.filter((member) => row[member] !== null)
    },
    erase: (tx, { book, entity }) => run(tx, DELETE_PROFILE, [book, entity]),
  },
  events: {
    async find(tx, { book, entity }) {
      const rows = await query(tx, EVENTS_OF_PERSON, [book, entity])
      const positions = new Set(rows.map(({ position }) => position))
      return [...positions].toSorted((a, b) => a - b)
    },
    erase: (tx, { book }, positions) =>
      asEraser(tx, () => chunksOf(positions).map((chunk) => run(tx, ERASE_EVENTS, [book, chunk]))),
  },
  keys: {
    async find(tx, { book, entity }) {
      const rows = await query(tx, KEYS_OF_PERSON, [book, entity])
      return [...new Set(rows.map(({ key }) => key))].toSorted()
    },
    erase: (tx, { book }, keys) =>
      asEraser(tx, () => chunksOf(keys).map((chunk) => run(tx, ERASE_SALTS, [book, chunk]))),
  },
  feeds: {
    async find(tx, { book, entity }) {
      const rows = await query(tx, FEEDS_OF_PERSON, [book, entity])
      return rows.map(({ feed }) => feed).toSorted()
    },
    erase: (tx, { book }, feeds) => run(tx, END_FEEDS, [book, feeds]),
  },
  audit: {
    async find(tx, { book, entity }) {
      await query(tx, HOLD_AUDIT, [])
      const rows = await query(tx, AUDIT_OF_PERSON, [book, entity])
      return rows.map(({ entry }) => entry).toSorted((a, b) => a - b)
    },
    erase: (tx, _person, entries) =>
      asEraser(tx, () => chunksOf(entries).map((chunk) => run(tx, ERASE_CLIENTS, [chunk]))),
  },
  apiKeys: {
    async find(tx, { book, entity }) {
      const rows = await query(tx, API_KEYS_OF_PERSON, [book, entity])
      return rows.map(({ key }) => key).toSorted()
    },
    erase: (tx, _person, apiKeys) => run(tx, END_API_KEYS, [apiKeys]),
  },
  users: {
    async find(tx, { book, entity }) {
      const rows = await query(tx, USERS_OF_PERSON, [book, entity])
      return rows.map(({ user }) => user).toSorted()
    },
    erase: (tx, _person, users) => run(tx, END_USERS, [users]),
  },
}

const PROFILE_MEMBERS = ['name', 'email', 'personnelNumber', 'metadata'] as const

/** Sends statements in the role that may forget, and goes back to the one that may add. */
async function asEraser(tx: PoolClient, send: () => readonly Promise<unknown>[]): Promise<void> {
  await Promise.all([run(tx, BE_ERASER, []), ...send(), run(tx, BE_SERVICE, [])])
}

function chunksOf<T>(found: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(found.length / CHUNK) }, (_, at) => found.slice(at * CHUNK, (at + 1) * CHUNK))
}
