import { constants, gunzip, type InputType, zstdDecompress } from 'node:zlib'
import { invalidRequest, type Problem, ProblemError } from '../../contract/problem.ts'

/** What a sender may have compressed for. Zstandard over HTTP needs no larger windows (RFC 9659). */
const LARGEST_ZSTD_WINDOW = 23

const OPTIONS = { info: true, chunkSize: 65_536 }

type Options = typeof OPTIONS & { readonly maxOutputLength: number }

/** With `info`, which the types do not know of. */
type Done = (error: Error | null, result: unknown) => void

type Decompress = (bytes: InputType, options: Options, done: Done) => void

const DECOMPRESS: ReadonlyMap<string, Decompress> = new Map(
  Object.entries<Decompress>({
    gzip: (bytes, options, done) => gunzip(bytes, options, done),
    'x-gzip': (bytes, options, done) => gunzip(bytes, options, done),
    zstd: (bytes, options, done) =>
      zstdDecompress(bytes, { ...options, params: { [constants.ZSTD_d_windowLogMax]: LARGEST_ZSTD_WINDOW } }, done),
  }),
)

export interface Compressed {
  readonly bytes: Buffer
  /** `Content-Encoding`. */
  readonly encoding: string
  /** What may come out, in bytes. */
  readonly limit: number
}

/** @throws ProblemError where it is more than may come out, broken, cut off, or followed by something else */
export async function decompressed({ bytes, encoding, limit }: Compressed): Promise<Buffer> {
  const decompress = DECOMPRESS.get(encoding.toLowerCase())
  if (decompress === undefined) throw new ProblemError(unknownEncoding(encoding))
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  decompress(bytes, { ...OPTIONS, maxOutputLength: limit }, (error, result) => {
    if (error !== null) {
      reject(new ProblemError(problemOf(error, encoding)))
      return
    }
    const { buffer, engine } = result as { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } }
    if (engine.bytesWritten === bytes.length) resolve(buffer)
    else reject(new ProblemError(broken(encoding, 'something follows it')))
  })
  return promise
}

function unknownEncoding(encoding: string): Problem {
  return {
    code: 'unsupported-media-type',
    detail: `A body with the content encoding ${encoding} is not taken: send it as gzip, as zstd, or as it is.`,
  }
}

function problemOf(error: NodeJS.ErrnoException, encoding: string): Problem {
  switch (error.code) {
    case 'ERR_BUFFER_TOO_LARGE':
      return { code: 'too-large', detail: 'What the body decompresses to is larger than the service accepts.' }
    case 'Z_BUF_ERROR':
      return broken(encoding, 'it is cut off')
    default:
      return broken(encoding, error.message)
  }
}

function broken(encoding: string, why: string): Problem {
  return invalidRequest([{ in: 'body', pointer: '', message: `cannot be decompressed as ${encoding}: ${why}` }])
}
