import { statement } from '../../db/statement.ts'
import { REQUEST, REQUEST_COLUMNS } from '../rows/request-row.ts'

/** Requests that are folded at once. */
const BATCH = 500

/** The next requests after $2. */
export const REQUESTS = statement({
  name: 'verify-requests',
  text: `
    select ${REQUEST_COLUMNS}, held, taken
      from ledger.requests
     where book_id = $1
       and request_id > $2
     order by request_id
     limit ${BATCH}`,
  columns: { ...REQUEST, held: 'int4', taken: 'int4' },
  params: ['text', 'text'],
})

/** The first event that submits a request which is not kept. */
export const MISSING_REQUEST = statement({
  text: `
    select e.position
      from ledger.events e
     where e.book_id = $1
       and starts_with(e.stream, 'request:')
       and e.stream_version = 1
       and (select r.version from ledger.requests r where r.book_id = $1 and r.request_id = substr(e.stream, 9)) is null
     order by 1
     limit 1`,
  columns: { position: 'int8' },
  params: ['text'],
})
