import type { FastifyRequest } from 'fastify'
import type { Pool } from 'pg'
import { entitiesOf, extentOf, grantsOn, isToldAll, widestOf } from '../../access/held.ts'
import type { Granted, Principal } from '../../access/principal.ts'
import { type Breadth, RUNS_TOLD_BY, SHOWN_BY, type Tellable, TOLD_BY } from '../../access/rights.ts'
import type { Shown } from '../../commands/replies.ts'
import { type Problem, toProblem } from '../../contract/problem.ts'
import { type Teller, toldProblem } from '../../contract/told-refusal.ts'
import { knowsOf } from '../../domain/reach.ts'
import type { RecordCommand } from '../../ledger/command.ts'
import { readReached } from '../../ledger/read/reached.ts'
import type { Original, Verdict } from '../../ledger/verdict.ts'
import { hiddenKinds } from './request-reader.ts'

/*
 * What answers to commands tell of people: never more than their caller may read. A caller who posts, decides or submits
 * need not read; what is left out looks as if it were not there.
 */

/** Of whom, and of what of theirs. */
interface Of {
  /** undefined: not known, so anybody. */
  readonly entity?: string | undefined
  /** undefined: not known, so any. */
  readonly resource?: string | undefined
}

/** What the caller of a command is told. */
export interface Telling {
  /** Whether they are told everything of everybody. */
  readonly isAll: boolean
  /** Whether they are told so much of somebody. */
  tells(what: Tellable, of: Of): boolean
  /** Whether they may know what an event says that somebody recorded. */
  knows(original: Original): boolean
}

/** A call about a book that was let in. */
type Call = Pick<FastifyRequest<{ Params: { book: string } }>, 'params' | 'principal' | 'reach' | 'today'>

/**
 * @param db must not be a moment old
 * @param about whom the answer is about; undefined: whomever
 */
export async function tellingOf(
  db: Pool,
  call: Call,
  about: () => readonly string[] | undefined = () => undefined,
): Promise<Telling> {
  const { params, principal, today } = call
  const { book } = params
  const grants = grantsOn(principal, book, today)
  const knows = (original: Original) => knowsOriginal(grants, principal, original)
  if (isToldAll(grants)) return { isAll: true, tells: () => true, knows }
  const own = entitiesOf(grants)
  const extents = new Map<Tellable, Breadth | undefined>()
  for (const what of Object.keys(TOLD_BY) as Tellable[]) extents.set(what, widestOf(grants, TOLD_BY[what]))
  const whom = about()
  const isOfTeam = [...extents.values()].includes('team') && whom?.every((one) => own.includes(one)) !== true
  const [reached, hidden] = isOfTeam
    ? await Promise.all([reachedBy(db, call, { own, whom }), hiddenKinds(db, book, today)])
    : [[], []]
  const tells = (what: Tellable, { entity, resource }: Of): boolean => {
    const extent = extents.get(what)
    if (extent === 'book') return true
    if (extent === undefined || entity === undefined) return false
    if (own.includes(entity)) return true
    if (extent !== 'team' || !reached.includes(entity)) return false
    return resource === undefined ? hidden.length === 0 : knowsOf({ entities: own, hidden }, { entity, resource })
  }
  return { isAll: false, tells, knows }
}

/** Those whom a caller reaches by the record. Where the call itself reaches whom it is about, that is known. */
async function reachedBy(
  db: Pool,
  { params, reach, today }: Call,
  { own, whom }: { readonly own: readonly string[]; readonly whom: readonly string[] | undefined },
): Promise<readonly string[]> {
  if (reach !== 'everybody' && whom?.every((one) => reach.includes(one)) === true) return reach
  return readReached(db, { book: params.book, entities: own, on: today })
}

/** What whoever calls recorded themselves, or may read of everybody. */
function knowsOriginal(grants: readonly Granted[], { kind, id }: Principal, { type, via }: Original): boolean {
  if (extentOf(grants, SHOWN_BY[type]) === 'book') return true
  return via !== undefined && via.kind === kind && via.id === id
}

