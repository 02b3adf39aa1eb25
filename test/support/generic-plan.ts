import { randomBytes } from 'node:crypto'
import type { Pool } from 'pg'

/**
 * The plan that is made of a statement for whatever parameters it is given, as `explain` prints it: line by line, or as one
 * JSON text. `explain (generic_plan)` says the same in one step, from PostgreSQL 16 on; this is known to 15 as well.
 */
export async function genericPlan(db: Pool, statement: string, format: 'json' | 'text'): Promise<string[]> {
  const name = `planned_${randomBytes(6).toString('hex')}`
  const client = await db.connect()
  try {
    await client.query('begin')
    await client.query('set local plan_cache_mode = force_generic_plan')
    await client.query(`prepare ${name} as ${statement}`)
    const { rows } = await client.query<{ count: string }>(
      'select cardinality(parameter_types) as count from pg_prepared_statements where name = $1',
      [name],
    )
    const nulls = Array.from({ length: Number(rows[0]!.count) }, () => 'null').join(', ')
    const plan = await client.query<{ 'QUERY PLAN': string }>(
      `explain (format ${format}) execute ${name}${nulls === '' ? '' : `(${nulls})`}`,
    )
    await client.query(`deallocate ${name}`)
    return plan.rows.map((row) => row['QUERY PLAN'])
  } finally {
    await client.query('rollback')
    client.release()
  }
}
