import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { refresh } from '../app/live.ts'
import { useSession } from '../app/session.tsx'

/**
 * Sends what a form says. Sent again, because it was clicked twice or no answer came, it has the same key, and is recorded
 * once; changed since, or recorded, it is something new.
 */
export function useSend<Sent, Answer>(
  send: (sent: Sent, key: string) => Promise<Answer>,
  onDone?: (answer: Answer) => void,
) {
  const { book } = useSession()
  const queries = useQueryClient()
  const intent = useRef<{ readonly text: string; readonly key: string }>(undefined)
  return useMutation({
    mutationFn(sent: Sent) {
      const text = JSON.stringify(sent)
      if (intent.current?.text !== text) intent.current = { text, key: newKey() }
      return send(sent, intent.current.key)
    },
    onSuccess(answer) {
      intent.current = undefined
      onDone?.(answer)
    },
    onSettled: () => refresh(queries, book),
  })
}

function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12))
  return `form:${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}
