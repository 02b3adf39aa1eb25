import { randomBytes } from 'node:crypto'
import { type ClientBase, DatabaseError, type Pool } from 'pg'
import type { Granted, Principal } from '../access/principal.ts'
import { query, type RowOf, run } from '../db/statement.ts'
import { inTransaction } from '../db/transaction.ts'
import { cursorsOf, type Page, pageOf } from '../ledger/read/cursor.ts'
import type { Seals } from '../secrets/seals.ts'
import { grantedEntities, grantsWhere } from './granted-entities.ts'
import { HAS_LOGIN_ENDED, LOCK_FOR_SIGN_IN } from './issuers/ended-logins.sql.ts'
import { MOST_REMEMBERED, Recent } from './recent.ts'
import { isSessionToken, type SessionToken, signToken, verifyToken } from './session-token.ts'
import {
  DELETE_OLD_SESSIONS,
  END_SESSION,
  END_SESSIONS,
  FIND_SESSION,
  FIND_SESSIONS,
  INSERT_SESSION,
  LIST_SESSIONS,
  USE_SESSION,
} from './sessions.sql.ts'
import { SigningKeys } from './signing-keys.ts'

/** A session as it is shown: never with its token. */
export interface UserSession {
  readonly id: string
  /** Where it was begun from, and with what. */
  readonly address: string | null
  readonly userAgent: string | null
  readonly startedAt: string
  /** To within a minute. */
  readonly lastUsedAt: string
  readonly expiresAt: string
}

/** Somebody whom a login server knows. */
export interface OfLogin {
  /** No user's id. */
  readonly subject: string
  /** What they may do until it ends; with a `login`, where the books have their entity then. */
  readonly grants: readonly Granted[]
  readonly login?: Login
}

/** Where somebody signed in. */
interface Login {
  readonly issuer: string
  /** What that is called there; null: it does not say. */
  readonly sid: string | null
  /** When they began to be signed in here, by the clock of the database: what has ended since then does not begin. */
  readonly since: Date
}

export interface SessionAsked {
  /**
   * Whose it is to be: a user, whose grants are looked up with the session; or somebody whom a login server knows, under a
   * name that is no user's id, with what they may do until it ends.
   */
  readonly of: { readonly user: string } | OfLogin
  readonly address: string | null
  readonly userAgent: string | null
}

export interface NewSession {
  readonly id: string
  /** Kept nowhere. */
  readonly token: string
  readonly expiresAt: string
}

/** What is kept of a user agent. */
const MOST_USER_AGENT = 256

/** Sessions that are looked up at once, of those in which streams are open. */
const SESSIONS_AT_ONCE = 1_000

/** Which sessions are taken: those that could begin today. */
interface Taken {
  /** The login servers of the configuration. */
  readonly issuers?: readonly string[]
  /** Whether anybody signs in by a password; so unless given. */
  readonly passwords?: boolean
}

/** Sessions of people: begun, recognised by their tokens, listed and ended. */
export class Sessions {
  readonly keys: SigningKeys
  readonly #db: Pool
  readonly #issuers: ReadonlySet<string>
  readonly #byPassword: boolean
  readonly #recent: Recent<Principal>
  /** What was signed stays so: to check a signature costs more than all the rest. */
  readonly #verified = new Map<string, SessionToken>()

