import { narrowed, statement } from '../../db/statement.ts'
import type { Period, PeriodFacts } from '../../domain/period/period.ts'

/** What a book says of itself, and the position of the event that said so. */
export const BOOK = statement({
  text: `select name,
            time_zone,
            coalesce((
              select max(stream_version)
                from ledger.events
               where book_id = $1
                 and stream = 'book'
            ), 0) as position,
            (select closed_through from ledger.heads where book_id = $1) as closed_through
       from ledger.books
      where book_id = $1`,
  columns: {
    name: 'text?',
    time_zone: 'text',
    position: 'int8',
    closed_through: narrowed<Period | null>('text?'),
  },
  params: ['text'],
})

export const ENTITY = statement({
  text: `select version, position, kind, department, manager, hired_on, left_on, employments, calendar
       from ledger.entities
      where book_id = $1
        and entity_id = $2`,
  columns: {
    version: 'int8',
    position: 'int8',
    kind: 'text?',
    department: 'text?',
    manager: 'text?',
    hired_on: 'date?',
    left_on: 'date?',
    employments: 'json?',
    calendar: 'text?',
  },
  params: ['text', 'text'],
})

/** Requests that are pending and begin by a day, by that. */
export const PENDING_REQUESTS = statement({
  text: `select request_id, entity_id, resource, from_day, to_day
       from ledger.requests
      where book_id = $1
        and status = 'pending'
        and from_day <= $2
      order by from_day, submitted_position
      limit $3`,
  columns: { request_id: 'text', entity_id: 'text', resource: 'text', from_day: 'date', to_day: 'date' },
  params: ['text', 'date', 'int8'],
})

export const PROFILE = statement({
  text: `select name, email, personnel_number as "personnelNumber", metadata
       from ledger.profiles
      where book_id = $1
        and entity_id = $2`,
  columns: { name: 'text?', email: 'text?', personnelNumber: 'text?', metadata: 'json?' },
  params: ['text', 'text'],
})

export const EMAIL_OWNER = statement({
  text: 'select entity_id from ledger.profiles where book_id = $1 and lower(email) = lower($2) and email is not null',
  columns: { entity_id: 'text' },
  params: ['text', 'text'],
})

export const PERSONNEL_NUMBER_OWNER = statement({
  text: 'select entity_id from ledger.profiles where book_id = $1 and personnel_number = $2',
  columns: { entity_id: 'text' },
  params: ['text', 'text'],
})

export const PERIOD = statement({
  text: 'select version, status from ledger.periods where book_id = $1 and period = $2',
  columns: { version: 'int8', status: narrowed<PeriodFacts['status']>('text') },
  params: ['text', 'text'],
})

export const DELEGATION = statement({
  text: `select version, position, from_day as "from", to_day as "to"
       from ledger.delegations
      where book_id = $1
        and entity_id = $2
        and delegate_id = $3`,
  columns: { version: 'int8', position: 'int8', from: 'date', to: 'date' },
  params: ['text', 'text', 'text'],
})

/** Whose the hours are that an event recorded, and what took them back. */
export const WORKED_HOURS = statement({
  text: `select e.data ->> 'entity' as entity,
            (select r.position
               from ledger.events r
              where r.book_id = $1
                and r.stream = 'worked-hours:' || e.position
              limit 1) as "reversedBy"
       from ledger.events e
      where e.book_id = $1
        and e.position = $2
        and e.type = 'worked-hours-recorded'`,
  columns: { entity: 'text!', reversedBy: 'int8?' },
  params: ['text', 'int8'],
})

export const LAST_OF_STREAM = statement({
  text: `select position, stream_version as version, data
       from ledger.events
      where book_id = $1
        and stream = $2
      order by stream_version desc
      limit 1`,
  columns: { position: 'int8', version: 'int8!', data: 'json' },
  params: ['text', 'text'],
})
