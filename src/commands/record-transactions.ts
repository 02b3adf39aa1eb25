import type { EventType, RecordedEvent } from '../domain/event.ts'
import { normalQuantity } from '../domain/quantity.ts'
import type { AskedLine } from '../domain/recording/asked-line.ts'
import { decideLines } from '../domain/recording/decide-lines.ts'
import type { Refused } from '../domain/refusal.ts'
import { WHOLE_COMMAND } from '../domain/transaction.ts'
import type { AcceptedCommand, Erasable, RecordCommand } from '../ledger/command.ts'
import type { LimitNeed, Needs } from '../ledger/needs.ts'
import { asJson, canonicalJson, type Json } from '../ledger/rows/canonical.ts'
import type {
  AccrualBody,
  AdjustmentBody,
  ConsumptionBody,
  DrawingBody,
  LineOrDrawingBody,
  ReversalBody,
  TransactionsBody,
} from './bodies.ts'
import type { Caller } from './context.ts'
import { differences } from './differences.ts'
import { askedLine, lineText, type Residue, residueOf } from './line.ts'
import { ERASABLE_MEMBERS, originalBody } from './original.ts'

/** Earns: `amount` > 0 counts from `effectiveOn` on. */
export function recordAccrual(caller: Caller, body: AccrualBody): RecordCommand {
  return recordLine(caller, { ...body, type: 'accrual' })
}

/** Takes: `amount` > 0 is subtracted from `effectiveOn` on, and claims its half days where the policy is `dayExclusive`. */
export function recordConsumption(caller: Caller, body: ConsumptionBody | DrawingBody): RecordCommand {
  return recordLine(caller, { ...body, type: 'consumption' })
}

/** Corrects by a signed amount. */
export function recordAdjustment(caller: Caller, body: AdjustmentBody): RecordCommand {
  return recordLine(caller, { ...body, type: 'adjustment' })
}

/** Undoes one whole transaction, or all lines of one command. */
export function recordReversal(caller: Caller, body: ReversalBody): RecordCommand {
  return recordLine(caller, { ...body, type: 'reversal' })
}

/** Records several lines, across any entities, or none of them. */
export function recordTransactions(caller: Caller, body: TransactionsBody): RecordCommand {
  const { transactions: lines, reference } = body
  const texts = lines.map((line) => lineText(line, { withType: true }))
  return command(caller, {
    type: 'transactions-recorded',
    path: 'transactions',
    bodyText: batchText(body, texts),
    lines: lines.map((line) => askedLine(line, reference)),
    dataText: canonicalJson(batchData(body, lines)),
    erasable: { ...erasableOf(body), ...erasableLines(lines) },
    body: () => normalBatch(body),
    ...(!lines.every(isOne) ? { numbered: (askedBy) => numbered(body, askedBy) } : {}),
  })
}

/** One command of a bulk: the same command as the single call that says the same. */
export function recordBulkItem(caller: Caller, body: LineOrDrawingBody | TransactionsBody): RecordCommand {
  return 'transactions' in body ? recordTransactions(caller, body) : recordLine(caller, body)
}

const SINGLE = {
  accrual: { type: 'accrual-recorded', path: 'accruals' },
  consumption: { type: 'consumption-recorded', path: 'consumptions' },
  adjustment: { type: 'adjustment-recorded', path: 'adjustments' },
  reversal: { type: 'reversal-recorded', path: 'reversals' },
} as const

function recordLine(caller: Caller, body: LineOrDrawingBody): RecordCommand {
  const { type, path } = SINGLE[body.type]
  return command(caller, {
    type,
    path,
    bodyText: lineText(body, { withType: false }),
    lines: [askedLine(body, undefined)],
    dataText: residueText(residueOf(body, { shared: false })),
    erasable: erasableOf(body),
    body: () => normalLine(body),
  })
}

