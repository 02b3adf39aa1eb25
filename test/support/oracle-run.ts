import canonicalize from 'canonicalize'
import type { Pool } from 'pg'
import type { BulkItemBody, PolicyBody } from '../../src/commands/bodies.ts'
import { recordedReply } from '../../src/commands/replies.ts'
import type { RecordedEvent } from '../../src/domain/event.ts'
import type { Refused } from '../../src/domain/refusal.ts'
import type { Verdict } from '../../src/ledger/verdict.ts'
import type { BookHandle } from './ledger.ts'
import { faultsIn, readRecord } from './ledger-record.ts'
import { Oracle, type OracleTransaction } from './oracle.ts'

/*
 * Several clients at once, each sending one command after the other, and afterwards the question whether there is an
 * order of all commands in which the oracle says what the clients were told: the order of the record for what was
 * recorded, and for each refusal a place in it between its question and its answer (I12).
 */

/** What a client asks for: a command, or a policy's next version. */
export type Asked =
  | { readonly kind: 'command'; readonly body: BulkItemBody }
  | { readonly kind: 'policy'; readonly policy: string; readonly body: PolicyBody }

/** What a client can know of the book when it decides what to ask next. */
export interface Seen {
  /** Ids of transactions that somebody was told of. */
  readonly transactions: readonly string[]
  /** Versions of accounts, by entity and policy, as somebody was told last. */
  readonly versions: ReadonlyMap<string, number>
  /** What was asked before, under its key. */
  readonly keys: readonly { readonly key: string; readonly asked: Asked }[]
}

/** One step of a client: decided on what is seen at that moment. */
export type Step = (seen: Seen) => { readonly asked: Asked; readonly key?: string }

interface Told {
  readonly asked: Asked
  readonly key: string
  readonly verdict: Verdict
  /** Position that everybody had been told of when it was asked; the head when it was answered. */
  readonly from: number
  readonly to: number
}

export interface Run {
  readonly book: string
  readonly told: readonly Told[]
}

/** Lets the clients ask, each through one of the handles in turn. */
export async function runClients(
  db: Pool,
  handles: readonly BookHandle[],
  clients: readonly (readonly Step[])[],
): Promise<Run> {
  const { id: book } = handles[0]!
  const told: Told[] = []
  const seen = { transactions: [] as string[], versions: new Map<string, number>(), keys: [] as Seen['keys'][number][] }
  let answered = (await readRecord(db, book)).head!.position
  let keys = 0

  const ask = async (handle: BookHandle, step: Step): Promise<void> => {
    const { asked, key = `ask-${++keys}` } = step(seen)
    seen.keys.push({ key, asked })
    const from = answered
    const also = { idempotencyKey: key }
    const verdict = await (asked.kind === 'policy'
      ? handle.definePolicy(asked.policy, asked.body, also)
      : handle.submit(asked.body, also))
    if (verdict.outcome === 'recorded') {
      answered = Math.max(answered, verdict.event.position)
      note(seen, verdict)
    }
    const { rows } = await db.query<{ position: number }>('select position from ledger.heads where book_id = $1', [
      book,
    ])
    told.push({ asked, key, verdict, from, to: rows[0]!.position })
  }
  const runOne = async (handle: BookHandle, steps: readonly Step[]): Promise<void> => {
    for (const step of steps) await ask(handle, step)
  }
  await Promise.all(clients.map((steps, index) => runOne(handles[index % handles.length]!, steps)))
  return { book, told }
}

function note(seen: { transactions: string[]; versions: Map<string, number> }, verdict: Recorded): void {
  for (const { line } of verdict.event.transactions) seen.transactions.push(`${verdict.event.position}.${line}`)
  for (const { entity, policy, version } of replyOf(verdict).balances)
    seen.versions.set(`${entity}\n${policy}`, version)
}

/**
 * What is wrong with a run, each in a line; empty where the record is sound, and some order explains every answer.
 * @param policies as they were defined before the run, in that order
 */
export async function faultsOf(
  db: Pool,
  { book, told }: Run,
  policies: Readonly<Record<string, PolicyBody>>,
): Promise<string[]> {
  const record = await readRecord(db, book)
  const faults = faultsIn(record)
  const oracle = new Oracle()
  for (const [policy, body] of Object.entries(policies)) oracle.define(policy, body)

  // The first answer under a key is the one that recorded it; all others repeat it, byte by byte.
  const firsts = new Map<string, Told>()
  for (const one of told) {
    if (one.verdict.outcome !== 'recorded' || one.verdict.replayed) continue
    if (firsts.has(one.key)) faults.push(`${one.key} was recorded twice`)
    firsts.set(one.key, one)
  }
  const known = new Map<string, Told>()
  const others = told.filter((one) => firsts.get(one.key) !== one)
  const open = new Set(others.filter((one) => !repeatsUnchanged(one, others)))
  const begun = Object.keys(policies).length + 1
  for (let position = begun; ; position++) {
    for (const one of open) {
      if (one.from <= position && position <= one.to && isExplained(one, { oracle, position, known })) open.delete(one)
    }
    const event = record.events[position]
    if (event === undefined) break
    const first = firsts.get(event.idempotency_key)
    if (first === undefined) {
      faults.push(`event ${event.position} was recorded, and nobody was told`)
      continue
    }
    known.set(first.key, first)
    faults.push(...replay(oracle, first))
  }
  if (firsts.size !== record.events.length - begun) faults.push('somebody was told of an event that is not there')
  for (const one of open) {
    faults.push(`no order explains ${one.key} ${JSON.stringify(one.asked)}: ${JSON.stringify(outcomeOf(one.verdict))}`)
  }
  return faults
}

