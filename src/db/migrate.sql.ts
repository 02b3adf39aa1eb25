import { statement } from './statement.ts'

/*
 * These run on a database that was never migrated, or only by an older release: they rest on nothing but what the first
 * of them makes. On a plain connection, so that no column is of a type that needs our parsers.
 */

/** One migrator at a time: held until the transaction ends, and taken before the history is read. */
export const TAKE_TURN = statement({ text: `select from pg_advisory_xact_lock(hashtext('daybook migrations'))` })

/** Everybody may read the history: a service that may not migrate looks whether it is whole. */
export const HISTORY_GRANTS = `
grant usage on schema migrations to public;
grant select on migrations.history to public;`

/** Several statements in one text, and so in one transaction. */
export const CREATE_HISTORY = `
  ${TAKE_TURN.text};
  create schema if not exists migrations;
  create table if not exists migrations.history (
    name   text primary key,
    sha256 text not null,
    ran_at timestamptz not null default now()
  );
  comment on table migrations.history is 'The migrations this database has seen, with the SHA-256 of each file.';
  ${HISTORY_GRANTS}`

/** Whether there is anything of Daybook in the database. */
export const LEDGER_EXISTS = statement({
  text: `select to_regnamespace('ledger') is not null as exists`,
  columns: { exists: 'bool' },
})

export const HISTORY_EXISTS = statement({
  text: `select to_regclass('migrations.history') is not null as exists`,
  columns: { exists: 'bool' },
})

export const HISTORY = statement({
  text: `
    select name, sha256
      from migrations.history`,
  columns: { name: 'text', sha256: 'text' },
})

/** Notes that a migration ran. */
export const ADD_TO_HISTORY = statement({
  text: `
    insert into migrations.history (name, sha256)
    values ($1, $2)`,
  params: ['text', 'text'],
})