/** What a batch says of its lines, by those that it records: one that undoes a command, or draws on accounts, is several. */
function numbered(body: TransactionsBody, askedBy: readonly number[]): Pick<AcceptedCommand, 'erasable' | 'recorded'> {
  const lines = askedBy.map((index) => body.transactions[index]!)
  // Which command is undone, or what is drawn on several accounts, is said once, with the first of the lines.
  const first = lines.map((line, at) => (askedBy[at] === askedBy[at - 1] ? undefined : line))
  const asked = Map.groupBy(askedBy, (index) => index)
  const counts = askedBy.map((index) => asked.get(index)!.length)
  return {
    recorded: { type: 'transactions-recorded', data: batchData(body, first, counts), stream: null },
    erasable: { ...erasableOf(body), ...erasableLines(lines) },
  }
}

/** Whether it is recorded as one transaction: not what undoes a whole command, or draws on several accounts. */
function isOne(body: LineOrDrawingBody): boolean {
  return (
    !('resource' in body && body.resource !== undefined) && (body.type !== 'reversal' || body.position === undefined)
  )
}

interface Parts {
  readonly type: EventType
  readonly path: string
  /** Canonical JSON of the body. */
  readonly bodyText: string
  readonly lines: readonly AskedLine[]
  readonly dataText: string
  readonly erasable: Erasable
  /** The body with quantities in their normal spelling. */
  readonly body: () => Json
  /** What is recorded besides the transactions, where that depends on how many there are. */
  readonly numbered?: (askedBy: readonly number[]) => Pick<AcceptedCommand, 'erasable' | 'recorded'>
}

function command(caller: Caller, parts: Parts): RecordCommand {
  const { type, path, bodyText, lines, dataText, erasable, body, numbered: spelt } = parts
  return {
    ...caller,
    kind: 'record',
    type,
    lines: lines.reduce((sum, line) => sum + linesExpected(line), 0),
    needs: needsOf(lines),
    dataText,
    erasable,
    canonical: `POST /v1/books/${caller.book}/${path} ${bodyText}`,
    decide: (state, position) => {
      const asked = ownAccount(caller, parts, lines.map(entityAsked))
      if (asked !== undefined) return asked
      const decided = decideLines(state, position, lines)
      if ('refusal' in decided) return decided
      const { transactions, askedBy } = decided
      // Whose transaction a reversal undoes is known by now.
      const undone = ownAccount(
        caller,
        parts,
        transactions.map(({ entity }) => entity),
        askedBy,
      )
      return undone ?? (spelt === undefined ? decided : { ...decided, ...spelt(askedBy) })
    },
    differs: (original) => differsFrom(original, type, body()),
  }
}

/** Nobody posts about themselves. @param askedBy of each of the entities, which line asks for it; that of its own place unless said */
function ownAccount(
  { authority }: Caller,
  { type }: Pick<Parts, 'type'>,
  entities: readonly (string | undefined)[],
  askedBy?: readonly number[],
): Refused | undefined {
  if (authority === undefined || authority.selves.length === 0) return undefined
  const at = entities.findIndex((entity) => entity !== undefined && authority.selves.includes(entity))
  const entity = entities[at]
  if (entity === undefined) return undefined
  const refusal = { code: 'own-account', entity } as const
  return type === 'transactions-recorded' ? { refusal, lineIndex: askedBy?.[at] ?? at } : { refusal }
}

/** undefined: it is that of another transaction. */
function entityAsked(line: AskedLine): string | undefined {
  return line.type === 'reversal' ? undefined : line.entity
}

/** What groups and queues are measured in. How many lines a whole command has is not known yet: few have more than these. */
const LINES_OF_WHOLE_COMMAND = 25

/** Most leave is taken from one account or two. */
const LINES_OF_DRAWING = 2

function linesExpected(line: AskedLine): number {
  if (line.type === 'drawing') return LINES_OF_DRAWING
  return line.type === 'reversal' && line.target.line === WHOLE_COMMAND ? LINES_OF_WHOLE_COMMAND : 1
}

