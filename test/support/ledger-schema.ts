import type { Pool } from 'pg'

/*
 * The schema as the database has it, printed as SQL that reads like a migration. Asked of the catalogue, because users
 * of the embedded database have no pg_dump; the same text on every supported version of PostgreSQL.
 */

interface Column {
  readonly name: string
  readonly type: string
  readonly required: boolean
  readonly default: string | null
  readonly comment: string | null
}

interface Table {
  readonly name: string
  readonly comment: string | null
  readonly options: string | null
  readonly columns: readonly Column[]
  readonly constraints: readonly { readonly name: string; readonly definition: string }[]
  readonly indexes: readonly string[]
  readonly triggers: readonly string[]
  readonly grants: readonly string[]
}

interface Schema {
  readonly tables: readonly Table[]
  readonly functions: readonly string[]
  readonly grants: readonly string[]
}

/** All schemas that the migrations make, but the one of their own history. */
export async function printSchemas(db: Pool): Promise<string> {
  const { rows } = await db.query<{ name: string }>(
    `select nspname as name from pg_namespace
      where nspname !~ '^pg_' and nspname not in ('information_schema', 'public', 'migrations')
      order by nspname`,
  )
  const printed: string[] = []
  for (const { name } of rows) printed.push(await printSchema(db, name))
  return printed.join('\n\n')
}

async function printSchema(db: Pool, schema: string): Promise<string> {
  const { tables, functions, grants } = await readSchema(db, schema)
  const head = `create schema ${schema};\n${grants.map((grant) => `${grant};\n`).join('')}`
  return [head, ...tables.map(printTable), ...functions.map((text) => `${lowerCase(text.trim())};\n`)].join('\n\n')
}

/** Key words as this code base writes them; quoted texts stay as they are. */
function lowerCase(sql: string): string {
  return sql.replaceAll(/'[^']*'|"[^"]*"|\b[A-Z]+\b/g, (part) => (/^['"]/.test(part) ? part : part.toLowerCase()))
}

async function readSchema(db: Pool, schema: string): Promise<Schema> {
  const { rows } = await db.query<{ schema: string }>(
    `select json_build_object(
       'tables', (
         select coalesce(json_agg(json_build_object(
                  'name', t.oid::regclass::text,
                  'comment', obj_description(t.oid, 'pg_class'),
                  'options', array_to_string(t.reloptions, ', '),
                  'columns', (
                    select json_agg(json_build_object(
                             'name', quote_ident(a.attname),
                             'type', format_type(a.atttypid, a.atttypmod),
                             'required', a.attnotnull,
                             'default', pg_get_expr(d.adbin, d.adrelid),
                             'comment', col_description(t.oid, a.attnum)) order by a.attnum)
                      from pg_attribute a
                      left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
                     where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped),
                  'constraints', (
                    select coalesce(json_agg(json_build_object(
                             'name', quote_ident(conname),
                             'definition', pg_get_constraintdef(oid, true))
                           order by position(contype::text in 'pufc'), conname), '[]')
                      from pg_constraint
                     where conrelid = t.oid and contype in ('p', 'u', 'f', 'c')),
                  'indexes', (
                    select coalesce(json_agg(pg_get_indexdef(i.indexrelid) order by i.indexrelid::regclass::text), '[]')
                      from pg_index i
                     where i.indrelid = t.oid
                       and not exists (select from pg_constraint c where c.conindid = i.indexrelid and c.contype in ('p', 'u'))),
                  'triggers', (
                    select coalesce(json_agg(pg_get_triggerdef(oid, true) order by tgname), '[]')
                      from pg_trigger
                     where tgrelid = t.oid and not tgisinternal),
                  'grants', (
                    select coalesce(json_agg(format('grant %s on %s to %s', privileges, t.oid::regclass, grantee)
                           order by grantee, privileges), '[]')
                      from (select grantee::regrole::text as grantee, string_agg(lower(privilege_type), ', ' order by privilege_type) as privileges
                              from aclexplode(t.relacl)
                             where grantee <> t.relowner
                             group by grantee
                             union all
                            select g.grantee::regrole::text, format('%s (%s)', lower(g.privilege_type), a.attname)
                              from pg_attribute a
                             cross join aclexplode(a.attacl) g
                             where a.attrelid = t.oid and a.attnum > 0) as granted)
                ) order by t.relname), '[]')
           from pg_class t
          where t.relnamespace = $1::regnamespace and t.relkind = 'r'),
       'functions', (
         select coalesce(json_agg(pg_get_functiondef(oid) order by proname), '[]')
           from pg_proc
          where pronamespace = $1::regnamespace),
       'grants', (
         select coalesce(json_agg(format('grant %s on schema %I to %s', lower(privilege_type), nspname, grantee::regrole)
                order by grantee::regrole::text), '[]')
           from pg_namespace
          cross join aclexplode(nspacl)
          where oid = $1::regnamespace and grantee <> nspowner)
     )::text as schema`,
    [schema],
  )
  return JSON.parse(rows[0]!.schema) as Schema
}

function printTable({ name, comment, options, columns, constraints, indexes, triggers, grants }: Table): string {
  const widest = Math.max(...columns.map((column) => column.name.length))
  const members = [
    ...columns.map((column) => ({ text: printColumn(column, widest), comment: column.comment })),
    ...constraints.map((constraint) => ({
      text: `constraint ${constraint.name} ${lowerCase(constraint.definition)}`,
      comment: null,
    })),
  ]
  const lines = members.flatMap(({ text, comment: said }, index) => [
    ...(said === null ? [] : [`  -- ${said}`]),
    `  ${text.replaceAll('\n', '\n  ')}${index < members.length - 1 ? ',' : ''}`,
  ])
  const after = [...indexes, ...triggers, ...grants].map((text) => `${lowerCase(text)};\n`)
  return [
    ...(comment === null ? [] : [`-- ${comment}\n`]),
    `create table ${name} (\n${lines.join('\n')}\n)${options === null || options === '' ? '' : ` with (${options})`};\n`,
    ...after,
  ].join('')
}

function printColumn({ name, type, required, default: value }: Column, widest: number): string {
  const rest = `${required ? ' not null' : ''}${value === null ? '' : ` default ${value}`}`
  return `${name.padEnd(widest)} ${type}${rest}`
}
