import {
  type Compilable,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  sql,
} from 'kysely'
import type { ClientBase, Pool, QueryConfig } from 'pg'
import type { ColumnType, NamesOf, RowOf, Statement } from './statement.ts'
import type { DB } from './tables.ts'

/*
 * Queries that are put together by Kysely. Building one costs more than many take to run, so each is built once for every
 * set of its conditions: with a placeholder for each value. What is kept is the text, and pg runs it.
 */

/** What stands for a value while a query is built. */
class Placeholder {
  readonly of: string

  constructor(of: string) {
    this.of = of
  }

  /** @throws whenever something is made of it other than a parameter: the value is not known yet */
  [Symbol.toPrimitive](): never {
    throw new Error(`${this.of} has no value while its query is built`)
  }
}

/** A value that is used twice is one parameter. */
class ParameterCompiler extends PostgresQueryCompiler {
  readonly #numbers = new Map<Placeholder, number>()

  protected override appendValue(value: unknown): void {
    if (this.numParameters === 0) this.#numbers.clear()
    const known = value instanceof Placeholder ? this.#numbers.get(value) : undefined
    if (known !== undefined) {
      this.append(`$${known}`)
      return
    }
    super.appendValue(value)
    if (value instanceof Placeholder) this.#numbers.set(value, this.numParameters)
  }
}

class NoDriver implements Driver {
  init(): Promise<void> {
    return Promise.resolve()
  }
  acquireConnection(): Promise<DatabaseConnection> {
    throw new Error('queries are built here, and run by pg')
  }
  beginTransaction(): Promise<void> {
    return Promise.resolve()
  }
  commitTransaction(): Promise<void> {
    return Promise.resolve()
  }
  rollbackTransaction(): Promise<void> {
    return Promise.resolve()
  }
  releaseConnection(): Promise<void> {
    return Promise.resolve()
  }
  destroy(): Promise<void> {
    return Promise.resolve()
  }
}

/** Builds queries on the tables of the database; it has no connection to run them on. */
export const tables = new Kysely<DB>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new NoDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new ParameterCompiler(),
  },
})

type ReadModelTable = keyof DB & `projections.${string}`

/** A table of one build of a read model, under another name: `from(build, 'absences as a')`. */
export function ofBuild<Table extends string, Alias extends string>(
  build: { table(name: string): string },
  aliased: `projections.${Table}` extends ReadModelTable ? `${Table} as ${Alias}` : never,
): `projections.${Table} as ${Alias}` {
  const [table = '', alias] = (aliased as string).split(' as ')
  return `${build.table(table)} as ${alias}` as `projections.${Table} as ${Alias}`
}

/** Whether a column has one of these texts, as one parameter. */
export function isOneOf(column: string, texts: readonly string[]): RawBuilder<boolean> {
  return sql<boolean>`${sql.ref(column)} = any(${texts}::text[])`
}

/** The same as a further condition of what is written; none where there are no texts. */
export function andOneOf(column: string, texts: readonly string[] | undefined): RawBuilder<unknown> {
  return texts === undefined ? sql`` : sql` and ${isOneOf(column, texts)}`
}

/** Those members of a filter that were asked for. */
export function present<Filter extends object>(
  filter: Filter,
): { [Name in keyof Filter]?: Exclude<Filter[Name], undefined> } {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given) as { [Name in keyof Filter]?: Exclude<Filter[Name], undefined> }
}

/** Members that may be undefined: each of them a condition that may be asked for. */
type Optional<Asked> = { [Name in keyof Asked]-?: undefined extends Asked[Name] ? Name : never }[keyof Asked] & string

interface Conditional<Asked> {
  /**
   * Prepared under this, and what conditions it has. Left out where a plan that is made once would be wrong: a query with
   * more than one index to choose from, planned while a book is new and all indexes cost the same, would keep that plan
   * when the book is not.
   */
  readonly name?: string
  /** Every set of these has a text of its own: `($2 is null or entity_id = $2)` would hide the index from the plan. */
  readonly optional?: readonly Optional<Asked>[]
}

interface Built<Asked, Row> extends Conditional<Asked> {
  /** The types of what is no column of a table, as the server calls them; the test asks it. */
  readonly computed?: { readonly [Name in keyof Row]?: NamesOf<Row[Name]> }
  /** Called with placeholders instead of values, so it must not look at more of them than whether they are undefined. */
  query(asked: Asked): Compilable<Row>
}

