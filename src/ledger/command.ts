import type { Actor, CalledBy, EventType, RecordedEvent } from '../domain/event.ts'
import type { Accepted } from '../domain/recording/accepted.ts'
import type { AsItIs } from '../domain/recording/as-it-is.ts'
import type { BookState } from '../domain/recording/book-state.ts'
import type { Refused } from '../domain/refusal.ts'
import type { Defined, Defining, DefinitionReads } from './definition.ts'
import type { Needs } from './needs.ts'
import type { Json } from './rows/canonical.ts'

/*
 * What a command is. What it needs read is in `needs.ts`, what a definition is decided on and changes in
 * `definition.ts`, what becomes of either in `verdict.ts`.
 */

export type Command = RecordCommand | DefineCommand

/** What every command carries, whatever it asks for. */
export interface AnyCommand {
  readonly book: string
  readonly idempotencyKey: string
  readonly actor: Actor
  /** Absent: nobody called, the service does it by itself. */
  readonly via?: CalledBy
  readonly client: Client
  /**
   * Method, path and canonical JSON of the body, in its normal spelling: quantities, lists whose order says nothing, what is
   * usual and was not said. Equal for equal commands only.
   */
  readonly canonical: string
  /**
   * The same as the caller spelt it, with each `null`: what the fingerprints of releases before this one were made of.
   * undefined: there is none.
   */
  readonly formerCanonical?: string
  readonly dryRun: boolean
  /**
   * Compares what the original command asked for with this one.
   * @returns JSON pointers into the body, as far as the record still knows the original
   */
  differs(original: RecordedEvent): readonly string[]
}

export interface Client {
  readonly ip: string | null
  readonly userAgent: string | null
  readonly session: string | null
}

/** Adds transactions; waits with others for one commit. */
export interface RecordCommand extends AnyCommand {
  readonly kind: 'record'
  readonly type: EventType
  /** How many lines it has: what groups and queues are measured in. */
  readonly lines: number
  readonly needs: Needs
  readonly dataText: string
  readonly erasable: Erasable
  /** Pure. @param position what the event will get if the command is accepted */
  decide(state: BookState, position: number): AcceptedCommand | AsItIs | Refused
}

/** An accepted command, as it is recorded. */
export interface AcceptedCommand extends Accepted {
  /** Where deciding finds out which lines it belongs to; undefined: what the command says. */
  readonly erasable?: Erasable
}

/**
 * Defines a book, a policy, a calendar, an entity or what it works by; closes a period; records a snapshot. Definitions
 * are rare, and each is alone in its commit.
 */
export interface DefineCommand extends AnyCommand {
  readonly kind: 'define'
  readonly reads: DefinitionReads
  readonly erasable?: Erasable
  /** Whether it may make the book. */
  readonly createsBook: boolean
  /** Pure. @param position what the event will get if something is recorded */
  decide(defined: Defined, position: number): Defining
}

/** What may have to be forgotten; the salt and the client are added when it is recorded. */
export interface Erasable {
  readonly reason?: string
  readonly metadata?: Json
  readonly lines?: { readonly [line: string]: { readonly reason?: string; readonly metadata?: Json } }
}
