import type { ClientBase } from 'pg'
import { CURRENT_USER, READ_SESSION, SET_SESSION } from './session.sql.ts'
import { socketOf } from './socket.ts'
import { query } from './statement.ts'

/** What a connection is before its first statement. */
export interface Session {
  /** Whom it acts as; the role of its URL must be a member. */
  readonly role?: string
  /** Such as `{ plan_cache_mode: 'force_generic_plan' }`. */
  readonly settings?: Readonly<Record<string, string | number>>
}

/**
 * How the server prints values and reads texts, whatever the role or the database has set: statements print days into what
 * is hashed, and parsers read what comes.
 */
const PRINTING = {
  DateStyle: 'ISO,YMD',
  IntervalStyle: 'postgres',
  bytea_output: 'hex',
  extra_float_digits: 1,
  standard_conforming_strings: 'on',
}

/** The role or a setting was not there any more when the next statement looked. */
export class SessionNotKept extends Error {
  constructor(what: string) {
    super(`A connection to the database does not keep what it was set to: ${what}. ${WHAT_IT_NEEDS}`)
    this.name = 'SessionNotKept'
  }
}

/** What to do about a pooler that gives every transaction another session. */
export const WHAT_IT_NEEDS =
  'Between Daybook and PostgreSQL there may be a pooler, if it gives each client a session of its own: set its ' +
  'pool_mode = session, or name the PostgreSQL itself.'

/**
 * Gives a new connection its role and settings, and looks whether they are there in the next statement. They are set by
 * statements: a pooler refuses, or drops without a word, what the start-up message says of them.
 * @param patienceMs after which the connection is broken off
 * @throws SessionNotKept; and what the server says where the role of the connection's URL may not act in `role`
 */
export async function beginSession(client: ClientBase, session: Session, patienceMs: number): Promise<void> {
  const tired = setTimeout(() => socketOf(client).destroy(), patienceMs)
  try {
    await setAndCompare(client, session)
  } finally {
    clearTimeout(tired)
  }
}

async function setAndCompare(client: ClientBase, { role, settings }: Session): Promise<void> {
  const wanted = { ...PRINTING, ...settings, ...(role === undefined ? {} : { role }) }
  const names = Object.keys(wanted)
  const set = await query(client, SET_SESSION, [names, Object.values(wanted).map(String)])
  // Another round trip: in the same one, a pooler that shares sessions would still have the same one.
  const [kept, [user]] = await Promise.all([query(client, READ_SESSION, [names]), query(client, CURRENT_USER, [])])
  const found = new Map(kept.map(({ name, value }) => [name, value]))
  for (const { name, value } of set) {
    if (found.get(name) !== value) throw new SessionNotKept(`${name} is ${said(found.get(name))}, and not ${value}`)
  }
  if (role !== undefined && user!.name !== role) {
    throw new SessionNotKept(`it acts as ${user!.name}, and not as ${role}`)
  }
}

function said(value: string | undefined): string {
  return value === undefined || value === '' ? 'not set' : value
}
