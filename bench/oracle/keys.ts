import type { Client } from 'pg'
import { KEY_IN_SQL, KEY_LENGTH } from '../load/key.ts'
import { countIn, type Range } from '../load/number-set.ts'
import { Wrong } from '../scenario.ts'

/** What a load says of its commands. */
export interface Keys {
  readonly run: string
  readonly acknowledged: readonly Range[]
  readonly unknown: readonly Range[]
}

/**
 * Every command that was answered as recorded is there exactly once, and no other of the same load is, but for those
 * whose answer was lost.
 * @returns how many were acknowledged
 */
export async function checkKeys(client: Client, loads: readonly Keys[]): Promise<number> {
  let count = 0
  for (const { run, acknowledged, unknown } of loads) {
    const { rows } = await client.query<{ lost: number; twice: number; unasked: number }>(
      `with acknowledged as (
         select ${KEY_IN_SQL} as key
           from (select $1::text as run, generate_series(first, last) as n
                   from unnest($2::bigint[], $3::bigint[]) as r(first, last)) as numbers
       ), lost_answers as (
         select ${KEY_IN_SQL} as key
           from (select $1::text as run, generate_series(first, last) as n
                   from unnest($4::bigint[], $5::bigint[]) as r(first, last)) as numbers
       ), recorded as (
         -- Before the key of a person, the service writes whose it is.
         select right(idempotency_key, ${KEY_LENGTH}) as key, count(*) as times
           from ledger.events
          where book_id = 'main'
            and right(idempotency_key, length($1)) = $1
          group by 1
       )
       select count(*) filter (where r.key is null) as lost,
              count(*) filter (where r.times > 1) as twice,
              count(*) filter (where a.key is null and l.key is null) as unasked
         from acknowledged a
         full join recorded r using (key)
         left join lost_answers l using (key)`,
      [run, firsts(acknowledged), lasts(acknowledged), firsts(unknown), lasts(unknown)],
    )
    const { lost, twice, unasked } = rows[0]!
    if (lost + twice + unasked > 0) {
      throw new Wrong(
        `of load ${run}: ${lost} acknowledged commands lost, ${twice} twice, ${unasked} never acknowledged`,
      )
    }
    count += countIn(acknowledged)
  }
  return count
}

function firsts(ranges: readonly Range[]): number[] {
  return ranges.map(([first]) => first)
}

function lasts(ranges: readonly Range[]): number[] {
  return ranges.map(([, last]) => last)
}
