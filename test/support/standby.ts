import { execFile } from 'node:child_process'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { startEmbedded } from '../../src/db/embedded.ts'
import type { DurableServer } from './database.ts'
import { temporaryFolder } from './test-run.ts'

/** A server that replays what another one writes, as it comes. */
export interface Standby {
  /** Of the same database. */
  readonly url: string
  /** Stops replaying: what it shows stays as it is. */
  pause(): Promise<void>
  resume(): Promise<void>
  /** Stops it as a machine that goes down would; `start` brings it back, on the same port. */
  stop(): Promise<void>
  start(): Promise<void>
  /** Stops it when it runs, and removes its data. */
  remove(): Promise<void>
}

/** Makes a streaming standby of a server: a copy of its files while it runs, and a note whom to follow. */
export async function standbyOf(primary: DurableServer): Promise<Standby> {
  const dataDir = await temporaryFolder()
  const folder = join(dataDir, 'postgres')
  await copyRunning(primary, folder)
  await writeFile(join(folder, 'standby.signal'), '')
  const { hostname, port, username, password } = new URL(primary.url)
  const follow = `host=${hostname} port=${port} user=${username} password=${password} application_name=standby`
  await writeFile(join(folder, 'postgresql.auto.conf'), `primary_conninfo = '${follow}'\n`)
  let server = await startEmbedded({ dataDir, durable: true })
  return {
    get url() {
      return server.url
    },
    pause: () => asking(server.url, 'select pg_wal_replay_pause()'),
    resume: () => asking(server.url, 'select pg_wal_replay_resume()'),
    stop: () => server.stop(),
    async start() {
      server = await startEmbedded({ dataDir, durable: true })
    },
    async remove() {
      await server.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

async function copyRunning({ url, dataDir }: DurableServer, folder: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(`select pg_backup_start('standby', fast => true)`)
    // Keeps the owner, who may be another than oneself.
    await promisify(execFile)('cp', ['-a', join(dataDir, 'postgres'), folder])
    await rm(join(folder, 'postmaster.pid'))
    // What was being written is asked for, not copied.
    const wal = await readdir(join(folder, 'pg_wal'))
    for (const name of wal.filter((name) => /^[0-9A-F]{24}$/.test(name))) await rm(join(folder, 'pg_wal', name))
    const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)')
    await writeFile(join(folder, 'backup_label'), rows[0]!.labelfile)
  } finally {
    await client.end()
  }
}

async function asking(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
