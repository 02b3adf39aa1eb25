import type { BookBody, BulkItemBody, EntityBody, PolicyBody } from '../commands/bodies.ts'
import type { Caller } from '../commands/context.ts'
import { defineBook } from '../commands/define-book.ts'
import { defineEntity } from '../commands/define-entity.ts'
import { definePolicy } from '../commands/define-policy.ts'
import { originalBody } from '../commands/original.ts'
import { recordBulkItem } from '../commands/record-transactions.ts'
import type { RecordedEvent } from '../domain/event.ts'
import { type Check, checkOf } from '../http/compile.ts'
import { BookDefinition, EntityDefinition, PolicyDefinition } from '../http/schemas/definitions.ts'
import { Line, Transactions } from '../http/schemas/lines.ts'
import { id } from '../http/schemas/scalars.ts'
import type { Client, Command } from '../ledger/command.ts'
import type { EventErasable } from './event-erasable.ts'

/** An event that no command of this release would have recorded. The message says why, in words. */
export class NoSuchCommand extends Error {}

/**
 * The command that an event was recorded for, put together again and checked by the schemas that commands are checked
 * by. Deciding it anew where it was decided must give the same event.
 * @throws NoSuchCommand
 */
export function recordedCommand(event: RecordedEvent, erasable: EventErasable | null): Command {
  const { book, idempotencyKey, actor } = event
  const caller: Caller = { book, idempotencyKey, actor, client: erasable?.client ?? NOBODY, dryRun: false }
  switch (event.type) {
    case 'book-defined':
      return defineBook(caller, fitting<BookBody>(isBook, membersOf(event)))
    case 'policy-defined': {
      const { policy, version: _version, ...body } = membersOf(event)
      return definePolicy(caller, fitting<string>(isId, policy), fitting<PolicyBody>(isPolicy, body))
    }
    case 'entity-defined': {
      const { entity, version: _version, ...body } = membersOf(event)
      return defineEntity(caller, fitting<string>(isId, entity), fitting<EntityBody>(isEntity, body))
    }
    case 'accrual-recorded':
    case 'consumption-recorded':
    case 'adjustment-recorded':
    case 'reversal-recorded':
      return recordBulkItem(caller, fitting<BulkItemBody>(isLine, { ...bodyOf(event), type: lineType(event.type) }))
    case 'transactions-recorded':
      return recordBulkItem(caller, fitting<BulkItemBody>(isBatch, bodyOf(event)))
    default:
      throw new NoSuchCommand(`events of type ${String(event.type satisfies never)} are not known`)
  }
}

const isBook = checkOf(BookDefinition, 'body')
const isPolicy = checkOf(PolicyDefinition, 'body')
const isEntity = checkOf(EntityDefinition, 'body')
const isLine = checkOf(Line, 'body')
const isBatch = checkOf(Transactions, 'body')
const isId = checkOf(id('', ''), 'body')

/** Once it is erased, nobody knows from where a command came. */
const NOBODY: Client = { ip: null, userAgent: null, session: null }

/** A cast: the schema of the check says so. */
function fitting<Body>(check: Check, value: unknown): Body {
  const checked = check(value)
  if ('value' in checked) return checked.value as Body
  const [fault] = checked.faults
  throw new NoSuchCommand(`no command says what it says: ${fault?.pointer || 'it'} ${fault?.message}`)
}

function membersOf({ dataText }: RecordedEvent): { readonly [member: string]: unknown } {
  return JSON.parse(dataText) as { readonly [member: string]: unknown }
}

function bodyOf(event: RecordedEvent): object {
  const body = originalBody(event)
  if (body === undefined) throw new NoSuchCommand('it has no transactions')
  return body
}

function lineType(type: `${string}-recorded`): string {
  return type.slice(0, -'-recorded'.length)
}
