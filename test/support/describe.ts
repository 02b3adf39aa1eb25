import type { ClientBase, Submittable } from 'pg'

/** What the server says of a statement without running it. */
export interface Described {
  /** Types by their names, such as `int8` or `text[]`. */
  readonly params: readonly string[]
  readonly columns: readonly DescribedColumn[]
}

export interface DescribedColumn {
  readonly name: string
  readonly type: string
  /** Whether it is a column of a table that may hold null there; false for whatever is computed. */
  readonly nullable: boolean
  /** Whether it is no column of a table. */
  readonly computed: boolean
}

/** @throws the server's error where the statement does not fit the schema */
export async function describeStatement(client: ClientBase, text: string): Promise<Described> {
  const { params, fields } = await new Promise<Answer>((resolve, reject) => {
    client.query(new Describing(text, { resolve, reject }))
  })
  const { rows } = await client.query<{ types: string[]; nullable: boolean[] }>(
    `select (select array_agg(case when t.typelem <> 0 and t.typlen = -1 then e.typname || '[]' else t.typname end order by o.n)
               from unnest($1::oid[]) with ordinality as o(oid, n)
               join pg_type t on t.oid = o.oid
               left join pg_type e on e.oid = t.typelem)::text[] as types,
            (select array_agg(coalesce(not a.attnotnull, false) order by o.n)
               from unnest($2::oid[], $3::int2[]) with ordinality as o(relation, number, n)
               left join pg_attribute a on a.attrelid = o.relation and a.attnum = o.number) as nullable`,
    [
      [...params, ...fields.map(({ dataTypeID }) => dataTypeID)],
      fields.map(({ tableID }) => tableID),
      fields.map(({ columnID }) => columnID),
    ],
  )
  const [{ types, nullable }] = rows as [{ types: string[] | null; nullable: boolean[] | null }]
  const all = types ?? []
  return {
    params: all.slice(0, params.length),
    columns: fields.map(({ name, tableID }, index) => ({
      name,
      type: all[params.length + index]!,
      nullable: nullable![index]!,
      computed: tableID === 0,
    })),
  }
}

interface Field {
  readonly name: string
  readonly dataTypeID: number
  readonly tableID: number
  readonly columnID: number
}

interface Answer {
  readonly params: readonly number[]
  readonly fields: readonly Field[]
}

/** The part of the driver's connection that its types leave out. */
interface Connection {
  parse(statement: { name: string; text: string; types: number[] }): void
  describe(what: { type: 'S'; name: string }): void
  sync(): void
  once(event: 'parameterDescription', told: (message: { dataTypeIDs: number[] }) => void): void
  removeAllListeners(event: 'parameterDescription'): void
}

/** Parses and describes; the driver itself only ever executes. */
class Describing implements Submittable {
  readonly #text: string
  readonly #done: { resolve: (answer: Answer) => void; reject: (error: unknown) => void }
  #params: readonly number[] = []
  #fields: readonly Field[] = []

  constructor(text: string, done: { resolve: (answer: Answer) => void; reject: (error: unknown) => void }) {
    this.#text = text
    this.#done = done
  }

  submit(connection: unknown): void {
    const wire = connection as Connection
    wire.removeAllListeners('parameterDescription')
    wire.once('parameterDescription', ({ dataTypeIDs }) => {
      this.#params = dataTypeIDs
    })
    wire.parse({ name: '', text: this.#text, types: [] })
    wire.describe({ type: 'S', name: '' })
    wire.sync()
  }

  handleRowDescription({ fields }: { fields: readonly Field[] }): void {
    this.#fields = fields
  }

  // After an error nobody is told when the connection is ready again; what comes next waits for that by itself.
  handleError(error: unknown): void {
    this.#done.reject(error)
  }

  handleReadyForQuery(): void {
    this.#done.resolve({ params: this.#params, fields: this.#fields })
  }
}
