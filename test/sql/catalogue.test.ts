import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPool } from '../../src/db/pool.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'

// What keeps the schema a schema that distributes by book, and that can be read: asked of the catalogue, so that it holds
// for the table that somebody adds tomorrow.

let database: TestDatabase
let db: Pool

beforeAll(async () => {
  database = await testDatabase()
  db = openPool({ url: database.url, max: 1, applicationName: 'daybook test' })
})
afterAll(async () => {
  await db.end()
  await database.drop()
})

/** The objects of the schema that a query objects to. */
async function objections(query: string): Promise<string[]> {
  const { rows } = await db.query<{ objection: string }>(query)
  return rows.map(({ objection }) => objection)
}

test('there is something to look at', async () => {
  const { rows } = await db.query<{ tables: number; constraints: number; indexes: number }>(
    `select (select count(*)::integer from pg_class where relnamespace = 'ledger'::regnamespace and relkind = 'r') as tables,
            (select count(*)::integer from pg_constraint
              where connamespace = 'ledger'::regnamespace and contype = 'f') as constraints,
            (select count(*)::integer from pg_class where relnamespace = 'ledger'::regnamespace and relkind = 'i') as indexes`,
  )
  expect(rows[0]!.tables).toBeGreaterThanOrEqual(9)
  expect(rows[0]!.constraints).toBeGreaterThanOrEqual(7)
  expect(rows[0]!.indexes).toBeGreaterThanOrEqual(15)
})

describe('everything belongs to a book', () => {
  test('every table has its book, and cannot be without', async () => {
    expect(
      await objections(`
        select c.relname as objection
          from pg_class c
          left join pg_attribute a on a.attrelid = c.oid and a.attname = 'book_id' and a.attnotnull
         where c.relnamespace = 'ledger'::regnamespace
           and c.relkind in ('r', 'p', 'm')
           and (a.attname is null or a.atttypid <> 'text'::regtype)`),
    ).toEqual([])
  })

  test('every index begins with the book: the unique ones so that no key crosses books, the others to stay within one', async () => {
    expect(
      await objections(`
        select i.indexrelid::regclass::text as objection
          from pg_index i
          join pg_class c on c.oid = i.indrelid
          left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
         where c.relnamespace = 'ledger'::regnamespace
           and a.attname is distinct from 'book_id'`),
    ).toEqual([])
  })

  test('every foreign key begins with the book, on both sides', async () => {
    expect(
      await objections(`
        select format('%s of %s', f.conname, f.conrelid::regclass) as objection
          from pg_constraint f
          join pg_attribute a on a.attrelid = f.conrelid and a.attnum = f.conkey[1]
          join pg_attribute b on b.attrelid = f.confrelid and b.attnum = f.confkey[1]
         where f.connamespace = 'ledger'::regnamespace
           and f.contype = 'f'
           and (a.attname <> 'book_id' or b.attname <> 'book_id')`),
    ).toEqual([])
  })

  test('every foreign key is checked at once, and deletes or changes nothing on its own', async () => {
    expect(
      await objections(`
        select format('%s of %s', conname, conrelid::regclass) as objection
          from pg_constraint
         where connamespace = 'ledger'::regnamespace
           and contype = 'f'
           and (confupdtype <> 'a' or confdeltype <> 'a' or condeferrable or not convalidated)`),
    ).toEqual([])
  })

  test('every table has a primary key', async () => {
    expect(
      await objections(`
        select c.relname as objection
          from pg_class c
         where c.relnamespace = 'ledger'::regnamespace
           and c.relkind = 'r'
           and not exists (select from pg_constraint p where p.conrelid = c.oid and p.contype = 'p')`),
    ).toEqual([])
  })
})

describe('what does not distribute is not there', () => {
  test('no sequence, and so no identity and no serial column', async () => {
    expect(
      await objections(`
        select relname as objection from pg_class where relnamespace = 'ledger'::regnamespace and relkind = 'S'`),
    ).toEqual([])
  })

  test('no default and no generated column: what is written is what was decided', async () => {
    expect(
      await objections(`
        select format('%s.%s', c.relname, a.attname) as objection
          from pg_class c
          join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
         where c.relnamespace = 'ledger'::regnamespace
           and c.relkind = 'r'
           and (a.atthasdef or a.attgenerated <> '' or a.attidentity <> '')`),
    ).toEqual([])
  })

  test('no trigger that does anything but refuse', async () => {
    expect(
      await objections(`
        select format('%s on %s', t.tgname, t.tgrelid::regclass) as objection
          from pg_trigger t
          join pg_class c on c.oid = t.tgrelid
         where c.relnamespace = 'ledger'::regnamespace
           and not t.tgisinternal
           and t.tgfoid not in (
                 'ledger.refuse_change'::regproc, 'ledger.refuse_all_but_erasure'::regproc,
                 'ledger.refuse_misfit_reversal'::regproc, 'ledger.refuse_more_hours'::regproc,
                 'ledger.refuse_other_assignment'::regproc, 'ledger.refuse_other_kind_of_policy'::regproc)`),
    ).toEqual([])
  })

  test('no view, no rule, no inheritance, no exclusion', async () => {
    expect(
      await objections(`
        select relname as objection from pg_class
         where relnamespace = 'ledger'::regnamespace and relkind in ('v', 'm', 'p', 'f')
         union all
        select conname from pg_constraint where connamespace = 'ledger'::regnamespace and contype = 'x'
         union all
        select rulename from pg_rewrite r join pg_class c on c.oid = r.ev_class
         where c.relnamespace = 'ledger'::regnamespace
         union all
        select inhrelid::regclass::text from pg_inherits i join pg_class c on c.oid = i.inhrelid
         where c.relnamespace = 'ledger'::regnamespace`),
    ).toEqual([])
  })
})

