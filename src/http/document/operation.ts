import { type TSchema, Type } from 'typebox'
import { type OperationId, RIGHTS } from '../../access/rights.ts'
import { catalogue, type ProblemCode } from '../../contract/problem-catalogue.ts'
import { problemSchema, problemsSchema } from '../../contract/schemas/problems.ts'

type HeaderName = keyof typeof HEADERS

/** What a success is answered with, for the document. */
export interface DescribedAnswer {
  readonly description: string
  /** null: it has no body. */
  readonly schema: TSchema | null
  /** What an answer looks like. */
  readonly example?: object
  /** `application/json`, unless given. */
  readonly mediaTypes?: readonly string[]
  readonly headers?: readonly HeaderName[]
}

/** What the document says of one call besides its parameters and body. */
export interface Operation {
  readonly id: string
  readonly tag: Tag
  readonly summary: string
  readonly description: string
  readonly answers: Readonly<Record<number, DescribedAnswer>>
  /** Besides those that every call of `/v1` may have. */
  readonly problems: readonly ProblemCode[]
}

/** The order is that of the document. */
export const TAGS = {
  Access: 'Who may call, and what they may do.',
  Books: 'A book is one ledger: its own order of events, its own hash chain, its own keys.',
  Policies: 'What is counted, in which unit, with how many decimals, and how far below zero a balance may go.',
  Entities: 'Whoever holds balances. Posting does not need one to be defined.',
  Calendars: 'Which days are worked, by calendar and by entity: what leave is counted in.',
  Earning: 'Who earns under which policy, and what is known for working it out.',
  Holds:
    'Something held for a while, such as stock, a seat or a cart: until it is taken, released, or its time is over.',
  Requests: 'Leave that is asked for: held at once, taken when it is approved.',
  Transactions: 'Commands that change balances, and the transactions that they made.',
  Balances: 'Sums of transactions, as of any day and as known at any position.',
  Snapshots: 'Balances of a day as they were known, for payroll: the same bytes for ever.',
  Periods: 'Months that are closed when payroll has run, and take no more lines.',
  Statistics: 'A book as a whole, for dashboards.',
  History: 'The record itself: every accepted command, in order, chained by hash.',
  Audit: 'Who did what, or tried to; and who may do what.',
  Webhooks: 'Addresses that events are sent to, in order, as the Standard Webhooks specification has it.',
  Messages: 'What the service sends to webhooks. These are calls of yours, and not of the service.',
  Service: 'How the service is, and what its answers mean. These calls need no key of the API.',
} as const

export type Tag = keyof typeof TAGS

const HEADERS = {
  'Daybook-Position': { type: 'integer', description: 'The position in the book that the answer was computed at.' },
  'Daybook-Request-Id': { type: 'string', description: 'Names this request in the log of the service.' },
  ETag: { type: 'string', description: 'Names this content: for `If-None-Match`.' },
  Location: { type: 'string', description: 'Where to go on.' },
  'Set-Cookie': { type: 'string', description: 'What a browser keeps, or forgets.' },
  Link: {
    type: 'string',
    description:
      'Of `text/csv` in pages (RFC 8288): `<?…>; rel="next"`, where to go on; on the last page there is none.',
  },
  'Idempotency-Replayed': {
    type: 'boolean',
    description: 'true where the command was recorded before: this is its first answer again.',
  },
  'Preference-Applied': { type: 'string', description: '`handling=strict` where that was asked for.' },
  RateLimit: {
    type: 'string',
    description: 'What is left of the quota that is nearest to its end (draft-ietf-httpapi-ratelimit-headers-11).',
  },
  'RateLimit-Policy': { type: 'string', description: 'The quotas of the caller, by the same draft.' },
  'Retry-After': { type: 'integer', description: 'Seconds to wait before asking again.' },
  'WWW-Authenticate': { type: 'string', description: 'How to authenticate: `Bearer`.' },
} as const

const PROBLEM_HEADERS: Partial<Record<number, readonly HeaderName[]>> = {
  401: ['WWW-Authenticate'],
  429: ['Retry-After', 'RateLimit', 'RateLimit-Policy'],
  503: ['Retry-After'],
}

/** Any call with a key may meet these. */
const EVERYWHERE: readonly ProblemCode[] = [
  'invalid-request',
  'unauthenticated',
  'forbidden',
  'too-many-requests',
  'internal',
  'unavailable',
]

