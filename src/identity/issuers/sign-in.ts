import { hash } from 'node:crypto'
import type { Pool } from 'pg'
import { query } from '../../db/statement.ts'
import { inTransaction } from '../../db/transaction.ts'
import { grantedEntities } from '../granted-entities.ts'
import type { NewSession, Sessions } from '../sessions.ts'
import { possibleGrants } from './claims.ts'
import { ConsoleClient } from './console.ts'
import { END_SESSIONS_OF_LOGIN, LOCK_FOR_LOGOUT } from './ended-logins.sql.ts'
import { readLogout } from './logout.ts'
import type { RoundTrip } from './round-trip.ts'
import { ROUND_TRIP_SECONDS, readRoundTrip, signRoundTrip } from './round-trip.ts'
import { SignInRefused } from './sign-in-refused.ts'
import { SPEND } from './spent.sql.ts'
import type { LoginServer } from './verified-claims.ts'

export interface SignInsOptions {
  /** May write, each statement a commit. */
  readonly db: Pool
  readonly sessions: Sessions
}

/** What a sign-in begins with. */
export interface Begun {
  /** Where the browser goes now. */
  readonly url: string
  /** What it brings back: nobody else may finish what it began. */
  readonly roundTrip: string
}

export interface Returned {
  /** What the browser was given to bring back. */
  readonly roundTrip: string | undefined
  /** What the login server sent it back with. */
  readonly answer: URLSearchParams
  readonly address: string | null
  readonly userAgent: string | null
}

/** Whoever came back and is signed in. */
export interface SignedIn extends NewSession {
  readonly subject: string
  /** Who they are, or would be, in which book: as `grantedEntities` says it. */
  readonly entities: readonly string[]
}

/** A logout token is not taken. What it says is for the log. */
export class LogoutRefused extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'LogoutRefused'
  }
}

/** People sign in at the login servers of the configuration, for the console; and are signed out by these. */
export class SignIns {
  readonly #clients: readonly (ConsoleClient | undefined)[]
  readonly #options: SignInsOptions

  /** @param servers in the order of the configuration, by which they are asked for */
  constructor(servers: readonly LoginServer[], options: SignInsOptions) {
    this.#options = options
    this.#clients = servers
      .map((server) => server.issuer.client && new ConsoleClient(server, server.issuer.client))
      .map((client) => client ?? undefined)
  }

  /** Those at which people sign in, by their numbers. */
  get servers(): readonly { readonly n: string; readonly issuer: string }[] {
    return this.#clients.flatMap((client, number) =>
      client === undefined ? [] : [{ n: String(number), issuer: client.server.issuer.issuer }],
    )
  }

  /**
   * @param redirectUri where the login server sends the browser back to
   * @returns undefined where nobody signs in at a login server of this number
   * @throws LoginServerAway
   */
  async begin(number: number, redirectUri: string): Promise<Begun | undefined> {
    const { sessions } = this.#options
    const client = this.#clients[number]
    if (client === undefined) return undefined
    const { url, roundTrip } = await client.begin(redirectUri)
    return { url, roundTrip: await signRoundTrip(sessions.keys, roundTrip) }
  }

  /**
   * @returns undefined where nobody signs in at a login server of this number
   * @throws SignInRefused, LoginServerAway
   */
  async finish(number: number, { roundTrip: text, answer, ...from }: Returned): Promise<SignedIn | undefined> {
    const { sessions } = this.#options
    const client = this.#clients[number]
    if (client === undefined) return undefined
    const { issuer } = client.server.issuer
    const { roundTrip, since } = await this.#broughtBack(text, answer, issuer)
    const { holder, sid } = await client.finish(answer, roundTrip)
    const grants = possibleGrants(holder)
    const session = await sessions.open({ of: { subject: holder.id, grants, login: { issuer, sid, since } }, ...from })
    if (session === undefined) throw new SignInRefused('login-server', 'the login has ended meanwhile')
    return { ...session, subject: holder.id, entities: grantedEntities(grants) }
  }

  /**
   * Ends the sessions of the logins that a logout token names, on every process within a second.
   * @returns the ids of those; undefined where nobody signs in at a login server of this number
   * @throws LogoutRefused
   */
  async endSessionsOfLogin(number: number, token: string): Promise<readonly string[] | undefined> {
    const { db, sessions } = this.#options
    const client = this.#clients[number]
    if (client === undefined) return undefined
    const { issuer } = client.server.issuer
    const logout = await readLogout(token, client.server, client.client).catch((error: unknown) => {
      throw new LogoutRefused((error as Error).message)
    })
    const { id, sid, subject, secondsLeft } = logout
    const digest = digestOf('logout', issuer, id)
    const { is_new, ended } = await inTransaction(db, async (tx) => {
      await query(tx, LOCK_FOR_LOGOUT, [])
      const [row] = await query(tx, END_SESSIONS_OF_LOGIN, [digest, secondsLeft, issuer, sid, subject])
      return row!
    })
    if (!is_new) throw new LogoutRefused('it was used before')
    sessions.forget(ended)
    return ended
  }

  /** @returns with the moment from which on it cannot be brought back again @throws SignInRefused */
  async #broughtBack(
    text: string | undefined,
    answer: URLSearchParams,
    issuer: string,
  ): Promise<{ readonly roundTrip: RoundTrip; readonly since: Date }> {
    const { db, sessions } = this.#options
    const roundTrip = text === undefined ? undefined : await readRoundTrip(sessions.keys, text)
    if (roundTrip === undefined)
      throw new SignInRefused('round-trip', 'the browser brings nothing back that is in time')
    const { state } = roundTrip
    if (roundTrip.issuer !== issuer) throw new SignInRefused('round-trip', 'it was begun at another login server')
    // Nothing is used up by what somebody else has a browser bring.
    if (answer.get('state') !== state) throw new SignInRefused('round-trip', 'the state is that of another round trip')
    const [spent] = await query(db, SPEND, [digestOf('state', issuer, state), ROUND_TRIP_SECONDS])
    if (spent === undefined) throw new SignInRefused('round-trip', 'the state was used before')
    return { roundTrip, since: spent.spent_at }
  }
}

function digestOf(purpose: string, issuer: string, name: string): Buffer {
  return hash('sha256', [purpose, issuer, name].join('\0'), 'buffer')
}
