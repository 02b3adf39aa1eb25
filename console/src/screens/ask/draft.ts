import { useState } from 'react'
import { useSession } from '../../app/session.tsx'

export interface Draft {
  /** One form, one intent: whatever is sent of it has this key. */
  readonly key: string
  readonly resource: string
  readonly from: string
  readonly to: string
  readonly fromPortion: 'full' | 'am' | 'pm'
  readonly toPortion: 'full' | 'am'
  readonly reason: string
}

export function isBackwards({ from, to }: Pick<Draft, 'from' | 'to'>): boolean {
  return from !== '' && to !== '' && to < from
}

/** What is typed is there again after a reload, under the same key. */
export function useDraft(): readonly [Draft, (change: Partial<Draft>) => void, () => void] {
  const { book, entity } = useSession()
  const name = `daybook-ask-${book}-${entity ?? ''}`
  const [draft, setDraft] = useState<Draft>(() => kept(name))
  const keep = (next: Draft) => {
    sessionStorage.setItem(name, JSON.stringify(next))
    setDraft(next)
  }
  return [
    draft,
    (change) => keep({ ...draft, ...change }),
    () => keep({ ...EMPTY, resource: draft.resource, key: newKey() }),
  ]
}

const EMPTY: Omit<Draft, 'key'> = { resource: '', from: '', to: '', fromPortion: 'full', toPortion: 'full', reason: '' }

function kept(name: string): Draft {
  const text = sessionStorage.getItem(name)
  const draft = text === null ? { ...EMPTY, key: newKey() } : (JSON.parse(text) as Draft)
  sessionStorage.setItem(name, JSON.stringify(draft))
  return draft
}

function newKey(): string {
  return `ask:${Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}
