import fc from 'fast-check'
import { LINE_TEXT } from '../../src/ledger/read/event-texts.ts'
import type { LedgerOfFile } from '../support/ledger.ts'
import { tamper } from './verify-sample.ts'

/*
 * What somebody can do to a record who owns the database, has switched its guards off and dropped its constraints: any
 * value in any column of any row, rows removed, repeated and moved, and hashes computed again.
 */

type Table = 'events' | 'transactions'

export interface Damage {
  /** For whoever reads a failing case. */
  readonly what: string
  /** `$book` is the book's id. */
  readonly sql: string
}

const text = (column: string): string[] => [
  'null',
  `''`,
  `${column} || 'x'`,
  `coalesce(${column}, '') || '"'`,
  `coalesce(${column}, '') || '\\'`,
  `coalesce(${column}, '') || E'\\x1e'`,
  `coalesce(${column}, '') || E'\\x1f'`,
  `coalesce(${column}, '') || E'\\n\\u2028é'`,
]
const whole = (column: string): string[] => ['null', '0', '1', `${column} + 1`, `${column} - 1`, `-${column}`]
const quantity = (column: string): string[] => [
  'null',
  '0',
  `'NaN'`,
  `'Infinity'`,
  '1e18',
  '-1e18',
  `-${column}`,
  `${column} + 1`,
  `round(${column}, 6)`,
]
const date = (column: string): string[] => [
  'null',
  `'infinity'`,
  `'-infinity'`,
  `'0044-03-15 BC'`,
  `'10000-01-01'`,
  `'2025-03-01'`,
  `'2025-02-28'`,
  `${column} + 1`,
  `${column} - 1`,
]
const instant = (column: string): string[] => [
  'null',
  `'infinity'`,
  `'-infinity'`,
  `'0044-03-15 BC'`,
  `'10000-01-01'`,
  `'294276-12-31 23:59:59.999999Z'`,
  ...['1 us', '1 ms', '1 day', '-1 us', '-1 ms', '-1 day'].map((by) => `${column} + interval '${by}'`),
]
const digest = (): string[] => ['null', `''`, `sha256('x')`]
const document = (column: string): string[] => [
  'null',
  `'{}'`,
  `'17'`,
  `'"\\u0000"'`,
  `'{"version":1}'`,
  `'{"period":"2025-03","version":1}'`,
  `(${column}::text || ' ')::json`,
  `(E'\\n' || ${column}::text)::json`,
]
const oneOf = (values: readonly string[]) => (): string[] => values.map((value) => `'${value}'`)

const TYPES = oneOf(['period-closed', 'period-reopened', 'snapshot-taken', 'entity-defined', 'accrual-recorded'])
const LINE_TYPES = oneOf(['accrual', 'consumption', 'pending', 'adjustment', 'reversal'])
const COMPONENTS = oneOf(['accrued', 'consumed', 'pending', 'adjusted'])

type Values = (column: string) => string[]
const both =
  (one: Values, other: Values): Values =>
  (column) => [...one(column), ...other(column)]

/** Every column that is verified as part of the record, and what it can be set to. */
export const COLUMNS: Record<Table, Record<string, Values>> = {
  events: {
    position: whole,
    type: both(text, TYPES),
    stream: text,
    stream_version: whole,
    idempotency_key: text,
    actor_type: text,
    actor_id: text,
    data: document,
    decision: document,
    erasable: document,
    erasable_digest: digest,
    recorded_at: instant,
    hash: digest,
  },
  transactions: {
    position: whole,
    line: whole,
    type: both(text, LINE_TYPES),
    component: both(text, COMPONENTS),
    entity_id: text,
    policy_id: text,
    resource: text,
    amount: quantity,
    effective_on: date,
    meant_for: date,
    portion: both(text, oneOf(['am', 'pm', 'full'])),
    reverses_position: whole,
    reverses_line: whole,
    reference: text,
    valid_until: date,
    carried_in: oneOf(['true', 'false']),
    rule: both(text, oneOf(['lapse', 'accrual'])),
    period_from: date,
    period_to: date,
  },
}

