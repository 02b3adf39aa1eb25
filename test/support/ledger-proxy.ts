import { connect, createServer, type Socket } from 'node:net'

/**
 * A way to the database on which a connection breaks at the worst moment: around COMMIT, or around the end of a statement
 * that commits by itself.
 */
export interface FaultyNetwork {
  /** Of the database, by this way. */
  readonly url: string
  /**
   * Lets a COMMIT through, and breaks the connection instead of bringing its answer.
   * @returns when that has happened
   */
  loseCommitAnswer(which?: Which): Promise<void>
  /**
   * Breaks the connection instead of bringing a COMMIT to the server, which gets everything before it.
   * @returns when that has happened
   */
  loseCommit(which?: Which): Promise<void>
  /**
   * Brings the server everything before a COMMIT, and then nothing: somebody else may end that connection.
   * @returns when COMMIT is held back
   */
  holdCommit(which?: Which): Promise<void>
  /** Refuses the next connections, so many of them. */
  refuse(connections: number): void
  /** Takes no connection any more, and breaks those there are, until `restore`. */
  cut(): void
  restore(): void
  close(): Promise<void>
}

/** The next COMMIT, unless some are to be let through before it. */
export interface Which {
  readonly after?: number
}

type Fault = 'lose-answer' | 'lose-commit' | 'hold-commit'

export async function faultyNetwork(databaseUrl: string): Promise<FaultyNetwork> {
  const target = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  let next: { fault: Fault; after: number; happened: () => void } | undefined
  let down = false
  let refusals = 0

  const server = createServer((client) => {
    if (down || refusals > 0) {
      refusals -= down ? 0 : 1
      client.destroy()
      return
    }
    const upstream = connect(Number(target.port || 5432), target.hostname)
    // COMMIT that is on its way, and what is to become of its answer.
    let loseAnswer: { happened: () => void; answersBefore: number } | undefined
    /** How often the server has still to say that it is ready: once when the connection is made. */
    let unanswered = 1
    let held = false
    const breakOff = (): void => {
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', breakOff)
      socket.on('close', () => {
        sockets.delete(socket)
        breakOff()
      })
    }

    const fromClient = messages({ startsUntyped: true })
    const isCommit = commits()
    client.on('data', (chunk) => {
      for (const message of fromClient(chunk)) {
        if (held) return
        const commit = isCommit(message)
        if (isAnswered(message)) unanswered += 1
        if (next === undefined || !commit) {
          upstream.write(message)
          continue
        }
        if (next.after > 0) {
          next.after -= 1
          upstream.write(message)
          continue
        }
        const { fault, happened } = next
        next = undefined
        if (fault === 'lose-answer') {
          loseAnswer = { happened, answersBefore: unanswered - 1 }
          upstream.write(message)
        } else if (fault === 'lose-commit') {
          // What was written before reaches the server; then it sees the connection end.
          held = true
          upstream.end(() => {
            client.destroy()
            happened()
          })
        } else {
          held = true
          happened()
        }
      }
    })
    const fromServer = messages({ startsUntyped: false })
    upstream.on('data', (chunk) => {
      for (const message of fromServer(chunk)) {
        if (isReady(message)) {
          unanswered -= 1
          if (loseAnswer?.answersBefore === 0) {
            breakOff()
            loseAnswer.happened()
            return
          }
          if (loseAnswer !== undefined) loseAnswer.answersBefore -= 1
        }
        client.write(message)
      }
    })
  })

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(databaseUrl)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as { port: number }).port)
  const prepare = (fault: Fault, { after = 0 }: Which = {}): Promise<void> =>
    new Promise((happened) => {
      next = { fault, after, happened }
    })
  return {
    url: url.href,
    loseCommitAnswer: (which) => prepare('lose-answer', which),
    loseCommit: (which) => prepare('lose-commit', which),
    holdCommit: (which) => prepare('hold-commit', which),
    refuse(connections) {
      refusals = connections
    },
    cut() {
      down = true
      for (const socket of sockets) socket.destroy()
    },
    restore() {
      down = false
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Cuts a stream of the PostgreSQL protocol into whole messages. A client's first one has no type in front. */
function messages({ startsUntyped }: { startsUntyped: boolean }): (chunk: Buffer) => Buffer[] {
  let rest: Buffer = Buffer.alloc(0)
  let untyped = startsUntyped
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    const whole: Buffer[] = []
    for (;;) {
      const header = untyped ? 0 : 1
      if (rest.length < header + 4) return whole
      const length = header + rest.readUInt32BE(header)
      if (rest.length < length) return whole
      whole.push(rest.subarray(0, length))
      rest = rest.subarray(length)
      untyped = false
    }
  }
}

/** Tells the messages of one client with which a transaction ends: COMMIT, and the end of an append outside of any other. */
function commits(): (message: Buffer) => boolean {
  let open = false
  let appending = false
  return (message) => {
    const type = String.fromCharCode(message[0]!)
    if (type === 'Q') {
      const text = message.subarray(5).toString()
      open = text.startsWith('begin')
      return text === 'commit\0'
    }
    // Bind: the name of the portal, which is none, and that of the statement.
    if (type === 'B') appending = message.subarray(6).toString('latin1').startsWith('append')
    return type === 'S' && appending && !open
  }
}

/** Whether the server will say that it is ready once it has done what a message asks for. */
function isAnswered(message: Buffer): boolean {
  return message[0] === 'Q'.charCodeAt(0) || message[0] === 'S'.charCodeAt(0)
}

function isReady(message: Buffer): boolean {
  return message[0] === 'Z'.charCodeAt(0)
}
