#!/usr/bin/env node
/*
 * `daybook`: everything that is done to a ledger from a command line. The commands are in files of their own; here they
 * are listed, and given the database of the configuration, the read models and Ctrl-C.
 */
import { projections } from '../../projections/registry.ts'
import type { Context } from './daybook/command.ts'
import { type OpenDatabase, openDatabase } from './daybook/database.ts'
import { dispatch } from './daybook/dispatch.ts'
import type { Output } from './daybook/output.ts'
import { projectionsParked } from './projections-parked.ts'
import { projectionsRebuild } from './projections-rebuild.ts'
import { projectionsState } from './projections-state.ts'

const commands = [...projectionsState, ...projectionsRebuild, ...projectionsParked]

process.exitCode = await dispatch(process.argv.slice(2), commands, inContext)

async function inContext<T>(out: Output, work: (context: Context) => Promise<T>): Promise<T> {
  const interrupted = new AbortController()
  // The first Ctrl-C lets what is under way come to an end; the second does not wait for it.
  const interrupt = (): void => {
    if (interrupted.signal.aborted) process.exit(130)
    out.note('Breaking off …')
    interrupted.abort()
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  let database: Promise<OpenDatabase> | undefined
  const context: Context = {
    out,
    signal: interrupted.signal,
    projections,
    database() {
      database ??= openDatabase(process.env)
      return database
    },
  }
  try {
    return await work(context)
  } finally {
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
    await database?.then(
      (open) => open.close(),
      () => {},
    )
  }
}