const POSITIONS = 19
const nth = (table: Table, number: number): string =>
  `ctid = (select ctid from ledger.${table} where book_id = $book order by position, ctid offset ${number} limit 1)`

const table = fc.constantFrom<Table>('events', 'transactions')
const row = fc.nat(POSITIONS - 1)

const changed: fc.Arbitrary<Damage> = table.chain((of) =>
  fc.constantFrom(...Object.entries(COLUMNS[of])).chain(([column, values]) =>
    fc.tuple(row, fc.constantFrom(...values(column))).map(([number, value]) => ({
      what: `${of}[${number}].${column} = ${value}`,
      sql: `update ledger.${of} set ${column} = ${value} where ${nth(of, number)}`,
    })),
  ),
)

const removed: fc.Arbitrary<Damage> = fc.tuple(table, row).map(([of, number]) => ({
  what: `${of}[${number}] removed`,
  sql: `delete from ledger.${of} where ${nth(of, number)}`,
}))

const repeated: fc.Arbitrary<Damage> = fc.tuple(table, row).map(([of, number]) => ({
  what: `${of}[${number}] repeated`,
  sql: `insert into ledger.${of} select * from ledger.${of} where ${nth(of, number)}`,
}))

const moved: fc.Arbitrary<Damage> = fc
  .tuple(table, row, fc.oneof(fc.integer({ min: -1, max: POSITIONS + 2 }).map(String), fc.constant('null')))
  .map(([of, number, to]) => ({
    what: `${of}[${number}] moved to ${to}`,
    sql: `update ledger.${of} set position = ${to} where ${nth(of, number)}`,
  }))

const takenAway: fc.Arbitrary<Damage> = fc.tuple(table, row).map(([of, number]) => ({
  what: `${of}[${number}] moved to another book`,
  sql: `update ledger.${of} set book_id = $book || '-other' where ${nth(of, number)}`,
}))

const swapped: fc.Arbitrary<Damage> = fc.tuple(table, row).map(([of, number]) => ({
  what: `${of} at ${number} and ${number + 1} swapped`,
  sql: `update ledger.${of} set position = ${2 * number + 1} - position
         where book_id = $book and position in (${number}, ${number + 1})`,
}))

export const digestAgain: Damage = {
  what: 'digests computed again',
  sql: `update ledger.events set erasable_digest = sha256(convert_to(erasable::text, 'UTF8'))
         where book_id = $book and erasable is not null`,
}

export const forged: Damage = { what: 'hashes computed again', sql: 'select forge($book)' }

/** Whatever a line could be as far as its own rules go: the last one of the book. */
export const lines: readonly Damage[] = [
  'accrual',
  'consumption',
  'pending',
  'adjustment',
  'reversal',
  'other',
].flatMap((type) =>
  ['accrued', 'consumed', 'pending', 'adjusted'].flatMap((component) =>
    ['1', '-1', '0', `'NaN'`, `'Infinity'`, `'-Infinity'`].flatMap((amount) =>
      ['7, 1', 'null, null', '7, null', 'null, 1'].map((reverses) => ({
        what: `${type}, ${component}, ${amount}, reverses ${reverses}`,
        sql: `update ledger.transactions
                   set type = '${type}', component = '${component}', amount = ${amount},
                       (reverses_position, reverses_line) = row (${reverses})
                 where book_id = $book and position = 20`,
      })),
    ),
  ),
)

/** One to three of them. Half the time whoever did it computes the hashes again, as the server would print the events. */
export const damages: fc.Arbitrary<readonly Damage[]> = fc
  .tuple(
    fc.array(
      fc.oneof(
        { weight: 8, arbitrary: changed },
        ...[removed, repeated, moved, takenAway, swapped].map((arbitrary) => ({ weight: 1, arbitrary })),
      ),
      { minLength: 1, maxLength: 3 },
    ),
    fc.constantFrom([], [], [forged], [digestAgain, forged]),
  )
  .map(([done, covered]) => [...done, ...covered])

