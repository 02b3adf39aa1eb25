import { ProblemError } from '../../contract/problem.ts'
import { type Compressed, decompressed } from './compressed-body.ts'

interface Headers {
  readonly 'content-encoding'?: string | undefined
  readonly 'content-type'?: string | undefined
}

interface Reading {
  /** Throws where it is nothing that the call takes. */
  readonly read: (plain: Buffer) => unknown
  /** How a parser of Fastify ends. */
  readonly done: (error: Error | null, body?: unknown) => void
}

/**
 * Hands on what a body of a type that is taken says: as it is, or what comes out of it where it is compressed.
 * @param limit in bytes, also for what comes out
 */
export function readPlain(
  { headers }: { readonly headers: Headers },
  bytes: Buffer,
  limit: number,
  { read, done }: Reading,
): void {
  try {
    refuseOtherCharsets(headers)
    const encoding = headers['content-encoding']
    if (encoding === undefined || encoding.toLowerCase() === 'identity') done(null, read(bytes))
    else void readCompressed({ bytes, encoding, limit }, { read, done })
  } catch (error) {
    done(error as Error)
  }
}

async function readCompressed(body: Compressed, { read, done }: Reading): Promise<void> {
  let value: unknown
  try {
    value = read(await decompressed(body))
  } catch (error) {
    done(error as Error)
    return
  }
  done(null, value)
}

function refuseOtherCharsets({ 'content-type': type }: Headers): void {
  if (type === undefined || !type.includes(';')) return
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(type)?.[1]
  if (charset === undefined || /^utf-?8$/i.test(charset)) return
  const detail = `A body in ${charset} is not taken: JSON is UTF-8.`
  throw new ProblemError({ code: 'unsupported-media-type', detail })
}
