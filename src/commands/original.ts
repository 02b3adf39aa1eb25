import type { EventType, RecordedEvent } from '../domain/event.ts'
import { normalQuantity, printMinor } from '../domain/quantity.ts'
import { dayMeant, printTransactionId, type Transaction } from '../domain/transaction.ts'
import type { Json } from '../ledger/rows/canonical.ts'
import { differences } from './differences.ts'
import type { Residue } from './line.ts'

type Members = { readonly [member: string]: Json }

interface ErasableDocument {
  readonly reason?: string
  readonly metadata?: Members
  readonly lines?: { readonly [line: string]: { readonly reason?: string; readonly metadata?: Members } }
}

/** The members of a body that an erasure takes: what nobody remembers cannot be compared. */
export const ERASABLE_MEMBERS: readonly string[] = ['reason', 'metadata']

/**
 * The body that an event was made from, put together again from its transactions, its `data` and what is not erased.
 * @returns undefined for an event without transactions
 */
export function originalBody(event: RecordedEvent): Members | undefined {
  const [first] = event.transactions
  if (first === undefined) return undefined
  const erasable = event.erasableText === null ? {} : (JSON.parse(event.erasableText) as ErasableDocument)
  const own = {
    ...(erasable.reason === undefined ? {} : { reason: erasable.reason }),
    ...(erasable.metadata === undefined ? {} : { metadata: erasable.metadata }),
  }
  if (event.type !== 'transactions-recorded') {
    return { ...originalLine(first, JSON.parse(event.dataText) as Residue, { shared: false }), ...own }
  }
  const data = JSON.parse(event.dataText) as { lines?: { [line: string]: Residue }; reference?: string }
  const shared = data.reference !== undefined
  return {
    ...own,
    ...(data.reference === undefined ? {} : { reference: data.reference }),
    transactions: askedFor(event.transactions, data.lines ?? {}).map((transaction) => ({
      ...originalLine(transaction, data.lines?.[transaction.line] ?? {}, { shared }),
      ...erasable.lines?.[transaction.line],
      type: transaction.type,
    })),
  }
}

/** The transactions that each stand for a line of the command: of one that undoes a command or draws on accounts, the first. */
function askedFor(transactions: readonly Transaction[], residues: { readonly [line: string]: Residue }): Transaction[] {
  let undone: number | undefined
  let drawnUntil = 0
  return transactions.filter(({ line, reverses }) => {
    const { position, drawn } = residues[line] ?? {}
    if (line < drawnUntil) return false
    drawnUntil = line + (drawn ?? 0)
    if (position === undefined && reverses !== null && reverses.position === undone) return false
    undone = position
    return true
  })
}

function originalLine(transaction: Transaction, residue: Residue, { shared }: { shared: boolean }): Members {
  const reference = !shared && transaction.reference !== null ? { reference: transaction.reference } : {}
  if (residue.position !== undefined) return { ...reference, ...residue }
  if (transaction.reverses !== null) {
    return { ...reference, ...residue, transaction: printTransactionId(transaction.reverses) }
  }
  const { amount, scale, type, entity, policy, validUntil, carriedIn } = transaction
  if (residue.resource !== undefined) {
    const { drawn: _drawn, ...said } = residue
    return { ...reference, ...said, entity, effectiveOn: dayMeant(transaction) }
  }
  const line = { ...reference, ...residue, entity, policy, effectiveOn: dayMeant(transaction) }
  // What it was brought to is what was asked for.
  if (residue.to !== undefined) return line
  const asked = type === 'consumption' ? -amount : amount
  return {
    ...line,
    amount: normalQuantity(printMinor(asked, scale)),
    ...(validUntil === null ? {} : { validUntil }),
    ...(carriedIn ? { carriedIn } : {}),
  }
}

/**
 * Where a definition differs from the one that an event recorded.
 * @param asked what is compared; members that the event has beyond it (its version, defaults) are not
 * @param sometimes members that the event has only where they were said: they differ where they are not asked
 * @param unrecorded members of which the event does not tell what was said: they differ where nothing else does
 */
export function definitionDiffers(
  original: RecordedEvent,
  type: EventType,
  asked: Members,
  {
    sometimes = [],
    unrecorded = [],
  }: { readonly sometimes?: readonly string[]; readonly unrecorded?: readonly string[] } = {},
): string[] {
  if (original.type !== type) return ['/type']
  const data = JSON.parse(original.dataText) as Members
  const compared = Object.fromEntries(
    [...Object.keys(asked), ...sometimes].flatMap((name) => (name in data ? [[name, data[name]!]] : [])),
  )
  const found = differences(compared, asked)
  // Once the salt is erased, nobody can tell, and what can still be compared decides.
  return found.length > 0 || original.erasableText === null ? found : unrecorded.map((member) => `/${member}`)
}
