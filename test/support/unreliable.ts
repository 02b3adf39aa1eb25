import { once } from 'node:events'
import { type ClientRequest, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** What becomes of one request. */
export type Mishap =
  /** It is answered. */
  | 'none'
  /** It is done, and the connection breaks before the answer. */
  | 'answer-lost'
  /** It is done, and nothing is ever answered. */
  | 'silence'
  /** It is not done: 503 with `Retry-After: 1`, and a text that is no JSON, as of a balancer. */
  | 'refused'

export interface Passed {
  readonly method: string
  readonly path: string
  readonly key: string | undefined
  readonly body: string
}

/** Something between a client and the service at which things go wrong, one after the other. */
export interface Unreliable {
  readonly url: string
  /** All requests that came, in their order. */
  readonly passed: readonly Passed[]
  close(): Promise<void>
}

/** @param mishaps of the first command, the second, …; later ones and reads are answered @param pageSize of every list, whatever was asked for */
export async function unreliable(
  service: string,
  { mishaps, pageSize }: { readonly mishaps: readonly Mishap[]; readonly pageSize: number },
): Promise<Unreliable> {
  const passed: Passed[] = []
  const answer = async (asked: IncomingMessage, reply: ServerResponse): Promise<void> => {
    const { method = '', headers } = asked
    const path = (asked.url ?? '').replace(/\blimit=\d+/, `limit=${pageSize}`)
    const key = headers['idempotency-key'] as string | undefined
    const commands = passed.filter((one) => one.key !== undefined).length
    const mishap = key === undefined ? 'none' : (mishaps[commands] ?? 'none')
    const body = await text(asked)
    passed.push({ method, path, key, body })
    if (mishap === 'refused') {
      reply.writeHead(503, { 'retry-after': '1', 'content-type': 'text/html' }).end('<h1>away</h1>')
      return
    }
    const onward = request(`${service}${path}`, { method, headers })
    onward.end(body)
    const answered = await answerOf(onward)
    const said = await text(answered)
    if (mishap === 'answer-lost') asked.socket.destroy()
    if (mishap === 'none') reply.writeHead(answered.statusCode ?? 0, answered.headers).end(said)
  }
  const server = createServer((asked, reply) => {
    answer(asked, reply).catch(() => asked.socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passed,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

async function answerOf(sent: ClientRequest): Promise<IncomingMessage> {
  const [answered] = (await once(sent, 'response')) as [IncomingMessage]
  return answered
}
