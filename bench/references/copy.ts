import { spawn } from 'node:child_process'
import { once } from 'node:events'

const PSQL = 'psql'

const COPY = `
  copy (
    select json_build_object(
             'book', e.book_id, 'position', e.position, 'type', e.type, 'recordedAt', e.recorded_at,
             'idempotencyKey', e.idempotency_key, 'actor', json_build_object('type', e.actor_type, 'id', e.actor_id),
             'data', e.data, 'decision', e.decision, 'erasable', e.erasable,
             'erasableDigest', encode(e.erasable_digest, 'hex'), 'hash', encode(e.hash, 'hex'),
             'transactions', t.lines)
      from ledger.events e
      left join (
             select book_id,
                    position,
                    json_agg(json_build_object(
                      'id', position || '.' || line, 'type', type, 'component', component, 'entity', entity_id,
                      'policy', policy_id, 'resource', resource, 'amount', amount::text, 'effectiveOn', effective_on,
                      'portion', portion, 'reverses', reverses_position || '.' || reverses_line,
                      'reference', reference) order by line) as lines
               from ledger.transactions
              where book_id = 'main'
              group by book_id, position
           ) as t on t.book_id = e.book_id and t.position = e.position
     where e.book_id = 'main'
     order by e.position
  ) to stdout`

/**
 * Has psql write the history as JSON lines that the server makes, to nowhere.
 * @returns seconds; undefined where psql is not installed
 */
export async function copyWithPsql(url: string): Promise<number | undefined> {
  const began = performance.now()
  const child = spawn(PSQL, [url, '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-c', COPY], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const ended = await Promise.race([
    once(child, 'close') as Promise<[number]>,
    new Promise<'missing'>((resolve) => child.once('error', () => resolve('missing'))),
  ])
  if (ended === 'missing') return undefined
  if (ended[0] !== 0) throw new Error(`psql failed: ${said}`)
  return (performance.now() - began) / 1_000
}