/** Records nothing any more, but takes whatever is done to it. */
export async function withoutConstraints(daybook: LedgerOfFile): Promise<void> {
  await daybook.admin.query(`
    do $$
    declare
      it record;
    begin
      for it in
        select conrelid::regclass as of, conname
          from pg_constraint
         where conrelid in ('ledger.events'::regclass, 'ledger.transactions'::regclass)
         order by contype = 'n'
      loop
        execute format('alter table %s drop constraint if exists %I cascade', it.of, it.conname);
      end loop;
      for it in
        select attrelid::regclass as of, attname
          from pg_attribute
         where attrelid in ('ledger.events'::regclass, 'ledger.transactions'::regclass)
           and attnum > 0
      loop
        execute format('alter table %s alter column %I drop not null', it.of, it.attname);
      end loop;
      for it in
        select indexrelid::regclass as name
          from pg_index
         where indrelid in ('ledger.events'::regclass, 'ledger.transactions'::regclass)
           and indisunique
      loop
        execute format('drop index %s', it.name);
      end loop;
    end $$;
    ${FORGE}`)
}

/** A book that is put back as it was after each damage. */
export async function damagedBook(daybook: LedgerOfFile, book: string) {
  const tables = ['events', 'transactions'] as const
  for (const of of tables) {
    await daybook.admin.query(`create table kept_${of} as select * from ledger.${of} where book_id = '${book}'`)
  }
  return {
    do: ({ sql }: Damage) => tamper(daybook, sql.replaceAll('$book', `'${book}'`)),
    async putBack(): Promise<void> {
      for (const of of tables) {
        await tamper(daybook, `delete from ledger.${of} where starts_with(book_id, '${book}') or book_id is null`)
        await tamper(daybook, `insert into ledger.${of} select * from kept_${of}`)
      }
    },
  }
}

/*
 * Computes hashes as somebody would who has read the statement that proves them: what cannot be printed is left out, line 1
 * comes first and a comma before all others, and an instant is cut where that cuts it.
 */
const FORGE = `
  create function forge(book text) returns void language plpgsql as $forge$
  declare
    e record;
    before text := repeat('0', 64);
    digest bytea;
  begin
    for e in select ctid, * from ledger.events where book_id = book order by position loop
      begin
        digest := sha256(convert_to(
          '{"actor":{"id":"' || coalesce(e.actor_id, '') || '","type":"' || coalesce(e.actor_type, '') || '"},"book":"' || book
          || '","data":' || coalesce(e.data::text, '') || ',"decision":' || coalesce(e.decision::text, '')
          || ',"erasableDigest":"' || coalesce(encode(e.erasable_digest, 'hex'), '')
          || '","idempotencyKey":' || coalesce(to_json(e.idempotency_key)::text, '')
          || ',"position":' || e.position || ',"previousHash":"' || before || '","recordedAt":'
          || coalesce(left(to_json(e.recorded_at at time zone 'UTC' + interval '1 us')::text, 24), '')
          || 'Z","transactions":['
          || coalesce((select string_agg(${LINE_TEXT}, '')
                         from ledger.transactions where book_id = book and position = e.position and line = 1), '')
          || coalesce((select ',' || string_agg(${LINE_TEXT}, ',' order by line)
                         from ledger.transactions
                        where book_id = book and position = e.position and line is distinct from 1), '')
          || '],"type":"' || coalesce(e.type, '') || '"}', 'UTF8'));
      exception when data_exception then
        digest := e.hash;
      end;
      update ledger.events set hash = digest where ctid = e.ctid and hash is distinct from digest;
      before := coalesce(encode(digest, 'hex'), before);
    end loop;
  end $forge$`
