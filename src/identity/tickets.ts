import { hash, randomBytes } from 'node:crypto'
import type { Pool } from 'pg'
import type { Principal } from '../access/principal.ts'
import { query, statement } from '../db/statement.ts'
import { isId } from '../domain/id.ts'

/*
 * Tickets for streams: browsers cannot send a header when they open a WebSocket, and a key has no place in an address,
 * which ends up in logs. A ticket is worth nothing a moment later, nor once it was used.
 */

const TICKET_SECONDS = 30
const TICKET = /^dbt_[A-Za-z0-9_-]{43}$/

export interface Ticket {
  readonly ticket: string
  /** RFC 3339, UTC, milliseconds. */
  readonly expiresAt: string
}

export const INSERT_TICKET = statement({
  name: 'insert-live-ticket',
  columns: { expires_at: 'timestamptz' },
  params: ['bytea', 'text', 'json', 'int8'],
  // Whoever makes one clears away those that nobody used.
  text: `
      with expired as (
             delete from access.live_tickets where expires_at < now()
           )
      insert into access.live_tickets (digest, book_id, principal, expires_at)
      values ($1, $2, $3, date_trunc('milliseconds', now()) + $4::bigint * interval '1 second')
      returning expires_at`,
})

/** @param db may write */
export async function makeTicket(
  db: Pool,
  { book, principal }: { readonly book: string; readonly principal: Principal },
): Promise<Ticket> {
  const ticket = `dbt_${randomBytes(32).toString('base64url')}`
  const values = [digestOf(ticket), book, JSON.stringify(principal), TICKET_SECONDS] as const
  const [row] = await query(db, INSERT_TICKET, [...values])
  return { ticket, expiresAt: row!.expires_at.toISOString() }
}

export const TAKE_TICKET = statement({
  name: 'take-live-ticket',
  columns: { principal: 'json' },
  params: ['bytea', 'text'],
  text: `
      delete from access.live_tickets
       where digest = $1
         and book_id = $2
         and expires_at > now()
      returning principal`,
})

/**
 * Takes a ticket, so that nobody else can, on whichever process.
 * @param db may write
 * @returns who made it, as they were then; undefined where there is none for this book (any more)
 */
export async function takeTicket(
  db: Pool,
  { book, ticket }: { readonly book: string; readonly ticket: string },
): Promise<Principal | undefined> {
  if (!TICKET.test(ticket) || !isId(book)) return undefined
  const [row] = await query(db, TAKE_TICKET, [digestOf(ticket), book])
  // A cast: this service wrote it.
  return row && (JSON.parse(row.principal) as Principal)
}

function digestOf(ticket: string): Buffer {
  return hash('sha256', ticket, 'buffer')
}
