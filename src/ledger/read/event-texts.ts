import type { Pool } from 'pg'
import { query, statement } from '../../db/statement.ts'
import { NO_HASH } from '../../domain/event.ts'

/*
 * The same documents as event-text.ts prints, put together by the server for the most part: an export is not to decode
 * thirty columns of every event only to print them again. A law compares both, byte by byte.
 */

/** Positions after `after` up to and including `upTo`, which is not beyond a head that the caller has seen. */
export interface PositionRange {
  readonly after: number
  readonly upTo: number
}

// What stands between the parts of an event's text that are known here: no value holds a control character.
const GAP = '\x1f'

/** Canonical JSON of the events of a range, one text an event, by position. */
export async function readEventTexts(db: Pool, book: string, range: PositionRange): Promise<string[]> {
  const values = [book, range.after, range.upTo] as const
  const [events, lines] = await Promise.all([query(db, READ_EVENT_TEXTS, values), query(db, READ_LINE_TEXTS, values)])
  let previous = events[0]?.[2] ?? NO_HASH
  let line = 0
  return events.map(([text, hash], index) => {
    const position = range.after + index + 1
    let transactions = ''
    for (; line < lines.length && lines[line]![0] === position; line++) {
      transactions += transactions === '' ? lines[line]![1] : `,${lines[line]![1]}`
    }
    const hashGap = text.indexOf(GAP)
    const linesGap = text.indexOf(GAP, hashGap + 1)
    const whole = `${text.slice(0, hashGap)}${previous}${text.slice(hashGap + 1, linesGap)}${transactions}${text.slice(linesGap + 1)}`
    previous = hash
    return whole
  })
}

/**
 * Text, hash, and of the first row the hash before it; null there too where nothing is before it.
 *
 * `to_json` escapes as RFC 8785 does. Ids, days, quantities and instants hold nothing that would have to be.
 */
export const READ_EVENT_TEXTS = statement({
  name: 'read-event-texts',
  columns: ['text', 'text', 'text?'],
  params: ['text', 'int8', 'int8'],
  text: `
  select '{"actor":{"id":"' || actor_id || '","type":"' || actor_type || '"},"book":"' || book_id
           || '","data":' || data::text || ',"decision":' || decision::text
           || ',"erasable":' || coalesce(erasable::text, 'null')
           || ',"erasableDigest":"' || encode(erasable_digest, 'hex')
           || '","hash":"' || encode(hash, 'hex')
           || '","idempotencyKey":' || to_json(idempotency_key)::text
           || ',"position":' || position
           || ',"previousHash":"' || E'\\x1f'
           || '","recordedAt":"' || to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
           || '","transactions":[' || E'\\x1f'
           || '],"type":"' || type || '"}' as text,
         encode(hash, 'hex') as hash,
         case when position = $2::bigint + 1 then (
           select encode(hash, 'hex')
             from ledger.events
            where book_id = $1
              and position = $2
         ) end as hash_before
    from ledger.events
   where book_id = $1
     and position > $2
     and position <= $3
   order by position`,
})

/** Canonical JSON of a row of `ledger.transactions`. */
export const LINE_TEXT = `
         '{"amount":"' || amount || coalesce('","carriedIn":' || carried_in || ',"component":"', '","component":"') || component
           || '","effectiveOn":"' || effective_on
           || '","entity":"' || entity_id || '","id":"' || position || '.' || line || coalesce('","meantFor":"' || meant_for, '')
           || coalesce('","period":{"from":"' || period_from || '","to":"' || period_to || '"},"policy":"', '","policy":"') || policy_id
           || '","portion":' || coalesce('"' || portion || '"', 'null')
           || ',"reference":' || coalesce(to_json(reference)::text, 'null')
           || ',"resource":"' || resource
           || '","reverses":' || coalesce('"' || reverses_position || '.' || reverses_line || '"', 'null')
           || coalesce(',"rule":"' || rule || '"', '')
           || ',"type":"' || type || coalesce('","validUntil":"' || valid_until, '') || '"}'`

/** Position and text. */
export const READ_LINE_TEXTS = statement({
  name: 'read-line-texts',
  columns: ['int8', 'text'],
  params: ['text', 'int8', 'int8'],
  text: `
  select position,${LINE_TEXT} as text
    from ledger.transactions
   where book_id = $1
     and position > $2
     and position <= $3
   order by position, line`,
})
