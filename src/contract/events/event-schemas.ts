import type { TSchema } from 'typebox'
import type { EventType } from '../../domain/event.ts'
import { definitionData } from './definitions.ts'
import { eventOfAnyType } from './envelope.ts'
import { holdData } from './holds.ts'
import { recordingData } from './recordings.ts'
import { requestData } from './requests.ts'

/*
 * The one source of what an event holds, by type. docs/reference/events/ has it as JSON Schema, the tables of
 * docs/reference/events.md have it for people, and an import holds against it what it reads.
 */

/** `data`, by type. */
export const EVENT_DATA: Readonly<Record<EventType, TSchema>> = {
  ...definitionData,
  ...recordingData,
  ...requestData,
  ...holdData,
}

const DIALECT = { $schema: 'https://json-schema.org/draft/2020-12/schema' }
const ENVELOPE_ID = 'urn:daybook:event'

/** JSON Schema (draft 2020-12) of what all events have, by the name of its file. */
export function envelopeSchema(): object {
  return { ...DIALECT, $id: ENVELOPE_ID, title: 'Event', ...(plainSchema(eventOfAnyType) as object) }
}

/** JSON Schema of the events of a type: the envelope, its `type`, and its `data`. */
export function eventSchema(type: EventType): object {
  return {
    ...DIALECT,
    $id: `${ENVELOPE_ID}:${type}`,
    title: type,
    type: 'object',
    $ref: ENVELOPE_ID,
    properties: { type: { const: type }, data: plainSchema(EVENT_DATA[type]) },
  }
}

/** Without what is only for us: notes such as `x-must`, checks in code, examples, and empty descriptions. */
function plainSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(plainSchema)
  if (typeof schema !== 'object' || schema === null) return schema
  const kept = Object.entries(schema).filter(([name, value]) => isForOthers(name, value))
  return Object.fromEntries(
    kept.map(([name, value]) => [name, NAMED_BY_DATA.has(name) ? eachPlain(value as object) : plainSchema(value)]),
  )
}

/** Key words whose members are named by the data, and not by JSON Schema. */
const NAMED_BY_DATA = new Set(['properties', 'patternProperties'])

function eachPlain(schemas: object): object {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, plainSchema(schema)]))
}

function isForOthers(name: string, value: unknown): boolean {
  if (/^[x~]/.test(name) || name === 'examples' || typeof value === 'function') return false
  return name !== 'description' || value !== ''
}
