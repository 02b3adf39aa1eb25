import type { ClientBase, Pool, QueryConfig } from 'pg'
import type { CalendarDate } from '../domain/calendar-date.ts'

/*
 * SQL that is written by hand, with the types of what goes in and what comes out beside it. The compiler holds the code
 * against those types, and `test/sql/statements.test.ts` holds them against the database: it has the server describe
 * every statement that a file of `src/` or `projections/` exports. So every statement is exported.
 */

/** What a value of a type is here, by the parsers of `parsers.ts`. */
interface Scalars {
  text: string
  int2: number
  int4: number
  int8: number
  float8: number
  numeric: string
  bool: boolean
  date: CalendarDate
  timestamptz: Date
  bytea: Buffer
  /** The text that was stored. */
  json: string
}
type Scalar = keyof Scalars
type TypeName = Scalar | `${Scalar}[]`

type Value<Name> = Name extends keyof Scalars
  ? Scalars[Name]
  : Name extends `${infer Item extends Scalar}[]`
    ? Scalars[Item][]
    : never

/** A list goes in as it comes out, and may hold nulls. */
type Argument<Name> = Name extends `${infer Item extends Scalar}[]`
  ? readonly (Scalars[Item] | null)[]
  : Name extends 'timestamptz'
    ? Date | string
    : Value<Name>

/** A type that the server knows under `Name`, of which only some values come: a union of texts, or a branded one. */
export type Narrowed<T> = string & { readonly narrowed: T }

/**
 * The type of a column, as the server calls it: `'int8'`, `'text[]'`; `'text?'` where it may be null. `'text!'` says that
 * the statement leaves out the nulls that the table's column may hold.
 */
export type ColumnType = TypeName | `${TypeName}?` | `${TypeName}!` | Narrowed<unknown>
/** Columns by name; without names, rows come as arrays. */
export type Columns = Readonly<Record<string, ColumnType>> | readonly ColumnType[]
/** `$1`, `$2` … in their order; `'text?'` where null may go in. */
export type Parameters = readonly (TypeName | `${TypeName}?` | Narrowed<unknown>)[]

type Out<Type> =
  Type extends Narrowed<infer T>
    ? T
    : Type extends `${infer Name}?`
      ? Value<Name> | null
      : Type extends `${infer Name}!`
        ? Value<Name>
        : Value<Type>
type In<Type> =
  Type extends Narrowed<infer T>
    ? T
    : Type extends `${infer Name}?`
      ? Argument<Name> | null | undefined
      : Argument<Type>

/** The names of columns, in the order in which they are written. */
export function namesOf<C extends Readonly<Record<string, ColumnType>>>(columns: C): (keyof C & string)[] {
  return Object.keys(columns)
}

export interface Statement<C extends Columns = Columns, P extends Parameters = Parameters> {
  /** What it is prepared under, so that a connection plans it once; undefined: it is planned with its values each time. */
  readonly name: string | undefined
  readonly text: string
  readonly columns: C
  readonly params: P
}

/** A row of what a statement returns. */
export type RowOf<S> = S extends Statement<infer C, Parameters> ? { readonly [Name in keyof C]: Out<C[Name]> } : never
/** What a statement is run with. */
export type ValuesOf<S> = S extends Statement<Columns, infer P> ? { readonly [At in keyof P]: In<P[At]> } : never

interface Written<C, P> {
  /**
   * Left out where a plan that is made once would be wrong: a statement with more than one index to choose from, planned
   * while a book is new and all indexes cost the same, would keep that plan when the book is not.
   */
  readonly name?: string
  readonly text: string
  readonly columns?: C
  readonly params?: P
}

/** @returns the statement, its text and types as they are written; export it, so that the test finds it */
export function statement<const C extends Columns = Record<never, never>, const P extends Parameters = readonly []>({
  name,
  text,
  columns,
  params,
}: Written<C, P>): Statement<C, P> {
  // Casts: where one is left out, its type is the default, which is that of the empty one.
  return { name, text, columns: columns ?? ({} as C), params: params ?? ([] as unknown as P) }
}

/**
 * A column or parameter of which the code knows more than the server: `narrowed<EventType>('text')`. Nothing checks what
 * it says beyond the server's type.
 */
export function narrowed<T>(type: NamesOf<T>): Narrowed<T> {
  return type as string as Narrowed<T>
}
export type NamesOf<T> = null extends T ? `${NameHolding<NonNullable<T>>}?` : NameHolding<T>
type NameHolding<T> = { [Name in TypeName]: T extends Value<Name> ? Name : never }[TypeName]

/** Statements that are alike but for what their tables are called. */
export interface Varying<Of extends readonly unknown[] = never, S = Statement> {
  (...of: Of): S
  /** What the test makes one of; `'build'`: the first build of the read model whose file it is. */
  readonly example: Of | 'build'
}

/** @param example tables and whatever else, as the migrations or a read model's first build have them */
export function varying<Of extends readonly unknown[], S extends Statement>(
  make: (...of: Of) => S,
  ...example: Of
): Varying<Of, S> {
  return Object.assign((...of: Of) => make(...of), { example })
}

/** Builds of one read model whose statements are kept: the one that is read, the one before it, the one being built. */
const KEPT_BUILDS = 3

/** Statements, or queries, on the tables of the read model whose file this stands in, made once for each of its builds. */
export function perBuild<Build extends { readonly number: number }, S>(make: (build: Build) => S): Varying<[Build], S> {
  const made = new Map<number, S>()
  const of = (build: Build): S => {
    let found = made.get(build.number)
    if (found === undefined) {
      if (made.size >= KEPT_BUILDS) made.clear()
      found = make(build)
      made.set(build.number, found)
    }
    return found
  }
  return Object.assign(of, { example: 'build' as const })
}

/** What the driver takes, for those who hand it over themselves. */
export function bound<S extends Statement>({ name, text, columns }: S, values: ValuesOf<S>): QueryConfig {
  // One shape for all of them; the driver takes what is undefined for what is left out, and reads arrays only.
  const config = { name, text, values, rowMode: Array.isArray(columns) ? 'array' : undefined }
  return config as unknown as QueryConfig
}

/**
 * Handed to the driver before this returns.
 * @returns the rows
 */
export async function query<S extends Statement>(
  db: Pool | ClientBase,
  statement: S,
  values: ValuesOf<S>,
): Promise<RowOf<S>[]> {
  const { rows } = await db.query(bound(statement, values))
  return rows as RowOf<S>[]
}

/**
 * Handed to the driver before this returns.
 * @returns how many rows there were: written ones, or those that came back
 */
export async function run<S extends Statement>(
  db: Pool | ClientBase,
  statement: S,
  values: ValuesOf<S>,
): Promise<number> {
  const { rowCount } = await db.query(bound(statement, values))
  return rowCount ?? 0
}
