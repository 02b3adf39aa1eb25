#!/usr/bin/env node
/*
 * `daybook`: everything that is done to a ledger from a command line. The commands are in files of their own, and listed
 * in daybook/commands.ts; here they are given the database of the configuration, the read models and Ctrl-C.
 */
import { projections } from '../../projections/registry.ts'
import type { Command, Context } from './daybook/command.ts'
import { commands } from './daybook/commands.ts'
import { type OpenDatabase, type OpenServer, openDatabase, openServer } from './daybook/database.ts'
import { dispatch } from './daybook/dispatch.ts'
import type { Output } from './daybook/output.ts'

// Whoever reads no further (`| head -1`) does not change what a command ends with.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}

process.exitCode = await dispatch(process.argv.slice(2), commands, inContext)

async function inContext<T>({ isService }: Command, out: Output, work: (context: Context) => Promise<T>): Promise<T> {
  const interrupted = new AbortController()
  // The first Ctrl-C lets what is under way come to an end; the second does not wait for it.
  const interrupt = (): void => {
    if (interrupted.signal.aborted) process.exit(130)
    out.note('Breaking off …')
    interrupted.abort()
  }
  if (isService === undefined) for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupt)
  let server: Promise<OpenServer> | undefined
  let database: Promise<OpenDatabase> | undefined
  const context: Context = {
    out,
    signal: interrupted.signal,
    projections,
    environment: process.env,
    server(options) {
      server ??= openServer(process.env, options)
      return server
    },
    database() {
      database ??= context.server().then(openDatabase)
      return database
    },
  }
  try {
    return await work(context)
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupt)
    for (const opened of [database, server]) {
      await opened?.then(
        (open) => open.close(),
        () => {},
      )
    }
  }
}
