import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { appendFile, chmod, mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeLibraryLinks } from '../../src/db/embedded/binaries.ts'
import { findPostmaster, isAlive } from '../../src/db/embedded/postmaster.ts'
import { supervise } from '../../src/db/embedded/supervise.ts'
import { type EmbeddedServer, startEmbedded } from '../../src/db/embedded.ts'
import { durableServer } from '../support/database.ts'
import { temporaryFolder } from '../support/test-run.ts'

let folder: string
let started: EmbeddedServer[]
beforeEach(async () => {
  folder = await temporaryFolder()
  started = []
})
afterEach(async () => {
  for (const server of started) await server.stop()
  await rm(folder, { recursive: true, force: true })
})

async function start(options: { dataDir?: string; durable?: boolean } = {}): Promise<EmbeddedServer> {
  const server = await startEmbedded({ dataDir: folder, durable: false, ...options })
  started.push(server)
  return server
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<object>(sql)).rows
  } finally {
    await client.end()
  }
}

const isRoot = process.getuid?.() === 0

test('the first start makes a database; the second finds its data', async () => {
  const first = await start()
  expect(first.attached).toBe(false)
  await query(first.url, 'create table kept as select 7 as n')
  await first.stop()
  expect(isAlive(first.pid)).toBe(false)

  const second = await start()
  expect(second.attached).toBe(false)
  expect(await query(second.url, 'select n from kept')).toEqual([{ n: 7 }])
})

test('a start while it runs attaches, and does not stop it for the others', async () => {
  const first = await start()
  const second = await start()
  expect(second).toMatchObject({ attached: true, pid: first.pid, url: first.url })

  const user = new Client({ connectionString: second.url })
  await user.connect()
  expect(await first.stopIfUnused()).toBe(false)
  expect((await user.query('select 1')).rowCount).toBe(1)
  await user.end()
  await expect.poll(() => second.stopIfUnused()).toBe(true)
  expect(isAlive(first.pid)).toBe(false)
  expect(await first.stopIfUnused()).toBe(true)
})

test('of two that leave at once one stops it, and neither fails', async () => {
  const servers = [await start(), await start()] as const
  await Promise.all(servers.map((server) => server.stopIfUnused()))
  expect(isAlive(servers[0].pid)).toBe(false)
})

test('what is still busy for a process that was killed does not keep it running', async () => {
  const server = await start()
  const leftBehind = new Client({ connectionString: server.url })
  leftBehind.on('error', () => {})
  await leftBehind.connect()
  const statement = leftBehind.query('select pg_sleep(600)').catch((error: unknown) => error)
  expect(await server.stopIfUnused()).toBe(true)
  expect(isAlive(server.pid)).toBe(false)
  expect(await statement).toBeInstanceOf(Error)
})

test('one that was killed and started again is stopped by whoever looked after it', async () => {
  const server = await start()
  const restarted = Promise.withResolvers<void>()
  const leave = supervise(
    server,
    { dataDir: folder, durable: false },
    { onRestarted: restarted.resolve, onTrouble: () => {}, onLost: restarted.reject },
  )
  process.kill(server.pid, 'SIGKILL')
  await restarted.promise
  await leave()
  const running = findPostmaster(join(folder, 'postgres'))
  expect(running?.pid).not.toBe(server.pid)
  expect(await server.stopIfUnused()).toBe(true)
  expect(isAlive(running!.pid)).toBe(false)
})

test('of five first starts at once all get the same server', async () => {
  const servers = await Promise.all(Array.from({ length: 5 }, () => start()))
  expect(new Set(servers.map(({ url }) => url)).size).toBe(1)
  expect(servers.filter(({ attached }) => !attached)).toHaveLength(1)
})

