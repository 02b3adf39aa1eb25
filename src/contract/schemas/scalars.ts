import { Type } from 'typebox'
import { type CalendarDate, parseCalendarDate } from '../../domain/calendar-date.ts'
import { ID_PATTERN } from '../../domain/id.ts'
import { PERIOD_PATTERN, type Period } from '../../domain/period/period.ts'

/*
 * The values that requests and replies are made of. `x-must` completes "must …" in the message about a value that does
 * not fit; it is for people who read answers, and left out of the OpenAPI document.
 */

/** What a day looks like, without the ends of the text. */
export const DAY = '(19|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])'

/** Completes "must …". */
export const ID_MUST = 'be an id: 1 to 128 letters, digits and . _ : @ -, the first a letter or digit'

export function id(description: string, example: string) {
  return Type.String({
    pattern: ID_PATTERN,
    description,
    examples: [example],
    'x-must': ID_MUST,
  })
}

const DIGITS = '(0|[1-9][0-9]{0,17})(\\.[0-9]{1,40})?'
const NOT_ZERO = '(?!0(\\.0+)?$)'
const QUANTITY = 'a decimal number in a string, such as "1.5", of at most 18 integer digits'

/** What replies print. */
export function quantity(description: string, example = '1.5') {
  return Type.String({ pattern: `^-?${DIGITS}$`, description, examples: [example] })
}

export const PositiveQuantity = Type.String({
  pattern: `^${NOT_ZERO}${DIGITS}$`,
  description: 'Greater than zero; at most 18 integer digits, and no more decimals than the policy keeps.',
  examples: ['1.5'],
  'x-must': `be ${QUANTITY}, greater than zero`,
})

export const SignedQuantity = Type.String({
  pattern: `^-?${NOT_ZERO}${DIGITS}$`,
  description: 'Not zero; at most 18 integer digits, and no more decimals than the policy keeps.',
  examples: ['-0.5'],
  'x-must': `be ${QUANTITY}, other than zero`,
})

/** A balance that is asked for. */
export function askedBalance(description: string) {
  return Type.String({
    pattern: `^-?${DIGITS}$`,
    description,
    examples: ['12'],
    'x-must': `be ${QUANTITY}`,
  })
}

export const Limit = Type.String({
  pattern: `^${DIGITS}$`,
  examples: ['0'],
  'x-must': `be ${QUANTITY}, zero or more`,
})

/** A calendar day that exists. */
export function day(description: string, example = '2026-03-31') {
  return Type.Refine(
    Type.Unsafe<CalendarDate>(
      Type.String({
        pattern: `^${DAY}$`,
        format: 'date',
        description,
        examples: [example],
        'x-must': 'be a day that exists, as YYYY-MM-DD, from 1900-01-01 to 2999-12-31',
      }),
    ),
    (value) => parseCalendarDate(value) !== undefined,
  )
}

/** A month of the calendar. */
export function period(description: string) {
  return Type.Unsafe<Period>(
    Type.String({
      pattern: PERIOD_PATTERN,
      description,
      examples: ['2026-03'],
      'x-must': 'be a month, as YYYY-MM, from 1900-01 to 2999-12',
    }),
  )
}

/** UTC with milliseconds, as the record prints it. */
export function instant(description: string) {
  return Type.String({
    pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$',
    format: 'date-time',
    description,
    examples: ['2026-03-31T08:15:30.250Z'],
    'x-must': 'be an instant in UTC with milliseconds, such as 2026-03-31T08:15:30.250Z',
  })
}

/** What JavaScript counts exactly; positions and versions stay far below. */
export const LARGEST = Number.MAX_SAFE_INTEGER

/** @param maximum the largest that the field can hold */
export function position(description: string, maximum = LARGEST) {
  return Type.Integer({ minimum: 1, maximum, description, examples: [42] })
}

export function hash(description: string) {
  return Type.String({ pattern: '^[0-9a-f]{64}$', description, examples: ['9f'.repeat(32)] })
}

/** The largest position that a transaction id can name. */
export const LARGEST_IN_ID = 999_999_999_999_999

export const TRANSACTION_ID_PATTERN = '^[1-9][0-9]{0,14}\\.[1-9][0-9]{0,8}$'

