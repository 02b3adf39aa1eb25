import { type TSchema, Type } from 'typebox'
import { catalogue, type ProblemCode } from '../../contract/problem-catalogue.ts'
import { problemSchema } from '../../contract/schemas/problems.ts'

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
  Books: 'A book is one ledger: its own order of events, its own hash chain, its own keys.',
  Policies: 'What is counted, in which unit, with how many decimals, and how far below zero a balance may go.',
  Entities: 'Whoever holds balances. Posting does not need one to be defined.',
  Calendars: 'Which days are worked, by calendar and by entity: what leave is counted in.',
  Requests: 'Leave that is asked for: held at once, taken when it is approved.',
  Transactions: 'Commands that change balances, and the transactions that they made.',
  Balances: 'Sums of transactions, as of any day and as known at any position.',
  Snapshots: 'Balances of a day as they were known, for payroll: the same bytes for ever.',
  Periods: 'Months that are closed when payroll has run, and take no more lines.',
  Statistics: 'A book as a whole, for dashboards.',
  History: 'The record itself: every accepted command, in order, chained by hash.',
  Service: 'How the service is, and what its answers mean. These calls need no key.',
} as const

export type Tag = keyof typeof TAGS

const HEADERS = {
  'Daybook-Position': { type: 'integer', description: 'The position in the book that the answer was computed at.' },
  'Daybook-Request-Id': { type: 'string', description: 'Names this request in the log of the service.' },
  ETag: { type: 'string', description: 'Names this content: for `If-None-Match`.' },
  'Idempotency-Replayed': {
    type: 'boolean',
    description: 'true where the command was recorded before: this is its first answer again.',
  },
  'Preference-Applied': { type: 'string', description: '`handling=strict` where that was asked for.' },
  'Retry-After': { type: 'integer', description: 'Seconds to wait before asking again.' },
  'WWW-Authenticate': { type: 'string', description: 'How to authenticate: `Bearer`.' },
} as const

const PROBLEM_HEADERS: Partial<Record<number, HeaderName>> = { 401: 'WWW-Authenticate', 503: 'Retry-After' }

/** Any call with a key may meet these. */
const EVERYWHERE: readonly ProblemCode[] = ['invalid-request', 'unauthenticated', 'internal', 'unavailable']

/** The part of a route's schema that only describes, of a call that needs a key. */
export function operation({ problems, ...described }: Operation) {
  return anyOperation({ ...described, problems: [...EVERYWHERE, ...problems] })
}

/** The same of a call that needs none. */
export function publicOperation(described: Operation) {
  return { ...anyOperation(described), security: [] }
}

function anyOperation({ id, tag, summary, description, answers, problems }: Operation) {
  return {
    operationId: id,
    tags: [tag],
    summary,
    description,
    response: { ...successes(answers), ...problemsByStatus(problems) },
  }
}

function successes(answers: Operation['answers']): Record<string, object> {
  const responses = Object.entries(answers).map(([status, answer]) => {
    const { description, schema, example, mediaTypes = ['application/json'], headers = [] } = answer
    const shown = example === undefined ? { schema } : { schema, example }
    const contents = schema === null ? [] : mediaTypes.map((mediaType) => [mediaType, shown] as const)
    const content = contents.length === 0 ? {} : { content: Object.fromEntries(contents) }
    return [status, { description, headers: headersOf(headers), ...content }] as const
  })
  return Object.fromEntries(responses)
}

function problemsByStatus(codes: readonly ProblemCode[]): Record<string, object> {
  const byStatus = Map.groupBy(codes, (code) => catalogue[code].status)
  const responses = Array.from(byStatus, ([status, codes]) => {
    const schemas = codes.map(problemSchema)
    const schema = schemas.length === 1 ? schemas[0] : Type.Union(schemas)
    const header = PROBLEM_HEADERS[status]
    return [
      String(status),
      {
        description: codes.map((code) => `\`${code}\`: ${catalogue[code].title}.`).join(' '),
        headers: headersOf(header === undefined ? [] : [header]),
        content: { 'application/problem+json': { schema } },
      },
    ] as const
  })
  return Object.fromEntries(responses)
}

function headersOf(names: readonly HeaderName[]): object {
  return Object.fromEntries(['Daybook-Request-Id' as const, ...names].map((name) => [name, HEADERS[name]]))
}
