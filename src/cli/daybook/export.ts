import { createHash } from 'node:crypto'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { streamEvents } from '../../ledger/read/events.ts'
import { bookOf, counted, headOf, positionOf } from './book-option.ts'
import { type Context, command, type ExitCode, Failure } from './command.ts'
import { fileOf, openNewFile, unwritable } from './new-file.ts'
import { remaining } from './output.ts'

export const exportCommand = command({
  name: 'export',
  usage: '--book <id> [--after <position>] [--out <file>] [--gzip]',
  summary: 'Writes the history of a book as NDJSON: one event a line, canonical JSON, chained by hashes.',
  help: `
When: to keep the history where nobody who runs the database can reach it, to hand it to an auditor, or to move a book.
The bytes are those of GET /v1/books/{book}/events with Accept: application/x-ndjson. Anybody can check them without
this software (docs/guides/auditing.md); \`daybook replay --file\` adds the balances up from them, and \`daybook import\`
makes a book of them. The service goes on all the while: the export ends at the event that was the last when it began.

Profiles (names, mail addresses, personnel numbers, metadata of entities) are beside the history, and not in it.

  --book <id>          the book
  --after <position>   only what was recorded after it; an import needs the whole history
  --out <file>         written under another name, brought to the disk, and then renamed: the file is whole or not there.
                       One that exists is not written over. Unless given: stdout, which is then the NDJSON and nothing
                       else; so --json, for what was written, needs --out
  --gzip               compressed

Examples:
  daybook export --book main --out main.ndjson
  daybook export --book main --gzip --out main-$(date +%F).ndjson.gz
  daybook export --book main --after 1204 | tail -n 1`,
  options: {
    book: { type: 'string' },
    after: { type: 'string' },
    out: { type: 'string' },
    gzip: { type: 'boolean' },
  },
  positionals: [],
  run(context, { values }) {
    const book = bookOf(values)
    const after = values.after === undefined ? 0 : positionOf('--after', values.after)
    const file = fileOf(values.out, { out: context.out, what: 'the export itself' })
    return exportBook(context, { book, after, file, isGzip: values.gzip === true })
  },
})

interface Asked {
  readonly book: string
  readonly after: number
  readonly file: string | undefined
  readonly isGzip: boolean
}

async function exportBook({ out, database, signal }: Context, asked: Asked): Promise<ExitCode> {
  const { book, after, file, isGzip } = asked
  const { pool } = await database()
  const head = await headOf(pool, book)
  if (after > head.position)
    throw new Failure(`--after ${after} is beyond the last event of ${book}, ${head.position}.`)
  if (file === undefined && process.stdout.isTTY && isGzip) {
    throw new Failure('What is compressed is not for a terminal: say --out <file>.', { isUsage: true })
  }
  const target = file === undefined ? undefined : await openNewFile(file)
  const written = { events: 0, bytes: 0, digest: createHash('sha256') }
  const bar = remaining()
  const texts = async function* (): AsyncGenerator<string> {
    for await (const batch of streamEvents(pool, { book, after, upTo: head.position })) {
      yield `${batch.join('\n')}\n`
      written.events += batch.length
      out.progress(bar({ what: book, done: written.events, total: head.position - after }))
    }
  }
  const counting = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      written.bytes += chunk.length
      written.digest.update(chunk)
      done(null, chunk)
    },
  })
  try {
    const stages = [Readable.from(texts()), ...(isGzip ? [createGzip()] : []), counting]
    await pipeline([...stages, target?.stream ?? process.stdout], { signal, end: target !== undefined })
    await target?.keep()
  } catch (error) {
    await target?.discard()
    out.done()
    if (signal.aborted) return 130
    throw unwritable(error, 'export')
  }
  out.done()
  if (target === undefined) return 0
  const result = {
    book,
    after,
    position: head.position,
    events: written.events,
    hash: head.hash,
    file,
    bytes: written.bytes,
    sha256: written.digest.digest('hex'),
  }
  out.json(result)
  out.line(`${book}: ${counted(result.events, 'event')} in ${file}, ${counted(result.bytes, 'byte')}.`)
  out.line(`Hash of the last event, ${head.position}: ${head.hash}`)
  out.line(`SHA-256 of the file: ${result.sha256}`)
  return 0
}