test('the server outlives a kill -9 of the service, and the next start attaches to it', async () => {
  const script = `
    import { startEmbedded } from './src/db/embedded.ts'
    console.log(JSON.stringify(await startEmbedded({ dataDir: ${JSON.stringify(folder)}, durable: false })))
    setInterval(() => {}, 1000)`
  const service = spawn('node', ['--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const printed = await new Promise<string>((resolve) =>
    service.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString())),
  )
  const { pid } = JSON.parse(printed) as { pid: number }
  service.kill('SIGKILL')
  await new Promise((resolve) => service.once('exit', resolve))

  const next = await start()
  expect(next).toMatchObject({ attached: true, pid })
  expect(await query(next.url, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('a kill -9 of the server loses nothing that was committed', async () => {
  const server = await durableServer()
  try {
    expect(await query(server.url, 'show fsync')).toEqual([{ fsync: 'on' }])
    await query(server.url, 'create table kept as select generate_series(1, 1000) as n')
    const { pid } = server
    await server.kill()
    await server.restart()
    expect(server.pid).not.toBe(pid)
    expect(await query(server.url, 'select count(*)::int as rows from kept')).toEqual([{ rows: 1000 }])
  } finally {
    await server.remove()
  }
})

test('durability is not silently given up: a server without it is not attached to by who needs it', async () => {
  await start({ durable: false })
  await expect(start({ durable: true })).rejects.toThrow('may lose commits')
})

test('it answers on 127.0.0.1 alone, and to nobody without the password, which only the owner can read', async () => {
  const { url } = await start()
  expect(await query(url, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }])
  const guess = new URL(url)
  guess.password = 'guess'
  await expect(query(guess.href, 'select 1')).rejects.toMatchObject({ code: '28P01' })
  expect((await stat(join(folder, 'postgres', 'daybook.password'))).mode & 0o777).toBe(0o600)
  expect((await stat(join(folder, 'postgres.log'))).mode & 0o777).toBe(0o600)
  expect(await query(url, 'show max_connections')).toEqual([{ max_connections: '200' }])
})

test('a process id that belongs to somebody else by now does not keep it from starting', async () => {
  const first = await start()
  const pidFile = join(folder, 'postgres', 'postmaster.pid')
  const lines = (await readFile(pidFile, 'utf8')).split('\n')
  process.kill(first.pid, 'SIGKILL')
  await expect.poll(() => isAlive(first.pid)).toBe(false)
  await writeFile(pidFile, [process.pid, ...lines.slice(1)].join('\n'))

  const second = await start()
  expect(second.attached).toBe(false)
  expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('what a killed process left of a first start is cleared away', async () => {
  const dead = spawn('true')
  await new Promise((resolve) => dead.once('exit', resolve))
  const leftover = join(folder, `postgres.new-${dead.pid}-0a1b2c3d`)
  await mkdir(leftover)
  await writeFile(`${leftover}.password`, 'x')
  await start()
  expect(existsSync(leftover)).toBe(false)
  expect(existsSync(`${leftover}.password`)).toBe(false)
})

test('library links that npm did not make are made', async () => {
  const links = ['native/lib/libpq.so', 'native/lib/libpq.so.5']
  await mkdir(join(folder, 'native', 'lib'), { recursive: true })
  await writeFile(join(folder, 'native/lib/libpq.so.5.18'), 'a library')
  const list = links.map((target) => ({ source: 'native/lib/libpq.so.5.18', target }))
  await writeFile(join(folder, 'native', 'pg-symlinks.json'), JSON.stringify(list))
  await Promise.all([makeLibraryLinks(folder), makeLibraryLinks(folder)])
  await makeLibraryLinks(folder)
  for (const link of links) expect(await readFile(join(folder, link), 'utf8')).toBe('a library')
})

test('a log that has grown is put aside at the next start', async () => {
  const first = await start()
  await first.stop()
  await appendFile(join(folder, 'postgres.log'), Buffer.alloc(11 * 1024 * 1024, '\n'))
  await start()
  expect((await stat(join(folder, 'postgres.log'))).size).toBeLessThan(10_000)
  expect((await stat(join(folder, 'postgres.log.1'))).size).toBeGreaterThan(11 * 1024 * 1024)
})

describe('what cannot work is said clearly', () => {
  test('a data folder that cannot be made', async () => {
    await writeFile(join(folder, 'file'), '')
    await expect(start({ dataDir: join(folder, 'file', 'data') })).rejects.toThrow(
      /^The data folder .* cannot be made: ENOTDIR.* set DAYBOOK_DATA_DIR to another folder\.$/,
    )
    await expect(start({ dataDir: join(folder, 'file') })).rejects.toThrow(/^The data folder .* cannot be made: EEXIST/)
  })

  test.skipIf(isRoot)('a data folder that cannot be written in', async () => {
    await chmod(folder, 0o555)
    await expect(start()).rejects.toThrow(/^The data folder .* cannot be used: EACCES.* set DAYBOOK_DATA_DIR/)
    await chmod(folder, 0o755)
  })

  test('a folder that the service did not make', async () => {
    await mkdir(join(folder, 'postgres'))
    await expect(start()).rejects.toThrow(
      /postgres cannot be used: .*ENOENT.*It has to be a folder that this service made/,
    )
  })

  test('a server that does not start, with the end of its log', async () => {
    const first = await start()
    await first.stop()
    await appendFile(join(folder, 'postgres', 'postgresql.conf'), '\nshared_buffers = lots\n')
    await expect(start()).rejects.toThrow(/did not start\. .*postgres\.log ends with:\n.*invalid value for parameter/s)
  })
})

describe.runIf(isRoot && process.platform === 'linux')('as root where user name spaces are forbidden', () => {
  const path = process.env['PATH']
  beforeEach(async () => {
    // No `unshare` to be found is the same as one that is refused.
    const programs = join(folder, 'programs')
    await mkdir(programs)
    await symlink('/usr/bin/test', join(programs, 'test'))
    process.env['PATH'] = programs
  })
  afterEach(() => {
    process.env['PATH'] = path
  })

  test('it runs as an account that is there, and again so where user name spaces are allowed', async () => {
    const dataDir = join(folder, 'data')
    const first = await start({ dataDir })
    expect((await stat(join(dataDir, 'postgres'))).uid).not.toBe(0)
    await first.stop()
    process.env['PATH'] = path
    const second = await start({ dataDir })
    expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }])
    expect((await stat(`/proc/${second.pid}`)).uid).not.toBe(0)
  })

  test('a folder that this account cannot enter is named', async () => {
    const dataDir = join(folder, 'private', 'data')
    await mkdir(dataDir, { recursive: true })
    await chmod(join(folder, 'private'), 0o700)
    await expect(start({ dataDir })).rejects.toThrow(
      /cannot enter .*private\/data: let others enter the folders above it/,
    )
    expect(existsSync(join(dataDir, 'postgres'))).toBe(false)
  })

  test('a cluster that was made in a user name space is not run in another way', async () => {
    const dataDir = join(folder, 'data')
    process.env['PATH'] = path
    await (await start({ dataDir })).stop()
    process.env['PATH'] = join(folder, 'programs')
    await expect(start({ dataDir })).rejects.toThrow(/belongs to root and was made in a user name space/)
    process.env['PATH'] = path
  })
})