export function transactionId(description: string) {
  return Type.String({
    pattern: TRANSACTION_ID_PATTERN,
    description,
    examples: ['42.1'],
    'x-must': 'be a transaction id: <position>.<line>, such as 42.1',
  })
}

export const WORKED_HOURS_ID_PATTERN = '^[1-9][0-9]{0,14}$'

export function workedHoursId(description: string) {
  return Type.String({
    pattern: WORKED_HOURS_ID_PATTERN,
    description,
    examples: ['42'],
    'x-must': 'be the id of worked hours, such as 42',
  })
}

export const TransactionIds = Type.Array(transactionId('A transaction.'), {
  description: 'In recorded order; the first 1000 of them.',
})

/** A key as it is sent; in quotation marks (`parseIdempotencyKey`) it is the same. */
export const IdempotencyKey = Type.String({
  pattern: '^[!#-~]([ -~]{0,253}[!-~])?$',
  description:
    'The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In ' +
    'quotation marks, as a string of a structured field, it is the same key as without.',
  examples: ['payroll-2026-03-e1'],
})

/** A key as it was recorded. The first ones could have blanks at their ends. */
export const RecordedKey = Type.String({
  pattern: '^[ -~]{1,255}$',
  description: 'The name that its caller gave the command.',
  examples: ['payroll-2026-03-e1'],
  'x-must': 'be 1 to 255 printable ASCII characters',
})

/** Header and WebSocket mean the same client, and a header has no blanks at its ends. */
export const CLIENT_ID_PATTERN = '^[!-~]([ -~]{0,126}[!-~])?$'

/** Completes "must …". */
export const CLIENT_ID_MUST = 'be 1 to 128 printable ASCII characters, without a blank at either end'

/** Text of one line. */
export function label(description: string, maxLength: number, example: string) {
  return Type.String({
    minLength: 1,
    maxLength,
    pattern: '^[^\\u0000-\\u001f\\u007f]*$',
    description,
    examples: [example],
    'x-must': `be a text of 1 to ${maxLength} characters without control characters`,
  })
}

/** A time of a day; a day ends at 24:00. */
export const TIME_PATTERN = '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$'

export const Portion = Type.Enum(['full', 'am', 'pm'], {
  type: 'string',
  description: 'Which part of the day.',
  'x-must': 'be "full", "am" or "pm"',
})

export const TransactionType = Type.Enum(['accrual', 'consumption', 'pending', 'reversal', 'adjustment'], {
  type: 'string',
  description:
    'A reversal undoes one of the others; `pending` is held by a request that is not decided yet, or by a hold.',
  'x-must': 'be "accrual", "consumption", "pending", "reversal" or "adjustment"',
})

export const RequestStatus = Type.Enum(['pending', 'approved', 'rejected', 'cancelled'], {
  type: 'string',
  description: 'What became of it so far.',
  'x-must': 'be "pending", "approved", "rejected" or "cancelled"',
})

/** A country (ISO 3166-1), a part of it (ISO 3166-2), a part of that. */
export const REGION_PATTERN = '^[A-Z]{2}(-[A-Za-z0-9]{1,16}){0,2}$'

// One @, no white space, and a domain with a dot: what a person mistypes, not what RFC 5322 would still allow.
export const EMAIL_PATTERN = '^[^\\s@\\u0000-\\u001f\\u007f]{1,64}@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+$'

export const MOST_EMAIL = 254

export function email(description: string) {
  return Type.String({
    maxLength: MOST_EMAIL,
    pattern: EMAIL_PATTERN,
    description,
    examples: ['ada@example.com'],
    'x-must': 'be an e-mail address',
  })
}

export const KindVisibleTo = Type.Enum(['team', 'manager', 'hr'], {
  type: 'string',
  description:
    'Who sees of what kind an absence is, in the calendar, feeds, live, requests, transactions, balances and statements: `team`, ' +
    'of what they see at all, whoever sees that somebody is away; ' +
    '`manager`, their managers (unless given); `hr`, nobody but themselves. Whoever reads the data of everybody sees it always.',
  'x-must': 'be "team", "manager" or "hr"',
})
