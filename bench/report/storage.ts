import { withClient } from '../processes/postgres.ts'

/** Bytes of the record's tables and of their indexes, largest first, and how many transactions they hold. */
export async function readSizes(
  url: string,
): Promise<{ transactions: number; total: number; rows: { name: string; bytes: number }[] }> {
  return withClient(url, async (client) => {
    const counted = await client.query<{ transactions: number }>(
      'select count(*) as transactions from ledger.transactions',
    )
    const { rows } = await client.query<{ name: string; bytes: number }>(
      `select case c.relkind when 'i' then 'index ' else 'table ' end || c.relname as name,
              pg_relation_size(c.oid) as bytes
         from pg_class c
        where c.relnamespace = 'ledger'::regnamespace
          and c.relkind in ('r', 'i')
          and pg_relation_size(c.oid) > 0
        order by bytes desc, name`,
    )
    const total = rows.reduce((sum, { bytes }) => sum + bytes, 0)
    const known = counted.rows[0]!.transactions
    // What is smaller than this is the same however many transactions there are.
    return { transactions: known, total, rows: rows.filter(({ bytes }) => bytes / known >= 0.5) }
  })
}

export interface IndexUse {
  readonly name: string
  readonly bytes: number
  readonly scans: number
  readonly isUnique: boolean
}

/** How often each index was read; checks of uniqueness read an index and are not counted. */
export async function readIndexUse(url: string): Promise<IndexUse[]> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<IndexUse>(
      `select s.indexrelname as name,
              pg_relation_size(s.indexrelid) as bytes,
              s.idx_scan as scans,
              i.indisunique as "isUnique"
         from pg_stat_user_indexes s
         join pg_index i using (indexrelid)
        where s.schemaname = 'ledger'
        order by s.relname, s.indexrelname`,
    )
    return rows
  })
}