interface Written<Asked, C> extends Conditional<Asked> {
  /** All of its columns. */
  readonly columns: C
  /** As above; with the `sql` tag. */
  query(asked: Asked): RawBuilder<unknown>
}

export interface CompiledQuery<Asked = never, Row = unknown> {
  readonly name: string | undefined
  readonly optional: readonly string[]
  /** The types of all columns, or of those that are no columns of a table. */
  readonly columns: Readonly<Record<string, ColumnType>>
  readonly declares: 'all columns' | 'computed columns'
  /**
   * What the driver takes.
   * @throws Error where a value is missing that is no condition
   */
  bound(asked: Asked): QueryConfig
  /** The text with these conditions, for the tests. */
  textWith(conditions: readonly string[]): string
  /** Never there: the type of a row. */
  readonly row?: Row
}

/** A row of what a query returns. */
export type RowRead<Query extends { readonly row?: unknown }> = NonNullable<Query['row']>

interface Text {
  readonly name: string | undefined
  readonly text: string
  /** The members whose values are `$1`, `$2` …, and constants. */
  readonly parameters: readonly unknown[]
}

/** A query that Kysely builds. */
export function compiled<Asked extends object, Row>(built: Built<Asked, Row>): CompiledQuery<Asked, Row> {
  const { computed = {} } = built
  const texts = textsOf(built, (asked) => built.query(asked).compile())
  return { ...texts, columns: computed, declares: 'computed columns' }
}

/** A query that is written where SQL says it better, with conditions all the same. */
export function written<Asked extends object, const C extends Readonly<Record<string, ColumnType>>>(
  query: Written<Asked, C>,
): CompiledQuery<Asked, RowOf<Statement<C>>> {
  const texts = textsOf(query, (asked) => query.query(asked).compile(tables))
  return { ...texts, columns: query.columns, declares: 'all columns' }
}

function textsOf<Asked extends object>(
  { name, optional = [] }: Conditional<Asked>,
  compile: (asked: Asked) => { readonly sql: string; readonly parameters: readonly unknown[] },
): Pick<CompiledQuery<Asked>, 'name' | 'optional' | 'bound' | 'textWith'> {
  // As many as there are sets of conditions, which are those above.
  const texts = new Map<number, Text>()

  const textOf = (set: number): Text => {
    let found = texts.get(set)
    if (found === undefined) {
      const { sql, parameters } = compile(placeholders(optional, set))
      const own = name !== undefined && optional.length > 0 ? `${name}-${set.toString(36)}` : name
      texts.set(set, (found = { name: own, text: sql, parameters }))
    }
    return found
  }

  return {
    name,
    optional,
    bound(asked) {
      let set = 0
      for (const [bit, member] of optional.entries()) if (asked[member] !== undefined) set |= 1 << bit
      const { name, text, parameters } = textOf(set)
      return { name, text, values: parameters.map((parameter) => valueOf(parameter, asked)) } as QueryConfig
    },
    textWith: (conditions) =>
      textOf(optional.reduce((set, member, bit) => (conditions.includes(member) ? set | (1 << bit) : set), 0)).text,
  }
}

function placeholders<Asked extends object>(optional: readonly string[], set: number): Asked {
  const made = new Map<string, Placeholder>()
  return new Proxy({} as Asked, {
    get(_target, name) {
      const member = String(name)
      const bit = optional.indexOf(member)
      if (bit !== -1 && (set & (1 << bit)) === 0) return undefined
      if (!made.has(member)) made.set(member, new Placeholder(member))
      return made.get(member)
    },
  })
}

function valueOf(parameter: unknown, asked: object): unknown {
  if (!(parameter instanceof Placeholder)) return parameter
  const value = (asked as Readonly<Record<string, unknown>>)[parameter.of]
  if (value === undefined) throw new Error(`${parameter.of} is part of the query, and has no value`)
  return value
}

/**
 * Handed to the driver before this returns.
 * @returns the rows
 */
export async function read<Asked, Row>(
  db: Pool | ClientBase,
  query: CompiledQuery<Asked, Row>,
  asked: Asked,
): Promise<Row[]> {
  const { rows } = await db.query(query.bound(asked))
  return rows as Row[]
}
