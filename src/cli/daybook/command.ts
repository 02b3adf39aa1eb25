import type { ParseArgsConfig } from 'node:util'
import type { Pool } from 'pg'
import type { Config } from '../../config.ts'
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
  /** For programs, beside the message. */
  readonly details: Readonly<Record<string, unknown>>

  constructor(
    message: string,
    { isUsage = false, details = {}, cause }: { isUsage?: boolean; details?: Failure['details']; cause?: unknown } = {},
  ) {
    super(message, { cause })
    this.name = 'Failure'
    this.isUsage = isUsage
    this.details = details
  }
}

/** What a command works with. */
export interface Context {
  readonly out: Output
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
  readonly projections: readonly Projection[]
  readonly environment: Environment
  /** The database server of the configuration, as it is; left again by whoever runs the command. */
  readonly server: (options?: ServerOptions) => Promise<Server>
  /** The database of the configuration, migrated; closed by whoever runs the command. */
  readonly database: () => Promise<Database>
}

export type Environment = Readonly<Record<string, string | undefined>>

export interface ServerOptions {
  /** Whether an embedded one is made where there is none. */
  readonly make?: boolean
}

export interface Server {
  readonly url: string
  readonly config: Config
}

export interface Database {
  readonly url: string
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
  /** It goes on after it returned, and ends the process by itself. */
  readonly isService?: true
  run(context: Context, given: { values: ValuesOf<O>; positionals: readonly string[] }): Promise<ExitCode>
}

/** Has the compiler see which options `run` is given. */
export function command<const O extends Options>(definition: Command<O>): Command {
  return definition
}
