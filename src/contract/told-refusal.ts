import type { Refusal, Refused } from '../domain/refusal.ts'
import { type Problem, toProblem } from './problem.ts'

/** What a refusal may tell of somebody, beside what its caller said. */
export type Fact = 'balance' | 'entity' | 'line' | 'request' | 'taker'

/** What somebody is told who is refused. */
export interface Teller {
  /** What they said of themselves in the refused command, by the names that it has in refusals. */
  readonly said: Readonly<Record<string, unknown>>
  /** Whether they said whom it is about, or may read that. */
  readonly knowsWhom: boolean
  readonly tells: (fact: Fact) => boolean
}

/**
 * What a refusal is to a caller who may not read all that it tells of people: a member that they may not read is left out,
 * and the sentence does without it.
 */
export function toldProblem(refused: Refused, teller: Teller): Problem {
  const { refusal, lineIndex, pointer: said } = refused
  if (!isAboutSomebody(refusal)) return toProblem(refused)
  const isHidden = hiddenFrom(refusal, teller)
  const { code, ...members } = refusal
  const shown = Object.entries(members).filter(([name, value]) => !isHidden(name, value))
  if (shown.length === Object.keys(members).length) return toProblem(refused)
  const told = Object.fromEntries(shown)
  const pointed = said ?? (lineIndex === undefined ? undefined : `/transactions/${lineIndex}`)
  const pointer = pointed === undefined ? {} : { pointer: pointed }
  return { code, detail: SENTENCES[code](told), members: { ...told, ...pointer } }
}

/** Refusals that say more of somebody than their code. The others say what is no person's, or of whoever calls. */
const ABOUT_SOMEBODY = [
  'already-left',
  'already-reversed',
  'day-taken',
  'forbidden',
  'insufficient-balance',
  'invalid-transition',
  'no-working-days',
  'not-reversible',
  'outside-employment',
  'period-closed',
  'rule-violated',
  'scale-exceeded',
  'still-employed',
  'unknown-calendar',
  'unknown-policy',
  'version-conflict',
] as const satisfies readonly Refusal['code'][]

type AboutSomebody = Extract<Refusal, { readonly code: (typeof ABOUT_SOMEBODY)[number] }>

function isAboutSomebody(refusal: Refusal): refusal is AboutSomebody {
  // Of months, not of anybody's request.
  if (refusal.code === 'invalid-transition' && 'period' in refusal) return false
  return (ABOUT_SOMEBODY as readonly string[]).includes(refusal.code)
}

function hiddenFrom(
  refusal: AboutSomebody,
  { said, knowsWhom, tells }: Teller,
): (name: string, value: unknown) => boolean {
  const facts = factsOf(refusal)
  return (name, value) => {
    const fact = facts[name]
    // A transaction is named by an id: whose it is does not have to be known.
    if (fact !== undefined) return !((knowsWhom || fact === 'line' || fact === 'taker') && tells(fact))
    return !(knowsWhom || SAID_ANYWAY.has(name) || said[name] === value)
  }
}

/** What the command says, or its code. */
const SAID_ANYWAY: ReadonlySet<string> = new Set(['expectedVersion', 'needs', 'pointer', 'rule'])

/** The members of a refusal that take more to be read than to know whom it is about. */
function factsOf(refusal: AboutSomebody): Readonly<Record<string, Fact>> {
  switch (refusal.code) {
    case 'insufficient-balance':
      return {
        available: 'balance',
        firstViolatedOn: 'balance',
        accounts: 'balance',
        // Of several accounts, which one could give something.
        ...(refusal.accounts === undefined ? {} : { policy: 'balance' }),
      }
    case 'day-taken':
      return isOwnLine(refusal.takenBy) ? {} : { takenBy: 'taker' }
    case 'already-reversed':
      // Whoever records hours takes them back, and needs no other right for that.
      return 'workedHours' in refusal || isOwnLine(refusal.reversedBy) ? {} : { reversedBy: 'line' }
    case 'not-reversible':
      return { requestId: 'taker', holdId: 'taker' }
    case 'version-conflict':
      if ('holdId' in refusal) return { currentVersion: 'line' }
      return { currentVersion: 'requestId' in refusal ? 'request' : 'balance' }
    case 'invalid-transition':
      return { currentStatus: 'request', currentVersion: 'request' }
    case 'forbidden':
      return { role: 'request' }
    case 'outside-employment':
      return { hiredOn: 'entity', leftOn: 'entity', employments: 'entity' }
    case 'already-left':
    case 'still-employed':
      return { leftOn: 'entity' }
    case 'unknown-calendar':
      return { calendar: 'entity' }
    case 'rule-violated':
      // Since when somebody is there, as many days later as the policy says.
      return refusal.rule === 'waiting' ? { limit: 'entity' } : {}
    default:
      return {}
  }
}

/** A line of the same command, or of an earlier one of a dry run, is the caller's own. */
function isOwnLine(pointer: string | null): boolean {
  return pointer?.startsWith('/') === true
}

/** What may be left of a refusal, as far as a sentence needs it. */
interface Left {
  readonly date?: string
  readonly entity?: string
  readonly expectedVersion?: number
  readonly holdId?: string
  readonly portion?: string
  readonly requested?: string
  readonly requestId?: string
  readonly rule?: string
  readonly transaction?: string
}

/** What happened, in a sentence that does without what is left out. */
const SENTENCES: Readonly<Record<AboutSomebody['code'], (told: Left) => string>> = {
  'already-left': () => 'Another last day is known.',
  'already-reversed': ({ transaction }) => `${transactionOr(transaction)} is reversed already.`,
  'day-taken': ({ date, portion, entity }) =>
    date === undefined
      ? 'A day of it is not free.'
      : `${date}${portion === 'full' ? '' : ` (${portion})`} of ${entity} is not free.`,
  forbidden: ({ requestId }) => `Somebody else is the next to decide about the request ${requestId}.`,
  'insufficient-balance': ({ requested, entity }) =>
    requested === undefined ? 'There is less than that.' : `${requested} requested of ${entity}: there is less.`,
  'invalid-transition': ({ requestId }) => `The request ${requestId} is in a status that does not allow it.`,
  'no-working-days': () => 'None of the days is one of work.',
  'not-reversible': ({ transaction }) => `${transactionOr(transaction)} cannot be reversed.`,
  'outside-employment': ({ entity, date }) =>
    date === undefined ? 'A day of it is outside employment.' : `${entity} is not employed on ${date}.`,
  'period-closed': () => 'A month of it is closed: nothing more is effective in it.',
  'rule-violated': ({ rule }) => `Against the rule ${rule}.`,
  'scale-exceeded': () => 'The amount has more decimals than the policy keeps.',
  'still-employed': ({ entity }) => `${entity} is employed today, or will be.`,
  'unknown-calendar': () => 'There is no such calendar in this book.',
  'unknown-policy': () => 'There is no such policy in this book.',
  'version-conflict': ({ requestId, holdId, expectedVersion }) => {
    if (holdId !== undefined) return `The hold ${holdId} is not at version ${expectedVersion}.`
    return requestId === undefined
      ? `The account is not at version ${expectedVersion}.`
      : `The request ${requestId} is not at version ${expectedVersion}.`
  },
}

function transactionOr(transaction: string | undefined): string {
  return transaction === undefined ? 'A transaction of it' : `Transaction ${transaction}`
}
