import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import type { TestProject } from 'vitest/node'
import { migrate } from '../../src/db/migrate.ts'
import { databaseUrl } from './database.ts'
import { lastRelease, restore } from './released.ts'
import { startTestServer } from './server.ts'
import { beginRun } from './test-run.ts'

/** One server for the whole run, and in it one migrated database that the test files' databases are copies of. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await beginRun()
  const server = await startTestServer()
  const template = `daybook_test_${randomBytes(4).toString('hex')}`
  await onServer(server.url, (client) => client.query(`create database ${template}`))
  // As a new one is made; or, for one run of a release, as one becomes that the last release filled.
  if (process.env['TEST_TEMPLATE'] === 'upgraded') await restore(await lastRelease(), databaseUrl(server.url, template))
  await migrate({ url: databaseUrl(server.url, template) })
  project.provide('testServer', { url: server.url, template })
  return async () => {
    await onServer(server.url, (client) => dropDatabases(client, template))
    await server.stop()
  }
}

async function dropDatabases(client: Client, template: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select datname as name from pg_database where starts_with(datname, $1)`,
    [template],
  )
  for (const { name } of rows) await client.query(`drop database if exists ${name} with (force)`)
}

async function onServer(url: string, use: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await use(client)
  } finally {
    await client.end()
  }
}
