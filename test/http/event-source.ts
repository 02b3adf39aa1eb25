/** A client of `GET …/events` as server-sent events, and what it was sent. */
export class EventSourceClient {
  readonly status: number
  readonly #reader: ReadableStreamDefaultReader<string>
  readonly #stop: AbortController
  #text = ''
  #isOver = false

  private constructor(status: number, body: ReadableStream<Uint8Array>, stop: AbortController) {
    this.status = status
    this.#reader = body.pipeThrough(new TextDecoderStream()).getReader()
    this.#stop = stop
  }

  /** @param address such as `http://127.0.0.1:3000/v1/books/main/events` */
  static async open(address: string, headers: Readonly<Record<string, string>>): Promise<EventSourceClient> {
    const stop = new AbortController()
    const response = await fetch(address, { headers: { accept: 'text/event-stream', ...headers }, signal: stop.signal })
    return new EventSourceClient(response.status, response.body!, stop)
  }

  /** The next message: its fields, comments as `''`. @returns undefined once the stream has ended */
  async next(): Promise<Readonly<Record<string, string>> | undefined> {
    for (;;) {
      const end = this.#text.indexOf('\n\n')
      if (end !== -1) {
        const message = this.#text.slice(0, end)
        this.#text = this.#text.slice(end + 2)
        return Object.fromEntries(message.split('\n').map((line) => line.split(/: ?(.*)/s, 2) as [string, string]))
      }
      if (this.#isOver) return undefined
      const { done, value = '' } = await this.#reader.read()
      this.#isOver = done
      this.#text += value
    }
  }

  /** The next message with data. @returns undefined once the stream has ended */
  async nextData(): Promise<
    { readonly event: string | undefined; readonly id: string | undefined; readonly data: string } | undefined
  > {
    for (let message = await this.next(); message !== undefined; message = await this.next()) {
      const { event, id, data } = message
      if (data !== undefined) return { event, id, data }
    }
    return undefined
  }

  drop(): void {
    this.#stop.abort()
  }
}
