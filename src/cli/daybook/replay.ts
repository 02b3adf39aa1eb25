import type { Pool } from 'pg'
import { openBalanceReader } from '../../../projections/balances/query.ts'
import { type CalendarDate, parseCalendarDate } from '../../domain/calendar-date.ts'
import type { RecordedEvent } from '../../domain/event.ts'
import { BadLine } from '../../importing/bad-line.ts'
import { Following } from '../../importing/follow.ts'
import type { BalanceItem } from '../../ledger/read/balance-item.ts'
import { streamEvents } from '../../ledger/read/events.ts'
import { Replay, type ReplayAsked } from '../../ledger/verify/replay.ts'
import { worldNow } from '../../world-clock.ts'
import { bookOf, counted, headOf, idOf, positionOf } from './book-option.ts'
import { type Context, command, type ExitCode, Failure } from './command.ts'
import { openExportFile } from './export-file.ts'
import { progressBar, remaining } from './output.ts'

export const replay = command({
  name: 'replay',
  usage:
    '[--book <id>] [--file <file | ->] [--as-of <day>] [--known-at <position | instant>] [--entity <id>] [--policy <id>]',
  summary: 'Adds balances up anew, from the events alone, and compares them with those that are served.',
  help: `
When: somebody doubts a balance, or wants one as it was known on some past day, from nothing but the history. Each event is
hashed, must follow the one before, and is then added to its accounts; nothing that the service keeps is looked at. Of a
book, the result is compared with what the service answers for the same day, known at the same position.

With --file it reads an export and no database. A history that does not fit together is not added up: the first line that
does not fit is named (of a book, a line is a position).

  --book <id>        the book; with --file, the book that the export must be of
  --file <file>      an export, compressed by gzip or not; - is stdin
  --as-of <day>      what has taken effect by the end of that day; today in the book's time zone, unless given
  --known-at <at>    only what was recorded up to a position, or an instant such as 2026-03-31T12:00:00.000Z
  --entity, --policy only these; a large book needs memory for each of its accounts' days

Exit code 0: it adds up, and nothing differs. 1: something differs from what is served, or the history does not fit.

Examples:
  daybook replay --book main
  daybook replay --book main --entity ada --as-of 2026-12-31 --known-at 1204
  daybook replay --file main.ndjson --as-of 2026-03-31 --json`,
  options: {
    book: { type: 'string' },
    file: { type: 'string' },
    'as-of': { type: 'string' },
    'known-at': { type: 'string' },
    entity: { type: 'string' },
    policy: { type: 'string' },
  },
  positionals: [],
  async run(context, { values }) {
    const asOf = values['as-of'] === undefined ? undefined : dayOf(values['as-of'])
    const asked: ReplayAsked = {
      entity: values.entity === undefined ? undefined : idOf('--entity', values.entity),
      policy: values.policy === undefined ? undefined : idOf('--policy', values.policy),
      knownAt: values['known-at'] === undefined ? undefined : knownAtOf(values['known-at']),
    }
    const { file } = values
    const book = file !== undefined && values.book === undefined ? undefined : bookOf(values)
    const source =
      file === undefined ? await ofBook(context, book!, asked) : await ofFile(file, { book, signal: context.signal })
    try {
      const replayed = await fold(context, source, asked)
      return replayed === undefined ? 130 : await tell(context, source, { ...replayed, asked, asOf })
    } catch (error) {
      context.out.done()
      if (context.signal.aborted) return 130
      if (!(error instanceof BadLine)) throw error
      context.out.json({ refused: error.message, line: error.line })
      context.out.note(`The history does not fit together, ${error.message}`)
      return 1
    }
  },
})

interface Source {
  readonly following: Following
  readonly lines: AsyncIterable<readonly string[]>
  /** How far it is read, as a line to draw. */
  progress(events: number): string
  /** Where what is served can be asked. */
  readonly served: { readonly pool: Pool; readonly book: string } | undefined
}

async function ofBook({ database }: Context, book: string, asked: ReplayAsked): Promise<Source> {
  const { pool } = await database()
  const head = await headOf(pool, book)
  refuseBeyond(asked, head.position)
  const bar = remaining()
  return {
    following: new Following(book),
    lines: streamEvents(pool, { book, after: 0, upTo: head.position }),
    progress: (events) => bar({ what: book, done: events, total: head.position }),
    served: { pool, book },
  }
}

async function ofFile(
  path: string,
  { book, signal }: { book: string | undefined; signal: AbortSignal },
): Promise<Source> {
  const file = await openExportFile(path, signal)
  return {
    following: new Following(book),
    lines: file.lines,
    progress(events) {
      const { done, total } = file.progress()
      return total === undefined
        ? counted(events, 'event')
        : progressBar({ what: 'events', done, total, leftMs: undefined })
    },
    served: undefined,
  }
}

interface Replayed {
  readonly replay: Replay
  readonly events: number
  readonly hash: string
}

async function fold({ out, signal }: Context, source: Source, asked: ReplayAsked): Promise<Replayed | undefined> {
  const replay = new Replay(asked)
  const { following } = source
  for await (const lines of source.lines) {
    if (signal.aborted) return undefined
    for (const line of lines) add(replay, following.next(line))
    out.progress(source.progress(following.end.position))
  }
  out.done()
  const { position: events, hash } = following.end
  if (events === 0) throw new BadLine(1, 'there is no event')
  // Of a file nobody knows before how long it is.
  refuseBeyond(asked, events)
  return { replay, events, hash }
}

