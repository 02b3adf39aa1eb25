import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook as Signer } from 'standardwebhooks'

/** What a receiver was sent, once. */
export interface Received {
  readonly id: string
  readonly timestamp: string
  readonly signatures: readonly string[]
  readonly body: string
}

/** Has a receiver answer with a status. */
export const answering =
  (status: number, headers: Readonly<Record<string, string>> = {}) =>
  (response: ServerResponse): void =>
    void response.writeHead(status, headers).end('the receiver says something')

/** A receiver of webhooks on this machine, that answers as it is told to. */
export class Receiver {
  /** Everything that it was sent, answered or not. */
  readonly received: Received[] = []
  /** How it answers from now on. */
  answer: (response: ServerResponse, received: Received) => void = answering(204)
  readonly #server: Server

  constructor() {
    this.#server = createServer((request, response) => void this.#take(request, response))
  }

  static async start(): Promise<Receiver> {
    const receiver = new Receiver()
    await receiver.listen()
    return receiver
  }

  async listen(port = 0): Promise<void> {
    this.#server.listen(port, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get url(): string {
    return `http://receiver.example:${this.port}/hook`
  }

  /** The ids of what it was sent, in that order. */
  get ids(): readonly string[] {
    return this.received.map(({ id }) => id)
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const header = (name: string): string => String(request.headers[name])
    const received = {
      id: header('webhook-id'),
      timestamp: header('webhook-timestamp'),
      signatures: header('webhook-signature').split(' '),
      body: Buffer.concat(parts).toString(),
    }
    this.received.push(received)
    this.answer(response, received)
  }
}

/** The signature that a secret gives to what was received. */
export function signatureOf({ id, timestamp, body }: Received, secret: string): string {
  return new Signer(secret).sign(id, new Date(Number(timestamp) * 1_000), body)
}