/** Lets the oracle take the next recorded command. */
function replay(oracle: Oracle, { asked, verdict }: Told): string[] {
  const { event, reply } = { event: (verdict as Recorded).event, reply: replyOf(verdict as Recorded) }
  if (asked.kind === 'policy') {
    const decided = oracle.decideDefinition(asked.policy, asked.body)
    oracle.define(asked.policy, asked.body)
    return decided === 'recorded' ? [] : [`${event.position} was recorded, and should have been ${decided}`]
  }
  const decided = oracle.decide(event.position, asked.body)
  if ('refusal' in decided) {
    return [`${event.position} was recorded, and should have been refused: ${JSON.stringify([asked.body, decided])}`]
  }
  oracle.record(decided)
  const told = { transactions: reply.transactions.map(compared), balances: reply.balances }
  const expected = { transactions: decided.transactions.map(compared), balances: decided.balances }
  return text(told) === text(expected)
    ? []
    : [`${event.position} came out otherwise: ${text(told)} instead of ${text(expected)}`]
}

/** Whether the oracle would answer so, the book being at a position. */
function isExplained(
  { asked, key, verdict }: Told,
  { oracle, position, known }: { oracle: Oracle; position: number; known: ReadonlyMap<string, Told> },
): boolean {
  const first = known.get(key)
  if (first !== undefined) {
    const { event } = first.verdict as Recorded
    if (text(first.asked) === text(asked)) {
      return verdict.outcome === 'recorded' && bytesOf(verdict) === bytesOf(first.verdict as Recorded)
    }
    return (
      verdict.outcome === 'refused' &&
      verdict.refused.refusal.code === 'idempotency-key-reused' &&
      verdict.refused.refusal.originalPosition === event.position &&
      verdict.refused.refusal.differs.length > 0
    )
  }
  if (asked.kind === 'policy') {
    const isDecided = verdict.outcome !== 'recorded' && !(verdict.outcome === 'unchanged' && verdict.replayed)
    return isDecided && oracle.decideDefinition(asked.policy, asked.body) === verdict.outcome
  }
  const decided = oracle.decide(position + 1, asked.body)
  return (
    'refusal' in decided && verdict.outcome === 'refused' && text(decided) === text(verdict.refused satisfies Refused)
  )
}

/**
 * Whether it is answered from what is remembered of a definition that changed nothing, under its key: with the same again,
 * whatever came since, so that a late retry does not undo it; or as another definition under that key.
 */
function repeatsUnchanged({ asked, key, verdict, to }: Told, others: readonly Told[]): boolean {
  if (asked.kind !== 'policy') return false
  return others.some((first) => {
    if (first.verdict.outcome !== 'unchanged' || first.verdict.replayed) return false
    if (first.key !== key || first.from > to) return false
    const { position } = first.verdict.event
    if (text(first.asked) === text(asked)) {
      return verdict.outcome === 'unchanged' && verdict.replayed && verdict.event.position === position
    }
    if (verdict.outcome !== 'refused' || verdict.refused.refusal.code !== 'idempotency-key-reused') return false
    const { originalPosition, differs } = verdict.refused.refusal
    return originalPosition === position && differs.length > 0
  })
}

type Recorded = Extract<Verdict, { outcome: 'recorded' }>

interface Reply {
  readonly transactions: readonly OracleTransaction[]
  readonly balances: readonly { readonly entity: string; readonly policy: string; readonly version: number }[]
}

function replyOf(verdict: Recorded): Reply {
  if (verdict.event.transactions.length === 0) return { transactions: [], balances: [] }
  return JSON.parse(recordedReply(verdict)) as Reply
}

function bytesOf(verdict: Recorded): string {
  const { event }: { event: RecordedEvent } = verdict
  return event.transactions.length === 0 ? event.hash : recordedReply(verdict)
}

/** A transaction without what only the service knows, or only the oracle. */
function compared({
  id,
  type,
  entity,
  policy,
  resource,
  amount,
  effectiveOn,
  portion,
  reverses,
  reference,
}: OracleTransaction) {
  return { id, type, entity, policy, resource, amount, effectiveOn, portion, reverses, reference }
}

function outcomeOf(verdict: Verdict): unknown {
  return verdict.outcome === 'refused' ? verdict.refused : verdict.outcome
}

function text(value: unknown): string {
  return canonicalize(value)!
}
