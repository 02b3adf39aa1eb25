import { BEGINNING, type Walked, walkOn } from '../../parts/chain.ts'
import type { Step } from './walker.ts'

// Beside the page, which answers meanwhile: takes the bytes of a history, and says after each piece how far it has come.

/** Few enough that what is made of them takes little room. */
const BATCH_EVENTS = 200

let walked: Walked = BEGINNING
let known = { book: '', noted: '', upTo: 0 }
let decoder = new TextDecoder()
let rest = ''

// The page sends the next one when this one is answered.
addEventListener('message', ({ data }: MessageEvent<Step>) => {
  void take(data).then(() => postMessage(walked))
})

async function take(step: Step): Promise<void> {
  switch (step.is) {
    case 'begin':
      known = step.known
      return
    case 'bytes': {
      const lines = (rest + decoder.decode(step.bytes, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      return walk(lines)
    }
    case 'end':
      return rest === '' ? undefined : walk([rest])
    case 'broken':
      // The line that it broke off in comes again, whole.
      rest = ''
      decoder = new TextDecoder()
  }
}

async function walk(lines: readonly string[]): Promise<void> {
  for (let at = 0; at < lines.length && walked.position < known.upTo; at += BATCH_EVENTS) {
    // What was recorded since it began is not looked at.
    const some = lines.slice(at, at + BATCH_EVENTS).slice(0, known.upTo - walked.position)
    walked = await walkOn(walked, some, known)
  }
}
