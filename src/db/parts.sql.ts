import { statement } from './statement.ts'

/**
 * What the schemas of the service are made of besides columns: tables, keys, checks, indexes and triggers, each with the statement
 * that makes it. The indexes of keys, and what the server keeps for foreign keys, are no parts of their own.
 */
export const PARTS = statement({
  text: `
    with tables as (
      select c.oid, n.nspname || '.' || c.relname as name
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
       where n.nspname in ('ledger', 'access', 'projections', 'migrations')
         and c.relkind in ('r', 'p')),
    parts as (
      select 1 as turn, 'table' as kind, name as "table", name as part, null as made_by, true as works
        from tables
      union all
      select case contype when 'p' then 2 when 'u' then 2 when 'f' then 4 else 3 end,
             case contype when 'p' then 'primary key' when 'u' then 'unique key' when 'f' then 'foreign key'
                          when 'x' then 'exclusion' else 'check' end,
             name, conname::text,
             format('alter table %s add constraint %I %s', name, conname, pg_get_constraintdef(k.oid)),
             convalidated
        from pg_constraint k
        join tables on tables.oid = k.conrelid
       where contype in ('p', 'u', 'f', 'c', 'x')
      union all
      select 3, 'index', name, i.relname::text, pg_get_indexdef(i.oid), x.indisvalid
        from pg_index x
        join tables on tables.oid = x.indrelid
        join pg_class i on i.oid = x.indexrelid
       where not exists (select from pg_constraint k where k.conindid = x.indexrelid and k.contype in ('p', 'u', 'x'))
      union all
      select 5, 'trigger', name, tgname::text, pg_get_triggerdef(t.oid), tgenabled in ('O', 'A')
        from pg_trigger t
        join tables on tables.oid = t.tgrelid
       where not tgisinternal)
    select kind, "table", part, made_by, works
      from parts
     order by turn, "table", part`,
  columns: { kind: 'text', table: 'text', part: 'text', made_by: 'text?', works: 'bool' },
})
