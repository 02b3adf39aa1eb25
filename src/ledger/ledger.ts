import type { EventType } from '../domain/event.ts'
import type { Command } from './command.ts'
import type { Verdict } from './verdict.ts'

/** The one way into the record. */
export interface Ledger {
  /**
   * Decides and records a command.
   * @returns its verdict, once it and everything it rests on is durable
   * @throws Unavailable where the queue is full, the service is closing, or the database is away
   */
  submit(command: Command): Promise<Verdict>
  /** Whether a command would be refused for want of room. */
  isFull(): boolean
  /** `submitted`: commands that were taken since the process began. */
  stats(): { readonly queuedLines: number; readonly books: number; readonly submitted: number }
  /** Takes nothing more, and waits for what was taken. */
  close(): Promise<void>
}

export interface Limits {
  /** Lines that one commit takes at most; a single command with more is a group of its own. */
  readonly groupLines: number
  /** Lines that may wait in this process, over all books. */
  readonly queueLines: number
}

/** What a ledger tells whoever watches it. */
export interface Watcher {
  /** Every command of a group was answered. */
  group(report: GroupReport): void
  /** New events are durable. */
  recorded(book: string, position: number): void
  /** A definition is durable. */
  defined?(book: string, type: EventType): void
  /** Something went wrong that no command asked for. The commands concerned were answered, or are tried again. */
  trouble(message: string, error: unknown): void
}

export interface GroupReport {
  readonly book: string
  readonly commands: number
  readonly lines: number
  readonly recorded: number
  readonly durationMs: number
}
