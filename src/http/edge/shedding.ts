import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { App } from '../route.ts'

/** How long a request is held before it is refused, at least: whoever asks again at once costs less that way. */
const HOLD_MS = 50

/** How often those held long enough are answered, together. */
const ANSWER_EVERY_MS = 15

/** Requests held at once; more are refused at once. */
const MOST_HELD = 10_000

export interface Shedding {
  /** Whether commands would be refused for want of room. */
  isFull(): boolean
  /** Whether a request may be told so: others hear first that they are not known. As for every other call, and as costly. */
  isKnown(request: IncomingMessage): boolean | Promise<boolean>
  /** Answers one request. Cheap: there are many. */
  refuse(request: IncomingMessage, response: ServerResponse): void
}

/**
 * Refuses commands while there is no room for them, before anything else is done with them: what they would cost is left
 * for the commands there is room for. Only a little later, so that callers who come again at once do not keep the
 * process busy with saying no. Call it once the app is ready.
 */
export function shedWhileFull(app: App, shedding: Shedding): void {
  const held: { readonly since: number; readonly refuse: () => void }[] = []
  let timer: NodeJS.Timeout | undefined

  const answerHeld = (): void => {
    timer = undefined
    const before = performance.now() - HOLD_MS
    const young = held.findIndex(({ since }) => since > before)
    for (const { refuse } of held.splice(0, young === -1 ? held.length : young)) refuse()
    if (held.length > 0) timer = setTimeout(answerHeld, ANSWER_EVERY_MS)
  }

  const hold = (refuse: () => void): void => {
    if (held.length >= MOST_HELD) {
      refuse()
      return
    }
    held.push({ since: performance.now(), refuse })
    timer ??= setTimeout(answerHeld, HOLD_MS)
  }

  const listeners = app.server.listeners('request') as RequestListener[]
  app.server.removeAllListeners('request')
  app.server.on('request', (request, response) => {
    const serve = (): void => {
      for (const listener of listeners) listener(request, response)
    }
    const decide = (isKnown: boolean): void => {
      if (isKnown) hold(() => shedding.refuse(request, response))
      else serve()
    }
    if (!isCommand(request) || !shedding.isFull()) {
      serve()
      return
    }
    const known = shedding.isKnown(request)
    // Where they cannot be looked up, the call finds that out for itself.
    if (known instanceof Promise) known.then(decide, serve)
    else decide(known)
  })
}

// A bulk has a share of the room of its own, and tells of each of its commands.
function isCommand({ method, url }: IncomingMessage): boolean {
  return (
    (method === 'POST' || method === 'PUT') && url !== undefined && url.startsWith('/v1/') && !/\/bulk(\?|$)/.test(url)
  )
}
