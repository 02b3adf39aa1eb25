import { normalQuantity } from '../domain/quantity.ts'
import type { DefineCommand, RecordCommand } from '../ledger/command.ts'
import { canonicalJson } from '../ledger/rows/canonical.ts'
import type { ReverseWorkedHoursBody, WorkedHoursBody } from './bodies.ts'
import type { Caller } from './context.ts'
import { differences } from './differences.ts'
import { ERASABLE_MEMBERS } from './original.ts'
import { saying } from './saying.ts'

/** Records hours that an entity has worked over some days: what a policy may earn by. */
export function recordWorkedHours(caller: Caller, body: WorkedHoursBody): RecordCommand {
  const { entity, from, to = from, reference = null } = body
  const said = { entity, from, to, hours: normalQuantity(body.hours), reference }
  return saying(caller, { type: 'worked-hours-recorded', path: 'worked-hours', entity, said })
}

/**
 * Takes back hours that were recorded by mistake: all of one command, and once.
 * @param position of the event that recorded them
 */
export function reverseWorkedHours(
  caller: Caller,
  position: number,
  { reason }: ReverseWorkedHoursBody,
): DefineCommand {
  const id = String(position)
  const said = reason === undefined ? {} : { reason }
  return {
    ...caller,
    kind: 'define',
    canonical: `POST /v1/books/${caller.book}/worked-hours/${id}/reverse ${canonicalJson(said)}`,
    reads: { workedHours: position },
    erasable: said,
    createsBook: false,
    decide: ({ workedHours }) => {
      if (workedHours === undefined) return { refusal: { code: 'unknown-worked-hours', workedHours: id } }
      const { entity, reversedBy } = workedHours
      if (caller.authority?.selves.includes(entity) === true) return { refusal: { code: 'own-account', entity } }
      if (reversedBy !== null) {
        return { refusal: { code: 'already-reversed', workedHours: id, reversedBy: String(reversedBy) } }
      }
      return {
        outcome: 'define',
        type: 'worked-hours-reversed',
        stream: `worked-hours:${id}`,
        streamVersion: 1,
        data: { entity, workedHours: position },
        definition: { kind: 'worked-hours-reversed', entity, workedHours: position },
      }
    },
    differs: ({ type, dataText, erasableText }) => {
      if (type !== 'worked-hours-reversed') return ['/type']
      const { workedHours } = JSON.parse(dataText) as { readonly workedHours: number }
      const erasable = erasableText === null ? {} : (JSON.parse(erasableText) as ReverseWorkedHoursBody)
      const before = { workedHours, ...(erasable.reason === undefined ? {} : { reason: erasable.reason }) }
      return differences(before, { workedHours: position, ...said }, erasableText === null ? ERASABLE_MEMBERS : [])
    },
  }
}
