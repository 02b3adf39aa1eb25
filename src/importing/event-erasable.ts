import { Type } from 'typebox'
import { checkOf } from '../contract/compile.ts'
import type { RecordedEvent } from '../domain/event.ts'
import type { Client } from '../ledger/command.ts'

/** What may be erased of an event, apart from what the command said. */
export interface EventErasable {
  readonly client: Client
  /** Lower-case hex. */
  readonly salt: string
}

const textOrNull = Type.Union([Type.String({ maxLength: 1_024 }), Type.Null()])

const check = checkOf(
  Type.Object({
    client: Type.Object(
      { ip: textOrNull, session: textOrNull, userAgent: textOrNull },
      { additionalProperties: false },
    ),
    salt: Type.String({ pattern: '^[0-9a-f]{32}$', 'x-must': 'be 128 bits as lower-case hex' }),
  }),
  'body',
)

/** @returns null where it was erased; in words, what is wrong with it */
export function erasableOf({ erasableText }: RecordedEvent): EventErasable | null | string {
  if (erasableText === null) return null
  const { client, salt } = JSON.parse(erasableText) as { client?: unknown; salt?: unknown }
  const checked = check({ client, salt })
  if ('value' in checked) return checked.value as EventErasable
  const [fault] = checked.faults
  return `its erasable is not one: ${fault?.pointer || 'it'} ${fault?.message}`
}
