import type { Walked } from '../../parts/chain.ts'

/** What is verified: a book, a hash that is looked for (empty: none), and where to stop. */
export interface Known {
  readonly book: string
  readonly noted: string
  readonly upTo: number
}

export type Step =
  | { readonly is: 'begin'; readonly known: Known }
  | { readonly is: 'bytes'; readonly bytes: Uint8Array }
  /** The stream ended, with whatever stands after its last line break. */
  | { readonly is: 'end' }
  /** The stream broke off; another one goes on behind the last whole line. */
  | { readonly is: 'broken' }

/** Walks along a history beside the page. */
export interface Walker {
  /** One after the other. */
  readonly take: (step: Step) => Promise<Walked>
  readonly close: () => void
}

export function startWalker(): Walker {
  const worker = new Worker(new URL('./walk-worker.ts', import.meta.url), { type: 'module' })
  return {
    take: (step) =>
      new Promise((resolve, reject) => {
        worker.onmessage = ({ data }: MessageEvent<Walked>) => resolve(data)
        worker.onerror = ({ message }) => reject(new Error(message))
        // The bytes are handed over, not copied.
        worker.postMessage(step, step.is === 'bytes' ? [step.bytes.buffer] : [])
      }),
    close: () => worker.terminate(),
  }
}
