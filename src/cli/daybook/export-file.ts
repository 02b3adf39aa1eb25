import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { addAbortSignal, pipeline, Readable, Transform } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { BadLine } from '../../importing/bad-line.ts'
import { Failure } from './command.ts'

/** An export to read: a file, or stdin, compressed or not. */
export interface ExportFile {
  /** Lines without their line feeds, in batches of bounded size. */
  readonly lines: AsyncIterable<readonly string[]>
  /** Bytes read so far, and how many there are; undefined where that is not known. */
  progress(): { readonly done: number; readonly total: number | undefined }
}

/** An event of a thousand lines, each with all the metadata that it may have, is a third of that. */
const MOST_LINE_BYTES = 64 * 1_048_576

/**
 * @param path `-` is stdin
 * @param signal ends the reading, also where it waits for more to come
 * @throws Failure where there is no such file
 */
export async function openExportFile(path: string, signal: AbortSignal): Promise<ExportFile> {
  const total = path === '-' ? undefined : await sizeOf(path)
  const source: Readable = path === '-' ? process.stdin : createReadStream(path)
  let done = 0
  const counting = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      done += chunk.length
      next(null, chunk)
    },
  })
  source.on('error', (error) => counting.destroy(error))
  // Whoever stops early leaves nothing open that would keep the process from ending.
  counting.on('close', () => source.destroy())
  addAbortSignal(signal, counting)
  source.pipe(counting)
  return { lines: readable(linesOf(uncompressed(counting))), progress: () => ({ done, total }) }
}

/** What cannot be read, or is not what it seems, in words. */
async function* readable<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* items
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw code === undefined ? error : new Failure(`The file cannot be read: ${message}`, { cause: error })
  }
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch((error: unknown) => {
    throw new Failure(`${path} cannot be read: ${(error as Error).message}`, { cause: error })
  })
  if (!found.isFile()) throw new Failure(`${path} is no file.`)
  return found.size
}

/** What is compressed says so in its first two bytes, which no event begins with. */
async function* uncompressed(source: Readable): AsyncGenerator<Buffer> {
  const chunks = source.iterator() as AsyncIterableIterator<Buffer>
  try {
    const first = await chunks.next()
    if (first.done === true) return
    const all = together(first.value, chunks)
    const isGzip = first.value[0] === 0x1f && first.value[1] === 0x8b
    // What is read of it by an iterator goes on by one: of a short file nothing is left to be piped, not even its end.
    yield* isGzip ? (pipeline(Readable.from(all), createGunzip(), () => {}) as AsyncIterable<Buffer>) : all
  } finally {
    // Whoever stops early does not wait for more to come.
    source.destroy()
  }
}

async function* together(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first
  yield* rest
}

/**
 * Splits at line feeds and nowhere else: a text may hold U+2028, at which some readers break.
 * @throws BadLine where a line is not UTF-8, or without end
 */
async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let begun: Buffer[] = []
  let bytes = 0
  let count = 0
  const lineOf = (last: Buffer): string => {
    count += 1
    const whole = begun.length === 0 ? last : Buffer.concat([...begun, last])
    begun = []
    bytes = 0
    try {
      return decoder.decode(whole)
    } catch {
      throw new BadLine(count, 'it is not UTF-8')
    }
  }
  for await (const chunk of chunks) {
    const lines: string[] = []
    let from = 0
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, from)) {
      lines.push(lineOf(chunk.subarray(from, end)))
      from = end + 1
    }
    if (from < chunk.length) {
      begun.push(chunk.subarray(from))
      bytes += chunk.length - from
      if (bytes > MOST_LINE_BYTES) throw new BadLine(count + 1, 'it is longer than any event')
    }
    yield lines
  }
  // A last line that nothing ends.
  if (begun.length > 0) yield [lineOf(Buffer.alloc(0))]
}

const LINE_FEED = 0x0a
