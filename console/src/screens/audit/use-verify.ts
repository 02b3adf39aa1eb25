import { useEffect, useRef, useState } from 'react'
import { useSession } from '../../app/session.tsx'
import { type Verified, verifyHistory } from './verify-history.ts'

/** How far it has come is shown so often: more often nobody sees. */
const SHOWN_EVERY_MS = 100

export type Verifying =
  | { readonly is: 'idle' }
  | { readonly is: 'running' | 'stopped'; readonly so: Verified | undefined }
  | { readonly is: 'done'; readonly verified: Verified; readonly noted: string }
  | { readonly is: 'failed'; readonly error: unknown }

/** One verification at a time; it ends with the screen. */
export function useVerify(): {
  readonly verifying: Verifying
  readonly start: (noted: string) => Promise<void>
  readonly stop: () => void
} {
  const { daybook, book } = useSession()
  const [verifying, setVerifying] = useState<Verifying>({ is: 'idle' })
  const running = useRef<AbortController>(undefined)
  useEffect(() => () => running.current?.abort(), [])
  return {
    verifying,
    async start(noted) {
      const control = new AbortController()
      running.current = control
      let last: Verified | undefined
      let shownAt = 0
      setVerifying({ is: 'running', so: last })
      try {
        const verified = await verifyHistory(daybook, {
          book,
          noted,
          signal: control.signal,
          onProgress(so) {
            last = so
            if (performance.now() - shownAt < SHOWN_EVERY_MS) return
            shownAt = performance.now()
            setVerifying({ is: 'running', so })
          },
        })
        setVerifying({ is: 'done', verified, noted })
      } catch (error) {
        setVerifying(control.signal.aborted ? { is: 'stopped', so: last } : { is: 'failed', error })
      }
    },
    stop: () => running.current?.abort(),
  }
}
