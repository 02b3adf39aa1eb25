import type { Client } from 'pg'
import { openPool } from '../../src/db/pool.ts'
import { verifyBook } from '../../src/ledger/verify/verify.ts'
import { BOOK } from '../load/workload.ts'
import { withClient } from '../processes/postgres.ts'
import { Wrong } from '../scenario.ts'
import { checkKeys, type Keys } from './keys.ts'

/**
 * Looks at what a contestant recorded, in SQL of its own that shares nothing with the service.
 * @param ordered whether its positions have to be dense, and its events chained
 * @returns what was found to be true, in words
 */
export async function checkRecord(
  url: string,
  loads: readonly Keys[],
  { ordered }: { ordered: boolean },
): Promise<string[]> {
  return withClient(url, async (client) => {
    const keys = await checkKeys(client, loads)
    const accounts = await checkSums(client)
    await checkFloors(client)
    const found = [
      `each of ${keys.toLocaleString('en')} acknowledged commands recorded exactly once, and no other`,
      `${accounts.toLocaleString('en')} accounts equal to the sum of their transactions, none overdrawn on any day`,
    ]
    if (!ordered) return found
    const events = await checkPositions(client)
    await verifyWithService(url)
    return [
      ...found,
      `${events.toLocaleString('en')} positions dense, chain and accounts verified by the service's own check`,
    ]
  })
}

async function checkSums(client: Client): Promise<number> {
  const { rows } = await client.query<{ accounts: number; different: number }>(
    `with kept as (
       select entity_id,
              policy_id,
              version,
              ((select sum(part.value::numeric) from json_array_elements_text(opening) as part)
               + coalesce((select sum(part.value::numeric)
                             from json_array_elements(days) as day,
                                  json_array_elements_text(day.value) with ordinality as part(value, place)
                            where part.place > 1), 0)) / 10::numeric ^ scale as total
         from ledger.accounts
        where book_id = 'main'
     ), summed as (
       select entity_id, policy_id, count(*) as version, sum(amount) as total
         from ledger.transactions
        where book_id = 'main'
        group by entity_id, policy_id
     )
     select count(*) as accounts,
            count(*) filter (where (kept.total = summed.total and kept.version = summed.version) is not true) as different
       from kept
       full join summed using (entity_id, policy_id)`,
  )
  const { accounts, different } = rows[0]!
  if (different > 0) throw new Wrong(`${different} of ${accounts} accounts are not the sum of their transactions`)
  return accounts
}

async function checkFloors(client: Client): Promise<void> {
  const { rows } = await client.query<{ overdrawn: number }>(
    `select count(*) as overdrawn
       from (
              select entity_id,
                     policy_id,
                     sum(sum(amount)) over (partition by entity_id, policy_id order by effective_on) as balance
                from ledger.transactions
               where book_id = 'main'
               group by entity_id, policy_id, effective_on
            ) as balances
       join ledger.policy_versions p on p.book_id = 'main' and p.policy_id = balances.policy_id
      where balance < -p.overdraft_limit`,
  )
  const { overdrawn } = rows[0]!
  if (overdrawn > 0) throw new Wrong(`on ${overdrawn} days an account is overdrawn`)
}

async function checkPositions(client: Client): Promise<number> {
  const { rows } = await client.query<{ events: number; first: number; last: number; head: number }>(
    `select count(*) as events,
            min(e.position) as first,
            max(e.position) as last,
            (select position from ledger.heads where book_id = 'main') as head
       from ledger.events e
      where book_id = 'main'`,
  )
  const { events, first, last, head } = rows[0]!
  if (first !== 1 || last !== events || head !== events) {
    throw new Wrong(`${events} events from position ${first} to ${last}, and the head at ${head}`)
  }
  return events
}

async function verifyWithService(url: string): Promise<void> {
  const pool = openPool({ url, max: 10, applicationName: 'bench verify', role: 'daybook_service' })
  try {
    const verification = await verifyBook(pool, BOOK)
    if (verification?.ok !== true) throw new Wrong(`the book does not verify: ${JSON.stringify(verification)}`)
  } finally {
    await pool.end()
  }
}