/** Whom the answer to a command is about; undefined: the verdict does not say. */
export function aboutOf(verdict: Verdict): readonly string[] | undefined {
  const entities = new Set(entitiesIn(verdict))
  return entities.size === 0 ? undefined : [...entities]
}

function entitiesIn(verdict: Verdict): readonly string[] {
  switch (verdict.outcome) {
    case 'recorded':
      return verdict.event.transactions.map(({ entity }) => entity)
    case 'previewed':
      return verdict.accepted.transactions.map(({ entity }) => entity)
    case 'refused':
      return 'entity' in verdict.refused.refusal ? [verdict.refused.refusal.entity] : []
    default:
      return []
  }
}

/** What the answer to a command that records lines shows of them: what it said itself, and what its caller may read. */
export function shownOf(telling: Telling, { needs }: Pick<RecordCommand, 'needs'>): Shown | undefined {
  if (telling.isAll) return undefined
  const said = new Set(needs.accounts.map(({ entity, policy }) => `${entity}\n${policy}`))
  return {
    // What a reversal undoes is said by its original alone.
    line: (line) =>
      (line.reverses === null && said.has(`${line.entity}\n${line.policy}`)) || telling.tells('line', line),
    account: (account) => telling.tells('balance', account),
  }
}

type RefusedVerdict = Extract<Verdict, { outcome: 'refused' }>

/** What a refusal is to its caller. @param teller what of it they are told; asked where that is not everything */
export function refusalTold({ refused, original }: RefusedVerdict, telling: Telling, teller: () => Teller): Problem {
  if (original !== undefined && !telling.knows(original)) return withoutOriginal(refused)
  return telling.isAll ? toProblem(refused) : toldProblem(refused, teller())
}

/** What a caller is told who posts: what is about whom they name, and about others what they may read. */
export function tellerOfLines({ refused }: RefusedVerdict, telling: Telling, body: object): Teller {
  const said = saidIn(body, refused.lineIndex)
  const { refusal } = refused
  const entity = 'entity' in refusal ? refusal.entity : said.entity
  return {
    said,
    // A reversal names nobody: whose a transaction is that is undone, is said by itself alone.
    knowsWhom: said.entity !== undefined || telling.tells('line', { entity }),
    tells: (fact) => telling.tells(fact, { entity }),
  }
}

/** The same, who defines something. @param said in the path: whom it is about, where it is about somebody */
export function tellerOfDefinition({ refused }: RefusedVerdict, telling: Telling, said: Of): Teller {
  const { refusal } = refused
  const entity = 'entity' in refusal ? refusal.entity : undefined
  return {
    said: { ...said },
    // Lines of somebody may stand in the way of a policy.
    knowsWhom: entity === undefined || said.entity !== undefined || telling.tells('line', { entity }),
    tells: (fact) => telling.tells(fact, { entity }),
  }
}

/** What is said in a body, or in the line of it that a refusal is about. */
function saidIn(body: object, lineIndex = 0): Teller['said'] & { readonly entity?: string } {
  const { transactions } = body as { readonly transactions?: readonly object[] }
  // A cast: bodies of commands, and their lines, are objects of JSON.
  return ((transactions === undefined ? body : transactions[lineIndex]) ?? {}) as ReturnType<typeof saidIn>
}

/** Whether somebody is told of a run how many it is about, what was posted for them, and what could not be. */
export function isToldOfRuns({ params, principal, today }: Call): boolean {
  return extentOf(grantsOn(principal, params.book, today), RUNS_TOLD_BY) === 'book'
}

/** That a key is not free is all that is said of what somebody else recorded under it. */
export function withoutOriginal({ refusal }: RefusedVerdict['refused']): Problem {
  return refusal.code === 'idempotency-key-reused'
    ? { code: refusal.code, detail: 'The key was used by another command.', members: {} }
    : {
        code: 'duplicate-idempotency-key',
        detail: 'The key was used before; what was said there is erased and cannot be compared.',
        members: { comparable: false },
      }
}
