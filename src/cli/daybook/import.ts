import { BadLine } from '../../importing/bad-line.ts'
import { type Imported, importBook, NotEmpty } from '../../importing/import-book.ts'
import { openImportPool } from '../../service/pools.ts'
import { bookOf, counted } from './book-option.ts'
import { type Context, command, type ExitCode, Failure } from './command.ts'
import { type ExportFile, openExportFile } from './export-file.ts'
import { progressBar } from './output.ts'

export const importCommand = command({
  name: 'import',
  usage: '--book <id> <file | -> [--hash <hash>]',
  summary: 'Makes a book of an export: the same history to the last byte, hashes included.',
  help: `
When: a book moves to another database, or somebody wants to look into an export with everything that a book can do. The
book must not exist yet, and has the same id as in the export: the id is part of every event, and of its hash.

Nothing is taken over unseen. Each line must be the canonical JSON of an event that follows the one before: position, hashes,
digest, time. Then its command is put together again and decided anew by the rules of this release, on what the lines
before it left: the same transactions on the same grounds must come out. A line that was recorded under the rules of an
earlier release, and that today's would decide otherwise, is kept as it was and listed. The first line that does not fit is
named, with why, and nothing of the file is kept: all of it is written in one transaction. Ctrl-C leaves nothing either.

What is afterwards as it was in the book: the history, every key and its replay, accounts, claimed days, policies,
entities. What is not in a history, and so not in the book: profiles (names, mail addresses, personnel numbers, metadata of entities), the keys
of definitions that changed nothing, and what was erased. A definition that is sent again under its key is compared with
what the history says of it. Read models are built by the service, as for any book.

A history that was rewritten as a whole, hashes and all, by the rules, is a history. Whoever noted the hash of its last event
where the export was taken can tell: --hash.

  --book <id>     the book to make
  <file>          the export, compressed by gzip or not; - is stdin
  --hash <hash>   what the hash of the last event must be

Exit code 1: the book is not empty, a line does not fit, or the hash is another; nothing is changed.

Examples:
  daybook import --book main main.ndjson
  daybook import --book main main.ndjson.gz --hash 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
  daybook export --book main | DATABASE_URL=postgres://… daybook import --book main -`,
  options: { book: { type: 'string' }, hash: { type: 'string' } },
  positionals: ['file'],
  async run(context, { values, positionals: [path] }) {
    const book = bookOf(values)
    const { hash } = values
    if (hash !== undefined && !/^[0-9a-f]{64}$/.test(hash)) {
      throw new Failure('--hash is 64 digits of lower-case hex.', { isUsage: true })
    }
    const file = await openExportFile(path!, context.signal)
    const { out } = context
    try {
      const imported = await importFile(context, { book, hash, file })
      if (imported === undefined) return 130
      out.done()
      out.json({ book, ...imported })
      out.line(
        `${book}: ${counted(imported.events, 'event')} and ${counted(imported.transactions, 'transaction')} imported.`,
      )
      out.line(`Hash of the last event: ${imported.hash}`)
      tellOtherwise(context, imported)
      return 0
    } catch (error) {
      out.done()
      return refusal(context, error)
    }
  },
})

/** How many lines are named; `--json` has more. */
const SHOWN = 20

function tellOtherwise({ out }: Context, { decidedOtherwise: { count, first } }: Imported): void {
  if (count === 0) return
  out.line(`${counted(count, 'line')} kept as recorded that the rules of this release would decide otherwise:`)
  for (const { line, today } of first.slice(0, SHOWN)) out.line(`  line ${line}: ${today}`)
  if (count > SHOWN) out.line(`  and ${count - SHOWN} more`)
}

/** The whole file fits, and is not the one that was meant. */
class AnotherHash extends Error {}

/** @returns undefined where it was broken off: then nothing is imported */
async function importFile(
  { database, out, signal }: Context,
  { book, hash, file }: { book: string; hash: string | undefined; file: ExportFile },
): Promise<Imported | undefined> {
  const pool = openImportPool((await database()).url)
  try {
    return await importBook(pool, {
      book,
      lines: file.lines,
      onEvents(events) {
        const { done, total } = file.progress()
        if (total === undefined) out.progress(`${book}: ${counted(events, 'event')}`)
        else out.progress(progressBar({ what: book, done, total, leftMs: undefined }))
      },
      accept(imported) {
        signal.throwIfAborted()
        if (hash === undefined || imported.hash === hash) return
        throw new AnotherHash(`The hash of the last event, ${imported.events}, is ${imported.hash}, and not ${hash}.`)
      },
    })
  } catch (error) {
    if (signal.aborted) return undefined
    throw error
  } finally {
    await pool.end()
  }
}

function refusal({ out }: Context, error: unknown): ExitCode {
  if (!(error instanceof BadLine || error instanceof NotEmpty || error instanceof AnotherHash)) throw error
  const line = error instanceof BadLine ? error.line : undefined
  out.json({ refused: error.message, ...(line === undefined ? {} : { line }) })
  out.note(
    `${error instanceof BadLine ? `The file does not fit, ${error.message}` : error.message}\nNothing is imported.`,
  )
  return 1
}
