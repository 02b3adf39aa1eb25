import { hash, randomBytes } from 'node:crypto'
import { type ClientBase, DatabaseError, type Pool } from 'pg'
import type { Granted, Principal } from '../access/principal.ts'
import { query, type RowOf } from '../db/statement.ts'
import { cursorsOf, type Page, pageOf } from '../ledger/read/cursor.ts'
import { grantedEntities } from './granted-entities.ts'
import {
  CHANGE_USER,
  END_USER,
  FIND_INVITED,
  FIND_PASSWORD,
  INSERT_USER,
  INVITE_USER,
  LIST_USERS,
  READ_USER,
  TAKE_INVITATION,
} from './users.sql.ts'

/** A person who signs in here: never with the password. */
export interface User {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly grants: readonly Granted[]
  readonly createdAt: string
  /** `<kind>:<id>` */
  readonly createdBy: string
  readonly hasPassword: boolean
  /** Until when a password can be chosen by the last invitation; null: there is none that was not used. */
  readonly invitedUntil: string | null
  /** null: never. */
  readonly lastSignInAt: string | null
}

/** What can be said of a user. */
export interface UserAsked {
  readonly email: string
  readonly name: string
  readonly grants: readonly Granted[]
}

export interface Invited {
  readonly user: User
  /** Lets whoever has it choose the password, once. It is kept nowhere. undefined: nobody is invited. */
  readonly token: string | undefined
}

/** Who a user is, as they are told when they choose a password. */
type Somebody = RowOf<typeof FIND_INVITED>

/** Another user has the mail address. */
export class EmailTaken extends Error {
  constructor() {
    super('another user has the mail address')
    this.name = 'EmailTaken'
  }
}

/** @param invite whether the user is to choose a password @throws EmailTaken */
export async function createUser(
  db: Pool,
  { email, name, grants, createdBy, invite }: UserAsked & { readonly createdBy: string; readonly invite: boolean },
): Promise<Invited> {
  const id = randomBytes(8).toString('hex')
  const token = invite ? newToken() : undefined
  const digest = token === undefined ? null : digestOf(token)
  const values = [id, email, name, JSON.stringify(grants), grantedEntities(grants), createdBy, digest] as const
  const [row] = await query(db, INSERT_USER, [...values]).catch(unlessTaken)
  return { user: userOf(row!), token }
}

/**
 * All of them, by id.
 * @throws BadCursor
 */
export async function listUsers(
  db: Pool,
  { cursor, limit }: { readonly cursor: string | undefined; readonly limit: number },
): Promise<Page<User>> {
  const cursors = cursorsOf('users', [], ['id'])
  const [after = ''] = cursors.parse(cursor) ?? []
  const rows = await query(db, LIST_USERS, [after, limit + 1])
  return pageOf(rows, limit, { item: userOf, cursor: (row) => cursors.after([row.user_id]) })
}

export async function readUser(db: Pool, id: string): Promise<User | undefined> {
  const [row] = await query(db, READ_USER, [id])
  return row && userOf(row)
}

/** Who a user is now, when they are not there. */
export async function userOfId(db: Pool, id: string): Promise<Principal | undefined> {
  const user = await readUser(db, id)
  return user && { kind: 'user', id, credential: `user:${id}`, grants: user.grants, expiresAt: null }
}

/** @returns undefined where there is no such user @throws EmailTaken */
export async function changeUser(
  db: Pool | ClientBase,
  id: string,
  { email, name, grants }: UserAsked,
): Promise<User | undefined> {
  const values = [id, email, name, JSON.stringify(grants), grantedEntities(grants)] as const
  const [row] = await query(db, CHANGE_USER, [...values]).catch(unlessTaken)
  return row && userOf(row)
}

/** Name, mail address, password and sessions are gone. @returns whether there was one */
export async function endUser(db: Pool | ClientBase, id: string): Promise<boolean> {
  return (await query(db, END_USER, [id])).length > 0
}

/**
 * Lets a user choose a password, for the first time or anew. The invitation before does not any more; the password does until
 * another one is chosen.
 * @returns undefined where there is no such user
 */
export async function inviteUser(db: Pool, id: string): Promise<Invited | undefined> {
  const token = newToken()
  const [row] = await query(db, INVITE_USER, [id, digestOf(token)])
  return row && { user: userOf(row), token }
}

/** Whom a token invites. @returns undefined where it was used, is too old, or is none */
export async function findInvited(db: Pool, token: string): Promise<Somebody | undefined> {
  if (!TOKEN.test(token)) return undefined
  const [row] = await query(db, FIND_INVITED, [digestOf(token)])
  return row
}

/**
 * Uses an invitation. All sessions of the user end.
 * @param password hashed
 * @returns undefined where it was used, is too old, or is none
 */
export async function takeInvitation(
  db: Pool,
  token: string,
  password: string,
): Promise<RowOf<typeof TAKE_INVITATION> | undefined> {
  const [row] = await query(db, TAKE_INVITATION, [digestOf(token), password])
  return row
}

/** Whose mail address it is, the password that they chose, hashed, and who they are, as `grantedEntities` says it. */
export async function findPassword(
  db: Pool,
  email: string,
): Promise<
  { readonly id: string; readonly password: string | null; readonly entities: readonly string[] } | undefined
> {
  const [row] = await query(db, FIND_PASSWORD, [email])
  return row && { id: row.user_id, password: row.password, entities: row.entities }
}

const TOKEN = /^dbi_[A-Za-z0-9_-]{43}$/

function newToken(): string {
  return `dbi_${randomBytes(32).toString('base64url')}`
}

function digestOf(token: string): Buffer {
  return hash('sha256', token, 'buffer')
}

function unlessTaken(error: unknown): never {
  if (error instanceof DatabaseError && error.constraint === 'users_one_per_email') throw new EmailTaken()
  throw error
}

function userOf(row: RowOf<typeof READ_USER>): User {
  return {
    id: row.user_id,
    email: row.email,
    name: row.name,
    grants: JSON.parse(row.grants) as Granted[],
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    hasPassword: row.has_password,
    invitedUntil: row.invitation_until?.toISOString() ?? null,
    lastSignInAt: row.last_sign_in_at?.toISOString() ?? null,
  }
}