/** The part of a route's schema that only describes, of a call that needs a key. */
export function operation({ problems, ...described }: Operation & { readonly id: OperationId }) {
  const all = [...new Set([...EVERYWHERE, ...problems])]
  return { ...anyOperation({ ...described, problems: all }), 'x-right': RIGHTS[described.id] }
}

/** The same of a call that needs none. */
export function publicOperation({ problems, ...described }: Operation) {
  return { ...anyOperation({ ...described, problems: [...problems, 'too-many-requests'] }), security: [] }
}

/** The same of a call that needs none and has no limit. */
export function unlimitedOperation(described: Operation) {
  return { ...anyOperation(described), security: [] }
}

function anyOperation({ id, tag, summary, description, answers, problems }: Operation) {
  return {
    operationId: id,
    tags: [tag],
    summary,
    description,
    response: { ...successes(answers), ...problemsByStatus(id, problems) },
  }
}

function successes(answers: Operation['answers']): Record<string, object> {
  const responses = Object.entries(answers).map(([status, answer]) => {
    const { description, schema, example, mediaTypes = ['application/json'], headers = [] } = answer
    const json = example === undefined ? { schema } : { schema, example }
    const contents =
      schema === null ? [] : mediaTypes.map((type) => [type, isJson(type) ? json : AS_TEXT[type]!] as const)
    // Where that is not said, it is said to be JSON.
    const content = contents.length === 0 ? { type: 'null' } : { content: Object.fromEntries(contents) }
    return [status, { description, headers: headersOf(headers), ...content }] as const
  })
  return Object.fromEntries(responses)
}

function isJson(mediaType: string): boolean {
  return mediaType === 'application/json' || mediaType.endsWith('+json')
}

/** What is not one JSON value is text for a client that was generated: it reads it line by line. */
const AS_TEXT: Readonly<Record<string, { readonly schema: TSchema }>> = {
  'application/x-ndjson': { schema: Type.String({ description: 'An item a line, each as it is in the JSON.' }) },
  'text/event-stream': {
    schema: Type.String({ description: 'Server-sent events without end: an item in the `data` of each.' }),
  },
  'text/csv': { schema: Type.String({ description: 'A line for the names of the columns, and a line an item.' }) },
  'text/calendar': { schema: Type.String({ description: 'iCalendar, RFC 5545.' }) },
  'text/html': { schema: Type.String({ description: 'A page.' }) },
  'text/plain': { schema: Type.String({ description: 'The same as text.' }) },
}

function problemsByStatus(operation: string, codes: readonly ProblemCode[]): Record<string, object> {
  const byStatus = Map.groupBy(codes, (code) => catalogue[code].status)
  const responses = Array.from(byStatus, ([status, codes]) => {
    const [only, ...others] = codes
    const schema =
      others.length === 0 ? problemSchema(only!) : problemsSchema(unionName(operation, status, codes), codes)
    return [
      String(status),
      {
        description: codes.map((code) => `\`${code}\`: ${catalogue[code].title}.`).join(' '),
        headers: headersOf(PROBLEM_HEADERS[status] ?? []),
        content: { 'application/problem+json': { schema } },
      },
    ] as const
  })
  return Object.fromEntries(responses)
}

/** What problems are called together where most calls may be answered with the same ones. */
const SHARED_UNIONS: Readonly<Record<string, string>> = {
  'invalid-request idempotency-key-missing': 'InvalidCommand',
  'unavailable not-caught-up': 'UnavailableRead',
  'unknown-book not-found': 'NotFound',
}

/** Of a union of problems, such as `ApproveRequestConflict`. */
function unionName(operation: string, status: number, codes: readonly ProblemCode[]): string {
  const shared = SHARED_UNIONS[codes.join(' ')]
  return shared ?? `${operation.charAt(0).toUpperCase()}${operation.slice(1)}${UNION_WORDS[status]!}`
}

const UNION_WORDS: Readonly<Record<number, string>> = {
  400: 'Invalid',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  422: 'Unacceptable',
  503: 'Unavailable',
}

function headersOf(names: readonly HeaderName[]): object {
  return Object.fromEntries(['Daybook-Request-Id' as const, ...names].map((name) => [name, HEADERS[name]]))
}
