import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import { projections } from '../../projections/registry.ts'
import { stats } from '../../projections/stats/project.ts'
import { accrual, dayAfter } from '../support/builders.ts'
import { testDatabase } from '../support/database.ts'
import { type BookHandle, ledgerOfFile } from '../support/ledger.ts'
import { projectedOfFile } from './projected.ts'

// The command line as people use it: a process of its own, and what it says and ends with.

const daybook = ledgerOfFile()
const projected = projectedOfFile(daybook)
const program = fileURLToPath(new URL('../../src/cli/daybook.ts', import.meta.url))

let book: BookHandle

beforeAll(async () => {
  book = await daybook.book(undefined, 'acme')
  for (let number = 0; number < 40; number++) {
    await book.record(accrual('1', { entity: `e${number % 3}`, effectiveOn: dayAfter('2026-01-01', number * 9) }))
  }
  await projected.catchUp(book.id)
})

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

async function run(
  args: string,
  { url = daybook.url, interruptWhen }: { url?: string; interruptWhen?: () => Promise<void> } = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [program, ...args.split(' ')], {
    env: { ...process.env, DATABASE_URL: url, NO_COLOR: '1' },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  const closed = once(child, 'close')
  await interruptWhen?.()
  if (interruptWhen !== undefined) child.kill('SIGINT')
  await closed
  return { code: child.exitCode, stdout, stderr }
}

test('it says what there is, as a whole and of one group, and what each command is for', async () => {
  const [all, group, one, nothing] = await Promise.all([
    run('--help'),
    run('projections parked --help'),
    run('projections rebuild --help'),
    run('projections'),
  ])
  expect(all.code).toBe(0)
  for (const name of [
    'list',
    'lag',
    'verify',
    'rebuild',
    'rollback',
    'abandon',
    'parked list',
    'parked retry',
    'parked skip',
  ]) {
    expect(all.stdout).toContain(`  projections ${name} `)
  }
  expect(all.stdout).toContain('Exit codes:')
  expect(group.stdout).toContain('projections parked skip')
  expect(group.stdout).not.toContain('projections rebuild')
  expect(one.stdout).toContain('Usage: daybook projections rebuild <read model> [--workers <n>] [--fresh]')
  expect(one.stdout).toContain('Examples:')
  expect([nothing.code, nothing.stdout]).toEqual([2, ''])
  expect(nothing.stderr).toContain('projections rebuild')
})

test.each([
  ['prejections list', 'There is no command prejections list.'],
  ['projections rebuild', 'Usage: daybook projections rebuild <read model>'],
  ['projections rebuild balances stats', 'Usage: daybook projections rebuild <read model>'],
  ['projections rebuild nothing', 'There is no read model nothing. There are: absences, balances, stats.'],
  ['projections rebuild balances --workers 9', '--workers is 1 to 8, not 9.'],
  ['projections rebuild balances --force', "Unknown option '--force'"],
  ['projections parked list --book nope', 'There is no book nope.'],
  ['projections parked list --book ?', '--book is an id'],
  ['projections parked retry balances --book nope --entity e1', 'There is no book nope.'],
  ['projections parked skip balances --book nope --entity e1 --position 1 --reason y', 'There is no book nope.'],
  ['projections parked retry balances --book acme', '--entity <id> is missing'],
  [
    'projections parked skip balances --book acme --entity e1 --position x --reason y',
    '--position <n> is missing, or not right',
  ],
  ['projections parked skip balances --book acme --entity e1 --position 1', '--reason <text> is missing'],
])('what is not right on the command line is said, and nothing done: %s', async (args, message) => {
  const { code, stdout, stderr } = await run(args)
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain(message)
  expect(stderr).not.toContain('    at ')
})

test('the database away, or not one of ours: said in a line', async () => {
  const away = new URL(daybook.url)
  away.port = '1'
  expect(await run('projections lag', { url: away.href })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('The database cannot be read: ') as string,
  })
  const empty = new URL(daybook.url)
  empty.pathname = '/postgres'
  expect(await run('projections lag', { url: empty.href })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('lacks migrations of this release: 0001-record.sql') as string,
  })
})

test('list and lag, for people and for programs', async () => {
  const [list, lag, listed, lags] = await Promise.all([
    run('projections list'),
    run('projections lag'),
    run('projections list --json'),
    run('projections lag --json'),
  ])
  expect(list.stdout).toMatch(/^read model +build +state +version +since\nabsences +1 +active +3 +\d{4}-/)
  expect(lag.stdout).toMatch(
    /^read model +books behind +events behind +for +entities parked\nabsences +0 +0 +0\.0 s +0\nbalances +0 +0 +0\.0 s +0\n/,
  )
  expect(JSON.parse(listed.stdout)).toMatchObject([
    { name: 'absences', build: 1, state: 'active' },
    { name: 'balances', build: 1, state: 'active' },
    { name: 'stats', build: 1, state: 'active' },
  ])
  expect(JSON.parse(lags.stdout)).toMatchObject([
    { projection: 'absences', events: 0, seconds: 0 },
    { projection: 'balances', events: 0, seconds: 0 },
    { projection: 'stats', events: 0 },
  ])
})

