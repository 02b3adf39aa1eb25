import { narrowed, statement } from '../../db/statement.ts'
import type { EventType } from '../../domain/event.ts'
import { POSITIONS_OF_PERSON } from '../../ledger/rows/events-of-person.sql.ts'

const COLUMNS = {
  position: 'int8',
  type: narrowed<EventType>('text'),
  recorded_at: 'timestamptz',
  actor_type: 'text',
  actor_id: 'text',
  entity: 'text?',
  via: 'json?',
  client: 'json?',
  hash: 'text',
} as const

/** Of an event: whom it is about, where it is about one entity alone. */
const SHOWN = `
           e.position,
           e.type,
           e.recorded_at,
           e.actor_type,
           e.actor_id,
           coalesce(
             e.data ->> 'entity',
             (select case when min(entity_id) = max(entity_id) then min(entity_id) end
                from ledger.transactions
               where book_id = e.book_id
                 and position = e.position),
             (select entity_id
                from ledger.requests
               where book_id = e.book_id
                 and request_id = substr(e.stream, 9)
                 and e.stream like 'request:%')) as entity,
           e.decision -> 'via' as via,
           e.erasable -> 'client' as client,
           encode(e.hash, 'hex') as hash`

/** Filters on what is looked at: types $4, actor $5 and $6. */
const MATCHING = `
       and ($4::text[] is null or e.type = any($4))
       and ($5::text is null or (e.actor_type = $5 and e.actor_id = $6))`

export const RECORDED_ENTRIES = statement({
  text: `
    select ${SHOWN}
      from ledger.events e
     where e.book_id = $1
       and e.position > $2
       and e.position <= $3${MATCHING}
     order by e.position
     limit $7`,
  columns: COLUMNS,
  params: ['text', 'int8', 'int8', 'text[]?', 'text?', 'text?', 'int8'],
})

/** About an entity ($8), or by it. */
export const RECORDED_OF_ENTITY = statement({
  text: `
    select ${SHOWN}
      from (select distinct p.position
              from (${POSITIONS_OF_PERSON.replaceAll('$2', '$8')}) as p) as p
      join ledger.events e
        on e.book_id = $1
       and e.position = p.position
     where e.position > $2
       and e.position <= $3${MATCHING}
     order by e.position
     limit $7`,
  columns: COLUMNS,
  params: ['text', 'int8', 'int8', 'text[]?', 'text?', 'text?', 'int8', 'text'],
})

export const RECORDED_AT = statement({
  name: 'recorded-at',
  text: `
    select recorded_at
      from ledger.events
     where book_id = $1
       and position = $2`,
  columns: { recorded_at: 'timestamptz' },
  params: ['text', 'int8'],
})
