import { statement } from '../statement.ts'

/** For each of roles $1: whether it is there, and whether whoever asks may act in it; and whether he may create roles. */
export const ROLES_OF_SERVER = statement({
  text: `
    select name,
           to_regrole(name) is not null as there,
           coalesce(pg_has_role(current_user, to_regrole(name)::oid,
                                case when current_setting('server_version_num')::integer >= 160000
                                     then 'set' else 'member' end), false) as mine,
           (select rolsuper or rolcreaterole from pg_roles where rolname = current_user) as may_create,
           current_user::text as own_name
      from unnest($1::text[]) as r(name)`,
  columns: { name: 'text', there: 'bool', mine: 'bool', may_create: 'bool', own_name: 'text' },
  params: ['text[]'],
})

/** Of privileges on objects $2 (their kinds $1, privileges $3, columns $4, roles $5): those that are not granted. */
export const MISSING_GRANTS = statement({
  text: `
    select g.*
      from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) as g(kind, object, privilege, "column", role)
     where not case
             when kind = 'schema' then has_schema_privilege(role, object, privilege)
             when "column" = '' then has_table_privilege(role, object, privilege)
             else has_column_privilege(role, object, "column", privilege)
           end`,
  columns: { kind: 'text', object: 'text', privilege: 'text', column: 'text', role: 'text' },
  params: ['text[]', 'text[]', 'text[]', 'text[]', 'text[]'],
})

/**
 * What belongs to somebody else than it should, each with the statement that gives it to the right one: the tables of
 * read models are the service's, which makes and drops them; the record, and what keeps it as it is, must not be.
 */
export const WRONG_OWNERS = statement({
  text: `
    with service as (select oid from pg_roles where rolname in ('daybook_service', 'daybook_eraser')),
    models as (
      select to_regclass(t.name)::oid as oid
        from projections.builds cross join unnest(tables) as t(name)
       where to_regclass(t.name) is not null),
    wrong as (
      select 1 as turn, 'schema' as kind, quote_ident(nspname) as object, nspowner as owner, current_user::text as right_one
        from pg_namespace
       where nspname in ('ledger', 'access', 'audit', 'webhooks', 'projections', 'migrations', 'pgboss')
         and nspowner in (select oid from service)
      union all
      select 2, 'table', oid::regclass::text, relowner, current_user::text
        from pg_class
       where relnamespace in (select oid from pg_namespace where nspname in ('ledger', 'access', 'audit', 'webhooks', 'projections', 'migrations', 'pgboss'))
         and relkind in ('r', 'p', 'v')
         and relowner in (select oid from service)
         and oid not in (select oid from models)
      union all
      select 2, 'function', oid::regprocedure::text, proowner, current_user::text
        from pg_proc
       where pronamespace in (select oid from pg_namespace where nspname in ('ledger', 'access', 'audit', 'webhooks', 'projections', 'migrations'))
         and proowner in (select oid from service)
      union all
      select 3, 'table', oid::regclass::text, relowner, 'daybook_service'
        from pg_class
       where oid in (select oid from models)
         and relowner <> (select oid from pg_roles where rolname = 'daybook_service'))
    select object,
           pg_get_userbyid(owner)::text as owner,
           right_one,
           format('alter %s %s owner to %I', kind, object, right_one) as repair
      from wrong
     order by turn, object`,
  columns: { object: 'text', owner: 'text', right_one: 'text', repair: 'text' },
})

const MOST_OTHERS = 10

/** Others than whoever asks that may enter this database and act as the service there. */
export const OTHER_MEMBERS = statement({
  text: `
    select rolname::text as name
      from pg_roles
     where rolcanlogin
       and not rolsuper
       and rolname <> session_user
       and pg_has_role(oid, 'daybook_service', 'member')
       and has_database_privilege(oid, current_database(), 'connect')
     order by name
     limit ${MOST_OTHERS}`,
  columns: { name: 'text!' },
})

/** The roles that own tables of the service's schemas, and that whoever asks may not act as; how many tables each has. */
export const FOREIGN_OWNERS = statement({
  text: `
    select pg_get_userbyid(relowner)::text as owner, current_user::text as name, count(*) as tables
      from pg_class
     where relnamespace in (select oid from pg_namespace where nspname in ('ledger', 'access', 'projections', 'migrations'))
       and relkind in ('r', 'p')
       and not pg_has_role(current_user, relowner, 'member')
     group by relowner
     order by tables desc, owner`,
  columns: { owner: 'text', name: 'text', tables: 'int8' },
})
