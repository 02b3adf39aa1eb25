import { type TSchema, Type } from 'typebox'
import { WEEKDAYS } from '../../domain/calendar/calendar.ts'
import { day } from '../schemas/scalars.ts'

/*
 * What events are made of. Unlike the schemas of commands these describe what is recorded: values in their one spelling,
 * members in the order of their names, as canonical JSON has them.
 */

type Options = Record<string, unknown>

const closed = { additionalProperties: false }

/** An object whose members are all known. */
export function shape<const Members extends Record<string, TSchema>>(members: Members, description?: string) {
  return Type.Object(members, { ...closed, ...(description === undefined ? {} : { description }) })
}

/** A value, or null. */
export function nullable(schema: TSchema, description: string, options: Options = {}) {
  return Type.Union([schema, Type.Null()], { description, ...options })
}

/** An object whose members have names that are data themselves. */
export function byName(
  { called, pattern }: { called: string; pattern: string },
  member: TSchema,
  description: string,
): TSchema {
  return Type.Unsafe({
    type: 'object',
    patternProperties: { [pattern]: member },
    additionalProperties: false,
    description,
    'x-called': `<${called}>`,
  })
}

export function listOf(item: TSchema, description: string) {
  return Type.Array(item, { description })
}

export function anyText(description: string) {
  return Type.String({ description })
}

export function counted(description: string) {
  return Type.Integer({ minimum: 0, description })
}

export function oneOf(values: readonly string[], description: string) {
  return Type.Enum([...values], { type: 'string', description })
}

/** Which of them it is: 1, 2, 3 … */
export function numbered(description = '1, 2, 3 …') {
  return Type.Integer({ minimum: 1, description })
}

/** A quantity without trailing zeros; zero or more, unless it is signed. */
export function plainQuantity(description: string, { signed = false } = {}) {
  return Type.String({ pattern: `^${signed ? '-?' : ''}(0|[1-9][0-9]{0,17})(\\.[0-9]{1,8})?$`, description })
}

const HOURS_PATTERN = '^(0|[1-9]|1[0-9]|2[0-4])(\\.[0-9]{1,4})?$'

export function hours(description: string) {
  return Type.String({ pattern: HOURS_PATTERN, description })
}

export function portion(description: string) {
  return oneOf(['full', 'am', 'pm'], description)
}

const NAMES = { mon: 'Mondays', tue: 'Tuesdays', wed: 'Wednesdays', thu: 'Thursdays', fri: 'Fridays', sat: 'Saturdays' }

function ofEach(member: (description: string) => TSchema): Record<string, TSchema> {
  const names: Record<string, string> = { ...NAMES, sun: 'Sundays' }
  return Object.fromEntries(WEEKDAYS.toSorted().map((weekday) => [weekday, member(`of ${names[weekday]!}`)]))
}

export const workedDays = shape(ofEach((description) => oneOf(['0', '0.5', '1', 'am', 'pm'], description)))
export const hoursByWeekday = shape(ofEach(hours))

/** Days by date, and what of each. */
export function dayPortions(description: string, ofDay: string) {
  return listOf(shape({ date: day('the day'), portion: portion(ofDay) }), description)
}