/** Nobody knows yet what will be known there. */
function refuseBeyond({ knownAt }: ReplayAsked, last: number): void {
  if (knownAt === undefined || !('position' in knownAt) || knownAt.position <= last) return
  throw new Failure(`--known-at ${knownAt.position} is beyond the last event, ${last}.`)
}

// Hashes can be computed of anything: an event may hold what no service would have recorded.
function add(replay: Replay, event: RecordedEvent): void {
  try {
    replay.take(event)
  } catch (error) {
    throw new BadLine(event.position, `it cannot be added up: ${(error as Error).message}`)
  }
}

async function tell(
  { out }: Context,
  { served }: Source,
  { replay, events, hash, asked, asOf }: Replayed & { asked: ReplayAsked; asOf: CalendarDate | undefined },
): Promise<ExitCode> {
  const day = asOf ?? replay.today(worldNow())
  const balances = replay.balances(day)
  const differences = served === undefined ? undefined : await differing(served, { replay, asked, balances, day })
  out.json({ asOf: day, knownAt: replay.knownAt, events, hash, balances, ...(differences && { differences }) })
  out.line(`As of ${day}, known at ${replay.knownAt}. ${counted(events, 'event')}; hash of the last: ${hash}`)
  out.line()
  out.table(HEADINGS, balances.map(row))
  if (differences === undefined) return 0
  out.line()
  for (const { entity, policy, replayed, served } of differences) {
    out.line(`DIFFERS: ${entity}/${policy}: replayed ${inWords(replayed)}, served ${inWords(served)}`)
  }
  out.line(
    differences.length === 0
      ? 'What is served is the same.'
      : differences.length === 1
        ? '1 balance differs.'
        : `${counted(differences.length, 'balance')} differ.`,
  )
  return differences.length === 0 ? 0 : 1
}

interface Difference {
  readonly entity: string
  readonly policy: string
  readonly replayed: BalanceItem | null
  readonly served: BalanceItem | null
}

const PAGE = 1_000

/** Where what the service answers, known at the same position, is another balance. */
async function differing(
  { pool, book }: NonNullable<Source['served']>,
  {
    replay,
    asked,
    balances,
    day,
  }: { replay: Replay; asked: ReplayAsked; balances: readonly BalanceItem[]; day: CalendarDate },
): Promise<Difference[]> {
  const { entity, policy } = asked
  const reader = openBalanceReader(pool)
  const missing = new Map(balances.map((balance) => [keyOf(balance), balance]))
  const differences: Difference[] = []
  let cursor: string | undefined
  do {
    const knownAt = { position: replay.knownAt }
    const page = await reader.list({
      reach: 'everybody',
      book,
      entity,
      policy,
      asOf: day,
      knownAt,
      cursor,
      limit: PAGE,
    })
    if (page === undefined) throw new Failure(`There is no book ${book}.`)
    for (const served of page.items) {
      const replayed = missing.get(keyOf(served)) ?? null
      missing.delete(keyOf(served))
      if (replayed === null || !isSame(replayed, served)) differences.push({ ...idsOf(served), replayed, served })
    }
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  for (const replayed of missing.values()) differences.push({ ...idsOf(replayed), replayed, served: null })
  return differences
}

function idsOf({ entity, policy }: BalanceItem): Pick<Difference, 'entity' | 'policy'> {
  return { entity, policy }
}

function keyOf({ entity, policy }: BalanceItem): string {
  return `${entity}\n${policy}`
}

function isSame(a: BalanceItem, b: BalanceItem): boolean {
  const members = Object.keys({ ...a, ...b }) as (keyof BalanceItem)[]
  return members.every((member) => a[member] === b[member])
}

const HEADINGS = ['entity', 'policy', 'available', 'spendable', 'accrued', 'consumed', 'pending', 'adjusted', 'version']

function row(item: BalanceItem): (string | number | null)[] {
  const { entity, policy, available, spendable, accrued, consumed, pending, adjusted, version } = item
  return [entity, policy, available, spendable, accrued, consumed, pending, adjusted, version]
}

function inWords(item: BalanceItem | null): string {
  if (item === null) return 'no balance'
  const { available, spendable, accrued, consumed, pending, adjusted, version } = item
  return (
    `${available} (spendable ${spendable ?? 'without limit'}, accrued ${accrued}, consumed ${consumed}, ` +
    `pending ${pending}, adjusted ${adjusted}, version ${version})`
  )
}

function dayOf(text: string): CalendarDate {
  const day = parseCalendarDate(text)
  if (day !== undefined) return day
  throw new Failure(`--as-of is a day that exists, as YYYY-MM-DD, not ${JSON.stringify(text)}.`, { isUsage: true })
}

function knownAtOf(text: string): NonNullable<ReplayAsked['knownAt']> {
  if (/^[0-9]+$/.test(text)) return { position: positionOf('--known-at', text) }
  const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.test(text)
    ? new Date(text)
    : undefined
  if (instant !== undefined && !Number.isNaN(instant.getTime())) return { instant: instant.toISOString() }
  throw new Failure(
    `--known-at is a position, or an instant such as 2026-03-31T12:00:00Z, not ${JSON.stringify(text)}.`,
    { isUsage: true },
  )
}