  /**
   * @param db may write, each statement a commit
   * @param seals what signing keys are encrypted with; undefined: each process has its own
   * @param onError of what is done beside calls
   */
  constructor(db: Pool, seals: Seals | undefined, onError: (error: Error) => void, taken: Taken = {}) {
    this.#db = db
    this.#issuers = new Set(taken.issuers)
    this.#byPassword = taken.passwords ?? true
    this.keys = new SigningKeys(db, seals)
    this.#recent = new Recent(async (id) => {
      const [row] = await query(db, FIND_SESSION, [id])
      if (row === undefined || !this.#isTaken(row)) return undefined
      run(db, USE_SESSION, [id]).catch(onError)
      return principalOf(row)
    }, onError)
  }

  /**
   * Begins one. It ends by itself 30 minutes after its last use, and 12 hours after it began.
   * @returns undefined where there is no such user, or the login has ended meanwhile
   */
  async open({ of, address, userAgent }: SessionAsked): Promise<NewSession | undefined> {
    const id = randomBytes(16).toString('hex')
    const [user, subject, grants] = 'user' in of ? [of.user, of.user, null] : [null, of.subject, of.grants]
    const login = 'login' in of ? of.login : undefined
    const granted =
      grants === null ? ([null, null] as const) : ([JSON.stringify(grants), grantedEntities(grants)] as const)
    await run(this.#db, DELETE_OLD_SESSIONS, [])
    const agent = userAgent?.slice(0, MOST_USER_AGENT) ?? null
    const insert = (db: Pool | ClientBase) =>
      query(db, INSERT_SESSION, [id, user, subject, ...granted, address, agent, login?.issuer, login?.sid] as const)
    const rows =
      login === undefined
        ? await unlessNobody(insert(this.#db))
        : await unlessEnded(this.#db, { ...login, subject }, insert)
    if (rows === undefined) return undefined
    const { expires_at } = rows[0]!
    const token = await signToken(this.keys, { session: id, subject, expiresAt: expires_at.getTime() / 1_000 })
    return { id, token, expiresAt: expires_at.toISOString() }
  }

  /**
   * Whose token it is. A promise only where it has to be looked up.
   * @returns undefined where it is not one of ours, or its session has ended
   */
  holderOf(token: string): Principal | undefined | Promise<Principal | undefined> {
    const known = this.#verified.get(token)
    if (known !== undefined) return this.#holderIn(known)
    if (!isSessionToken(token)) return undefined
    return verifyToken(this.keys, token).then((verified) => {
      if (verified === undefined) return undefined
      if (this.#verified.size >= MOST_REMEMBERED) this.#verified.clear()
      this.#verified.set(token, verified)
      return this.#holderIn(verified)
    })
  }

  /**
   * Who some people in sessions are now, looked up at once for all of them.
   * @returns by `credential`; those whose session has ended are missing
   */
  async again(people: readonly Principal[]): Promise<ReadonlyMap<string, Principal>> {
    const ids = [...new Set(people.flatMap(({ session }) => session ?? []))]
    const found = new Map<string, Principal>()
    for (let first = 0; first < ids.length; first += SESSIONS_AT_ONCE) {
      const rows = await query(this.#db, FIND_SESSIONS, [ids.slice(first, first + SESSIONS_AT_ONCE)])
      for (const principal of rows.filter((row) => this.#isTaken(row)).map(principalOf))
        found.set(principal.credential, principal)
    }
    return found
  }

  /**
   * Those of somebody that have not ended, by id.
   * @throws BadCursor
   */
  async list(
    subject: string,
    { cursor, limit }: { readonly cursor: string | undefined; readonly limit: number },
  ): Promise<Page<UserSession>> {
    const cursors = cursorsOf('sessions', [subject], ['id'])
    const [after = ''] = cursors.parse(cursor) ?? []
    const rows = await query(this.#db, LIST_SESSIONS, [subject, after, limit + 1])
    return pageOf(rows, limit, { item: sessionOf, cursor: (row) => cursors.after([row.session_id]) })
  }

  /** @returns whether somebody had one of this id */
  async end(subject: string, id: string): Promise<boolean> {
    const ended = await query(this.#db, END_SESSION, [id, subject])
    this.#recent.forget(id)
    return ended.length > 0
  }

  /** All of somebody. */
  async endAll(subject: string): Promise<void> {
    for (const { session_id } of await query(this.#db, END_SESSIONS, [subject])) this.#recent.forget(session_id)
  }

  /** Of sessions that were ended otherwise than by this. */
  forget(ids: readonly string[]): void {
    for (const id of ids) this.#recent.forget(id)
  }

  /** A login server that is taken out of the configuration lets nobody in any more; passwords that are switched off, neither. */
  #isTaken({ issuer }: RowOf<typeof FIND_SESSION>): boolean {
    return issuer === null ? this.#byPassword : this.#issuers.has(issuer)
  }

  #holderIn({ session, subject, expiresAt }: SessionToken): Principal | undefined | Promise<Principal | undefined> {
    if (Date.now() >= expiresAt * 1_000) return undefined
    const found = this.#recent.of(session)
    const isTheirs = (holder: Principal | undefined): Principal | undefined =>
      holder?.id === subject ? holder : undefined
    return found instanceof Promise ? found.then(isTheirs) : isTheirs(found)
  }
}

/** @returns undefined where there is no such user (any more) */
async function unlessNobody<T>(writing: Promise<T>): Promise<T | undefined> {
  try {
    return await writing
  } catch (error) {
    if (error instanceof DatabaseError && error.constraint === 'sessions_user_id_fkey') return undefined
    throw error
  }
}

/** @returns undefined where the login has ended since somebody began to come back from it */
function unlessEnded<T>(
  db: Pool,
  { issuer, sid, subject, since }: Login & { readonly subject: string },
  begin: (tx: ClientBase) => Promise<T>,
): Promise<T | undefined> {
  return inTransaction(db, async (tx) => {
    await query(tx, LOCK_FOR_SIGN_IN, [])
    const [found] = await query(tx, HAS_LOGIN_ENDED, [issuer, sid, subject, since])
    return found!.ended ? undefined : begin(tx)
  })
}

function credentialOf(session: string): string {
  return `session:${session}`
}

function principalOf(row: RowOf<typeof FIND_SESSION>): Principal {
  const grants = JSON.parse(row.grants) as Granted[]
  return {
    kind: 'user',
    id: row.subject,
    grants: row.issuer === null ? grants : grantsWhere(grants, row.present),
    credential: credentialOf(row.session_id),
    expiresAt: row.expires_at.toISOString(),
    session: row.session_id,
  }
}

function sessionOf(row: RowOf<typeof LIST_SESSIONS>): UserSession {
  return {
    id: row.session_id,
    address: row.address,
    userAgent: row.user_agent,
    startedAt: row.started_at.toISOString(),
    lastUsedAt: row.last_used_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  }
}
