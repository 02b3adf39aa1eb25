import type { Pool, PoolClient } from 'pg'

/*
 * What somebody writes beside the service: rows of the record as SQL, by which the database is asked what it refuses.
 * Values are SQL expressions.
 */

export const DENIED = '42501'
export const GUARDED = '23001'
export const INTEGRITY = '23000'
export const CHECK = '23514'
export const UNIQUE = '23505'
export const FOREIGN_KEY = '23503'
export const NOT_NULL = '23502'

/** Whoever migrated: its owner, and in the tests a superuser. */
export const owner = undefined

/** What was refused, by its SQLSTATE and its constraint; how many rows were written where nothing was. */
type Attempted = [state: string, constraint?: string] | number

type Row = Readonly<Record<string, string>>

export function statement(table: string, row: Row): string {
  return `insert into ledger.${table} (${Object.keys(row).join(', ')}) values (${Object.values(row).join(', ')})`
}

/** Writes into one book, at the position behind its head. */
export function byHand(
  database: { readonly admin: Pool },
  { book, next }: { readonly book: string; readonly next: number },
) {
  return {
    /** Runs statements as a role, and takes them back. */
    attempt: async (role: string | undefined, ...statements: readonly string[]): Promise<Attempted> => {
      const client = await database.admin.connect()
      try {
        await client.query('begin')
        if (role !== undefined) await client.query(`set local role ${role}`)
        return await run(client, statements)
      } finally {
        await client.query('rollback')
        client.release()
      }
    },

    event: (also: Row = {}): string =>
      statement('events', {
        book_id: `'${book}'`,
        position: String(next),
        type: `'accrual-recorded'`,
        idempotency_key: `'written-by-hand'`,
        fingerprint: `sha256('x')`,
        actor_type: `'admin'`,
        actor_id: `'root'`,
        data: `'{}'`,
        decision: `'[]'`,
        erasable_digest: `sha256('x')`,
        recorded_at: `date_trunc('milliseconds', now())`,
        hash: `sha256('x')`,
        ...also,
      }),

    transaction: (also: Row = {}): string =>
      statement('transactions', {
        book_id: `'${book}'`,
        position: String(next),
        line: '1',
        type: `'accrual'`,
        component: `'accrued'`,
        entity_id: `'e1'`,
        policy_id: `'annual'`,
        resource: `'leave'`,
        amount: '1',
        effective_on: `'2026-01-31'`,
        ...also,
      }),
  }
}

async function run(client: PoolClient, statements: readonly string[]): Promise<Attempted> {
  let rows = 0
  try {
    for (const one of statements) rows += (await client.query(one)).rowCount ?? 0
    return rows
  } catch (error) {
    const { code, constraint } = error as { code: string; constraint?: string }
    return constraint === undefined ? [code] : [code, constraint]
  }
}
