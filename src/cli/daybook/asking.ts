import { randomUUID } from 'node:crypto'
import { parseCalendarDate } from '../../domain/calendar-date.ts'
import { bookOf } from './book-option.ts'
import { type Client, openClient, Refused } from './client.ts'
import { type Context, type ExitCode, Failure } from './command.ts'

/** What the help of every command says that asks the service. */
export const SERVICE = `The service is asked over HTTP, with the key in DAYBOOK_KEY (or DAYBOOK_ADMIN_KEY; without --url also the one that the
first start kept in the data folder).

  --url <url>    where the service is; http://HOST:PORT of the environment, unless given
  --book <id>    the book`

/** The options of every command that asks the service about a book. */
export const service = { url: { type: 'string' }, book: { type: 'string' } } as const

interface Asking {
  readonly client: Client
  /** Below what the book has of a noun; without an id all of them. */
  readonly path: (id: string) => string
}

/**
 * Asks the service about what a book has of a noun, such as its snapshots.
 * @returns 1 where it refuses, having said why; 130 where the person has given up
 */
export async function asking(
  context: Context,
  { noun, ...values }: { readonly noun: string; readonly url?: string; readonly book?: string },
  work: (asking: Asking) => Promise<ExitCode>,
): Promise<ExitCode> {
  const book = bookOf(values)
  const client = await openClient(context, values)
  const base = `/v1/books/${encodeURIComponent(book)}/${noun}`
  try {
    return await work({ client, path: (id) => (id === '' ? base : `${base}/${encodeURIComponent(id)}`) })
  } catch (error) {
    if (context.signal.aborted) return 130
    if (!(error instanceof Refused)) throw error
    const { problem, idempotencyKey } = error
    context.out.json({ refused: problem, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) })
    context.out.note(error.message)
    return 1
  }
}

/** @throws Failure where it is left out, or is no day */
export function dayOf(option: string, text: string | undefined): string {
  if (text === undefined) throw new Failure(`${option} <day> is missing.`, { isUsage: true })
  const day = parseCalendarDate(text)
  if (day !== undefined) return day
  throw new Failure(`${option} is a day that exists, as YYYY-MM-DD, not ${JSON.stringify(text)}.`, { isUsage: true })
}

/** The key of one intent; one is made up unless it is given. @throws Failure where it is none */
export function keyOf(text: string | undefined): string {
  if (text === undefined) return `cli-${randomUUID()}`
  if (/^[ -~]{1,255}$/.test(text)) return text
  throw new Failure('--idempotency-key is 1 to 255 printable ASCII characters.', { isUsage: true })
}
