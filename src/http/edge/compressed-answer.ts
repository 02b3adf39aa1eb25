import { pipeline, Readable, type Transform } from 'node:stream'
import { constants, createGzip, createZstdCompress, gzip, zstdCompress } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../route.ts'
import { type Coding, codingFor } from './accepted-encoding.ts'
import { addVary } from './vary.ts'

/** What fits into one packet arrives no earlier when it is smaller. */
const LEAST_CHARACTERS = 1_400

/** Data, pages and scripts. Pictures are compressed as they are. */
const COMPRESSES = /^(?:text\/|application\/(?:[a-z.-]+\+)?(?:json|x-ndjson|javascript)(?:;|$)|image\/svg)/

/** How far back a repetition is looked for, as a power of two: gzip's own, so that an open stream holds no more than with it. */
const ZSTD_WINDOW = 17

const WHOLE = {
  gzip,
  zstd: (bytes: Buffer, done: (error: Error | null, result: Buffer) => void) =>
    zstdCompress(bytes, { params: { [constants.ZSTD_c_windowLog]: ZSTD_WINDOW } }, done),
} satisfies Record<Coding, unknown>

/** Each chunk leaves as soon as it has come: whoever reads a stream is to see an event when it happens. */
const STREAMED: Record<Coding, () => Transform> = {
  gzip: () => createGzip({ flush: constants.Z_SYNC_FLUSH }),
  zstd: () =>
    createZstdCompress({
      flush: constants.ZSTD_e_flush,
      params: { [constants.ZSTD_c_windowLog]: ZSTD_WINDOW },
    }),
}

type Done = (error: Error | null, payload?: unknown) => void

/**
 * Compresses answers where `Accept-Encoding` asks for it: those from `LEAST_CHARACTERS` on, and streams, of any length.
 * Where a route has `config.secret`, nothing is: how short an answer becomes tells what it repeats (BREACH).
 */
export function compressAnswers(app: App): void {
  app.addHook('onSend', (request, reply, payload, done: Done) => {
    if (mayBeCompressed(request, reply, payload)) {
      compress(request, reply, payload, done)
      return
    }
    // Where nothing has changed, the tag is the one that the answer would have had.
    if (reply.statusCode === 304 && codingFor(request.headers['accept-encoding']) !== undefined) weakenTag(reply)
    done(null, payload)
  })
}

type Payload = string | Buffer | Readable

function mayBeCompressed({ routeOptions }: FastifyRequest, reply: FastifyReply, payload: unknown): payload is Payload {
  const isLarge =
    typeof payload === 'string' || Buffer.isBuffer(payload)
      ? payload.length >= LEAST_CHARACTERS
      : payload instanceof Readable
  // A part of an answer is a part of it as it is.
  if (!isLarge || reply.statusCode === 206 || reply.hasHeader('content-encoding')) return false
  return routeOptions.config.secret !== true && COMPRESSES.test(String(reply.getHeader('content-type')))
}

function compress({ headers }: FastifyRequest, reply: FastifyReply, payload: Payload, done: Done): void {
  // Whoever keeps an answer must not give it to somebody who takes it in another way.
  addVary(reply, 'Accept-Encoding')
  const coding = codingFor(headers['accept-encoding'])
  if (coding === undefined) {
    done(null, payload)
    return
  }
  weakenTag(reply)
  reply.header('content-encoding', coding).removeHeader('content-length')
  if (payload instanceof Readable) done(null, compressedStream(payload, coding))
  else WHOLE[coding](typeof payload === 'string' ? Buffer.from(payload) : payload, done)
}

/** A stream that is read no faster than what comes out is. Whichever of the two ends early ends the other. */
export function compressedStream(stream: Readable, coding: Coding): Readable {
  // Whoever sends what comes out looks at it, and says what went wrong.
  return pipeline(stream, STREAMED[coding](), () => {})
}

/** The tag of an answer names its bytes; of those that are compressed it names what they say, which is a weak tag. */
function weakenTag(reply: FastifyReply): void {
  const tag = reply.getHeader('etag')
  if (typeof tag === 'string' && tag.startsWith('"')) reply.header('etag', `W/${tag}`)
}
