import type { ParseArgsConfig } from 'node:util'
import type { Pool } from 'pg'
import type { Projection } from '../../projecting/projection.ts'
import type { Output } from './output.ts'

/**
 * What a command ends with.
 * - 0: it is done, or it is so
 * - 1: it is not so, or was refused; what was asked for can be seen in the output
 * - 2: it could not be done or found out: the command line is not right, the database is away
 * - 130: it was broken off; what is done stays done
 */
export type ExitCode = 0 | 1 | 2 | 130

/** It could not be done. The message is for the person who asked. */
export class Failure extends Error {
  /** Whether the command line itself is at fault. */
  readonly isUsage: boolean

  constructor(message: string, { isUsage = false, cause }: { isUsage?: boolean; cause?: unknown } = {}) {
    super(message, { cause })
    this.name = 'Failure'
    this.isUsage = isUsage
  }
}

/** What a command works with. */
export interface Context {
  readonly out: Output
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
  readonly projections: readonly Projection[]
  /** The database of the configuration, migrated; closed by whoever runs the command. */
  readonly database: () => Promise<Database>
}

export interface Database {
  /** In the service's role, for short statements and for long ones. */
  readonly pool: Pool
}

type Options = NonNullable<ParseArgsConfig['options']>
type ValueOf<Type> = Type extends 'boolean' ? boolean : string

export type ValuesOf<O extends Options> = { readonly [Name in keyof O]?: ValueOf<O[Name]['type']> }

export interface Command<O extends Options = Options> {
  /** As it is typed: `projections rebuild`. */
  readonly name: string
  /** What comes after the name. */
  readonly usage: string
  /** One line, for the list. */
  readonly summary: string
  /** What it does, when one needs it, and examples. */
  readonly help: string
  readonly options: O
  /** Names of the positional arguments it must have. */
  readonly positionals: readonly string[]
  run(context: Context, given: { values: ValuesOf<O>; positionals: readonly string[] }): Promise<ExitCode>
}

/** Has the compiler see which options `run` is given. */
export function command<const O extends Options>(definition: Command<O>): Command {
  return definition
}