describe('values are of types that keep them', () => {
  test('no float, no money, no timestamp without a zone, no text of fixed length, no jsonb that loses the bytes', async () => {
    expect(
      await objections(`
        select format('%s.%s %s', c.relname, a.attname, a.atttypid::regtype) as objection
          from pg_class c
          join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
         where c.relnamespace = 'ledger'::regnamespace
           and c.relkind = 'r'
           and a.atttypid not in ('text'::regtype, 'bigint'::regtype, 'integer'::regtype, 'smallint'::regtype,
                                  'numeric'::regtype, 'date'::regtype, 'timestamptz'::regtype, 'boolean'::regtype,
                                  'bytea'::regtype, 'json'::regtype, 'text[]'::regtype)`),
    ).toEqual([])
  })

  test('quantities are numeric without a bound of their own, which would round', async () => {
    expect(
      await objections(`
        select format('%s.%s', c.relname, a.attname) as objection
          from pg_class c
          join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
         where c.relnamespace = 'ledger'::regnamespace
           and a.atttypid = 'numeric'::regtype
           and a.atttypmod <> -1`),
    ).toEqual([])
  })
})

describe('who may do what', () => {
  const rights = (role: string) =>
    objections(`
      select format('%s: %s', c.relname, string_agg(lower(p.name), ', ' order by p.name)) as objection
        from pg_class c
       cross join (values ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE'), ('TRUNCATE'), ('REFERENCES'), ('TRIGGER')) p(name)
       where c.relnamespace = 'ledger'::regnamespace
         and c.relkind = 'r'
         and has_table_privilege('${role}', c.oid, p.name)
       group by c.relname
       order by c.relname`)
  const columnRights = (role: string) =>
    objections(`
      select format('%s.%s', c.relname, a.attname) as objection
        from pg_class c
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
       where c.relnamespace = 'ledger'::regnamespace
         and c.relkind = 'r'
         and has_column_privilege('${role}', c.oid, a.attnum, 'UPDATE')
         and not has_table_privilege('${role}', c.oid, 'UPDATE')
       order by 1`)

  test('I1 the service adds to the record and changes nothing of it', async () => {
    expect(await rights('daybook_service')).toEqual([
      'accounts: insert, select, update',
      'assignments: insert, select',
      'books: insert, select, update',
      'calendar_feeds: insert, select',
      'calendar_versions: insert, select',
      'carry_overs: insert, select',
      'day_claims: insert, select',
      'delegations: insert, select, update',
      'entities: insert, select, update',
      'events: insert, select',
      'heads: insert, select, update',
      'holds: insert, select, update',
      'late_facts: insert, select, update',
      'periods: insert, select, update',
      'policy_versions: insert, select',
      'profiles: delete, insert, select, update',
      'requests: insert, select, update',
      'snapshots: insert, select',
      'transactions: insert, select',
      'unchanged_definitions: insert, select',
      'work_patterns: insert, select, update',
    ])
    expect(await columnRights('daybook_service')).toEqual([
      'calendar_feeds.revoked_at',
      'calendar_feeds.token_digest',
      'day_claims.released_at_position',
    ])
  })

  test('I1 the eraser reads events and sets what may be forgotten, and nothing else', async () => {
    expect(await rights('daybook_eraser')).toEqual(['events: select', 'unchanged_definitions: select'])
    expect(await columnRights('daybook_eraser')).toEqual(['events.erasable', 'unchanged_definitions.salt'])
  })

  test('everybody else has nothing, and the roles cannot log in or make anything', async () => {
    expect(await rights('public')).toEqual([])
    expect(
      await objections(`
        select rolname as objection from pg_roles
         where rolname in ('daybook_service', 'daybook_eraser')
           and (rolcanlogin or rolsuper or rolcreaterole or rolcreatedb or rolbypassrls or rolreplication
                or has_schema_privilege(rolname, 'ledger', 'CREATE'))`),
    ).toEqual([])
  })
})

describe('what is said of it', () => {
  test('every table says what it is', async () => {
    expect(
      await objections(`
        select relname as objection
          from pg_class
         where relnamespace = 'ledger'::regnamespace
           and relkind = 'r'
           and obj_description(oid, 'pg_class') is null`),
    ).toEqual([])
  })
})
