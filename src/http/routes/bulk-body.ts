import { invalidRequest, ProblemError } from '../../contract/problem.ts'
import { type ParsedJson, parseJson, parseJsonList } from '../../json/parse-json.ts'

/** Commands that one bulk may have. */
const MOST_ITEMS = 10_000

/** The commands of a bulk, none of them looked at yet. */
export interface BulkBody {
  readonly format: 'json' | 'ndjson'
  /** One command each, parsed when its turn comes. */
  readonly items: readonly (() => ParsedJson | 'too-large')[]
}

/**
 * A JSON list.
 * @param itemBytes what one command may have, as it could in a call of its own
 * @throws ProblemError where it is not a list of 1 to 10000
 */
export function bulkFromJson(bytes: Buffer, itemBytes: number): BulkBody {
  const list = parseJsonList(bytes)
  if ('fault' in list) throw new ProblemError(invalidRequest([{ in: 'body', ...list.fault }]))
  const { items } = list
  requireCount(items.length)
  const mayBeLarge = bytes.length > itemBytes
  return {
    format: 'json',
    items: items.map(
      (item) => () =>
        mayBeLarge && item.fault === undefined && jsonBytes(item.value) > itemBytes ? 'too-large' : item,
    ),
  }
}

/**
 * One JSON text a line; empty lines do not count.
 * @throws ProblemError where there are none, or more than 10000
 */
export function bulkFromNdjson(bytes: Buffer, itemBytes: number): BulkBody {
  const lines: Buffer[] = []
  for (let start = 0; start < bytes.length; ) {
    const feed = bytes.indexOf(LINE_FEED, start)
    const end = feed === -1 ? bytes.length : feed
    const line = bytes.subarray(start, end)
    if (!isBlank(line)) lines.push(line)
    if (lines.length > MOST_ITEMS) break
    start = end + 1
  }
  requireCount(lines.length)
  return {
    format: 'ndjson',
    items: lines.map((line) => () => (line.length > itemBytes ? 'too-large' : parseJson(line))),
  }
}

const LINE_FEED = 10
const CARRIAGE_RETURN = 13
const SPACE = 32
const TAB = 9

function isBlank(line: Buffer): boolean {
  return line.every((byte) => byte === SPACE || byte === TAB || byte === CARRIAGE_RETURN)
}

function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value))
}

function requireCount(count: number): void {
  if (count < 1 || count > MOST_ITEMS) throw bodyProblem(`must hold 1 to ${MOST_ITEMS} commands`)
}

function bodyProblem(message: string): ProblemError {
  return new ProblemError(invalidRequest([{ in: 'body', pointer: '', message }]))
}