function needsOf(lines: readonly AskedLine[]): Needs {
  const accounts: Needs['accounts'][number][] = []
  const targets: Needs['targets'][number][] = []
  const days: Needs['days'][number][] = []
  const limits: LimitNeed[] = []
  const drawn: NonNullable<Needs['drawn']>[number][] = []
  for (const line of lines) {
    if (line.type === 'reversal') {
      targets.push({ at: line.target, from: line.effectiveOn })
      continue
    }
    if (line.type === 'drawing') {
      drawn.push({ entity: line.entity, resource: line.resource, on: line.effectiveOn })
      continue
    }
    const { entity, policy, effectiveOn } = line
    const isDated = line.type === 'accrual' && line.validUntil !== undefined
    accounts.push({ entity, policy, from: effectiveOn, ...(isDated ? { lots: true } : {}) })
    if (line.type === 'consumption') {
      days.push({ entity, policy, on: effectiveOn })
      limits.push({ entity, policy, of: 'leave' }, { entity, policy, of: 'late-leave', on: effectiveOn })
    } else if (line.type === 'accrual' && line.carriedIn !== true) {
      limits.push({ entity, policy, of: 'accrual' })
    }
  }
  return { accounts, targets, days, limits, ...(drawn.length === 0 ? {} : { drawn }) }
}

function differsFrom(original: RecordedEvent, type: EventType, body: Json): string[] {
  const before = originalBody(original)
  if (before === undefined) return ['/type']
  const found = differences(before, body, original.erasableText === null ? ERASABLE_MEMBERS : [])
  return original.type === type ? found : ['/type', ...found]
}

function erasableOf({ reason, metadata }: { reason?: string; metadata?: Json }): Erasable {
  if (reason === undefined && metadata === undefined) return NOTHING
  return { ...(reason === undefined ? {} : { reason }), ...(metadata === undefined ? {} : { metadata }) }
}

const NOTHING: Erasable = {}

function erasableLines(lines: readonly LineOrDrawingBody[]): Pick<Erasable, 'lines'> {
  const said = lines.flatMap((line, index) => {
    const erasable = erasableOf(line)
    return erasable === NOTHING ? [] : [[String(index + 1), erasable] as const]
  })
  return said.length === 0 ? {} : { lines: Object.fromEntries(said) }
}

function batchText({ metadata, reason, reference }: TransactionsBody, lineTexts: readonly string[]): string {
  return (
    (metadata === undefined ? '{' : `{"metadata":${canonicalJson(metadata)},`) +
    (reason === undefined ? '' : `"reason":${JSON.stringify(reason)},`) +
    (reference === undefined ? '' : `"reference":${JSON.stringify(reference)},`) +
    `"transactions":[${lineTexts.join(',')}]}`
  )
}

function batchData(
  { reference }: TransactionsBody,
  lines: readonly (LineOrDrawingBody | undefined)[],
  /** How many transactions each of them is. */
  counts: readonly number[] = [],
): { [member: string]: Json } {
  const residues = lines.flatMap((line, index) => {
    if (line === undefined) return []
    const residue = residueOf(line, { shared: reference !== undefined, drawn: counts[index] })
    return isEmpty(residue) ? [] : [[String(index + 1), residue] as const]
  })
  return {
    ...(residues.length === 0 ? {} : { lines: Object.fromEntries(residues) }),
    ...(reference === undefined ? {} : { reference }),
  }
}

function residueText(residue: Residue): string {
  return isEmpty(residue) ? '{}' : canonicalJson(residue)
}

function isEmpty(residue: Residue): boolean {
  for (const _member in residue) return false
  return true
}

function normalBatch(body: TransactionsBody): Json {
  const transactions = body.transactions.map((line) => ({ ...normalLine(line), type: line.type }))
  return { ...asJson(body), transactions }
}

function normalLine({ type: _type, ...line }: LineOrDrawingBody): { readonly [member: string]: Json } {
  const { carriedIn, ...said } = asJson(line)
  return {
    ...said,
    ...('amount' in line && line.amount !== undefined ? { amount: normalQuantity(line.amount) } : {}),
    ...('to' in line && line.to !== undefined ? { to: normalQuantity(line.to) } : {}),
    ...(carriedIn === true ? { carriedIn } : {}),
  }
}
