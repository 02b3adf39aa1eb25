import { useSyncExternalStore } from 'react'

/** What somebody has decided, and may still take back: it is sent when its time is over, or when the page goes away. */
export interface Waiting {
  readonly id: string
  /** Of how many requests, and of whom, for what is said about it. */
  readonly count: number
  readonly who: string
  readonly endsAt: number
  readonly send: () => void
  readonly undo: () => void
}

const UNDO_MS = 5_000

let waiting: readonly Waiting[] = []
const timers = new Map<string, ReturnType<typeof setTimeout>>()
const listeners = new Set<() => void>()

export function decideLater({ id, count, who, send, undo }: Omit<Waiting, 'endsAt'>): void {
  set([...waiting, { id, count, who, send, undo, endsAt: Date.now() + UNDO_MS }])
  timers.set(
    id,
    setTimeout(() => end(id)?.send(), UNDO_MS),
  )
}

export function undo(id: string): void {
  end(id)?.undo()
}

export function useWaiting(): readonly Waiting[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => waiting,
  )
}

function end(id: string): Waiting | undefined {
  const found = waiting.find((one) => one.id === id)
  clearTimeout(timers.get(id))
  timers.delete(id)
  set(waiting.filter((one) => one.id !== id))
  return found
}

function set(next: readonly Waiting[]): void {
  waiting = next
  for (const listener of listeners) listener()
}

// Whoever leaves has decided.
addEventListener('pagehide', () => {
  for (const { id } of waiting) end(id)?.send()
})