test('a difference is found, repaired, and the repair taken back', async () => {
  const [balances] = projections
  const { build } = await projected.task(balances!, book.id)
  expect(await run('projections verify balances')).toMatchObject({
    code: 0,
    stdout: 'balances is what the record says.\n',
  })
  await daybook.admin.query(`update ${build.table('balance_snapshots')} set lowest = lowest - 1`)
  const verified = await run('projections verify balances')
  expect(verified.code).toBe(1)
  expect(verified.stdout).toContain('acme at 45: balance_snapshots: ')
  expect(verified.stdout).toContain('Repair it: daybook projections rebuild balances')

  const rebuilt = await run('projections rebuild balances')
  expect(rebuilt).toMatchObject({ code: 0, stderr: '' })
  expect(rebuilt.stdout).toContain('Repaired: acme at 45: balance_snapshots: ')
  expect(rebuilt.stdout).toContain(`balances: build ${build.number + 1} is read now (45 events).`)
  expect((await run('projections verify balances')).code).toBe(0)

  const back = await run('projections rollback balances --json')
  expect([back.code, JSON.parse(back.stdout)]).toEqual([
    0,
    { projection: 'balances', outcome: 'switched', build: build.number },
  ])
  expect((await run('projections verify balances --json')).code).toBe(1)
  expect((await run('projections rollback balances')).stdout).toBe(
    `balances: build ${build.number + 1} is read again.\n`,
  )
  expect((await run('projections abandon balances')).stdout).toBe('No rebuild of balances is under way.\n')
})

test('Ctrl-C breaks a rebuild off with 130; the same command goes on', async () => {
  const { release, isHeld } = await heldUp()
  const running = run('projections rebuild stats', { interruptWhen: isHeld })
  await isHeld()
  // It sees the signal before it can go on.
  setTimeout(() => void release(), 500)
  const { code, stdout, stderr } = await running
  expect([code, stderr]).toEqual([130, 'Breaking off …\n'])
  expect(stdout).toMatch(/^Broken off\. The same command goes on with build \d from here\.\n$/)
  expect((await run('projections rebuild stats')).code).toBe(0)
})

test('beside a rebuild nothing else is begun: said in a line, and 2; the rebuild ends well', async () => {
  expect((await run('projections rebuild stats')).code).toBe(0)
  const { release, isHeld } = await heldUp()
  const running = run('projections rebuild stats')
  await isHeld()
  for (const other of ['rollback stats', 'abandon stats', 'rebuild stats', 'rebuild stats --fresh']) {
    expect(await run(`projections ${other}`)).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'stats is being rebuilt or rolled back by another process; one that was killed is out of the way after 30 s.\n',
    })
  }
  await release()
  expect(await running).toMatchObject({ code: 0, stderr: '' })
  expect((await run('projections list')).stdout).not.toContain('building')
})

test('a read model without tables: said in a line, and 2', async () => {
  const database = await testDatabase()
  for (const what of ['verify', 'rollback', 'abandon']) {
    const { code, stderr } = await run(`projections ${what} stats`, { url: database.url })
    expect(stderr).not.toContain('    at ')
    expect(code).toBe({ verify: 2, rollback: 1, abandon: 0 }[what])
  }
  await database.drop()
})

/** Whoever rebuilds waits, as it begins to write, for somebody who has locked what it writes to. */
async function heldUp(): Promise<{ release: () => Promise<void>; isHeld: () => Promise<void> }> {
  const lock = await daybook.admin.connect()
  await lock.query('begin')
  await lock.query('lock table projections.checkpoints in share row exclusive mode')
  return {
    async release() {
      await lock.query('rollback')
      lock.release()
    },
    async isHeld() {
      for (;;) {
        const { rowCount } = await daybook.admin.query(
          `select from pg_locks where not granted and relation = 'projections.checkpoints'::regclass`,
        )
        if (rowCount !== 0) return
        await sleep(20)
      }
    },
  }
}

test('what is parked is listed, tried again, and skipped', async () => {
  expect((await run('projections parked list')).stdout).toBe('Nothing is parked, and nothing was skipped.\n')
  expect(await run('projections parked retry stats --book acme --entity e1')).toMatchObject({ code: 1 })
  const { event } = await book.record(accrual('1', { entity: 'e0' }))
  const task = await projected.task(stats, book.id)
  await daybook.admin.query(
    `insert into projections.withheld (book_id, projection, build, entity_id, position, state, error)
     values ('acme', 'stats', $1, 'e0', $2, 'parked', 'a test')`,
    [task.build.number, event.position],
  )
  await projected.catchUp(book.id)
  const listed = await run('projections parked list')
  expect(listed.stdout).toMatch(/stats +acme +e0 +46 +parked +1 +a test\n/)
  const skipped = await run('projections parked skip stats --book acme --entity e0 --position 46 --reason ticket-7')
  expect(skipped).toMatchObject({ code: 0, stdout: 'Applied: 0 transactions.\n' })
  expect((await run('projections parked list')).stdout).toMatch(/stats +acme +e0 +46 +skipped +- +ticket-7\n/)
})
