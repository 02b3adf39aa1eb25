import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { snapshotLines } from '../../ledger/read/snapshot-lines.ts'
import type { SnapshotItem } from '../../ledger/read/snapshots.ts'
import type { Places } from '../edge/places.ts'
import type { Turns } from '../edge/turns.ts'
import { csvHeader, csvLines, type ReadProfiles, type ShownBalance } from './balance-csv.ts'
import type { CsvForm } from './csv-form.ts'

/** Whoever reads nothing of an answer for so long has gone, or holds a place for nothing. */
const STALLED_MS = 60_000

/** Computes a batch only when it is its turn: whoever reads slowly keeps nobody else from theirs. */
export async function* inTurn(
  turns: Turns,
  batches: ReturnType<typeof snapshotLines>,
): ReturnType<typeof snapshotLines> {
  try {
    for (;;) {
      const next = await turns.take(() => batches.next())
      if (next.done) return
      yield next.value
    }
  } finally {
    await batches.return()
  }
}

/** Sends texts no faster than they are read; when the client goes, no more are computed. */
export function sendWhole(
  reply: FastifyReply,
  places: Places,
  contentType: string,
  texts: AsyncGenerator<string>,
): FastifyReply {
  const leave = places.take()
  const stream = Readable.from(texts, { objectMode: false })
  stream.once('close', leave)
  reply.raw.setTimeout(STALLED_MS, () => reply.raw.destroy())
  return reply.header('content-type', contentType).send(stream)
}

/** One balance a line, as canonical JSON. @throws Error at the end, where they do not have the digest of the snapshot */
export async function* ndjsonTexts(
  lines: ReturnType<typeof snapshotLines>,
  book: string,
  snapshot: SnapshotItem,
): AsyncGenerator<string> {
  const digest = createHash('sha256')
  for await (const { text } of lines) {
    digest.update(text).update('\n')
    yield `${text}\n`
  }
  // Whoever gets another body than the one that was recorded must not take it for that: its end is missing then.
  if (digest.digest('hex') !== snapshot.digest) {
    throw new Error(`the balances of snapshot ${snapshot.id} of ${book} do not have its digest any more`)
  }
}

/** One balance a line, below the names of the columns. @param read profiles, a batch at a time */
export async function* csvTexts(
  lines: ReturnType<typeof snapshotLines>,
  form: CsvForm,
  read: ReadProfiles,
): AsyncGenerator<string> {
  yield csvHeader(form)
  for await (const { text } of lines) {
    const balances = text.split('\n').map((line) => JSON.parse(line) as ShownBalance)
    yield await csvLines(balances, form, read)
  }
}
