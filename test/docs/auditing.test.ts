import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { streamEvents } from '../../src/ledger/read/events.ts'
import { accrual, consumption, day } from '../support/builders.ts'
import { testDatabase } from '../support/database.ts'
import { ledgerOfFile } from '../support/ledger.ts'

/*
 * docs/guides/auditing.md: what it says is done here, word for word, with a parser of JSON and SHA-256 and nothing of
 * the service. Only the last tests ask the service for an export, and run the page's commands.
 */

const page = await readFile('docs/guides/auditing.md', 'utf8')
const folder = await mkdtemp(join(tmpdir(), 'daybook-audit-'))
afterAll(() => rm(folder, { recursive: true, force: true }))

/** The code blocks of a language, in the order of the page. */
function blocks(language: string): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)\n\`\`\`$`, 'gms'))].map(([, block]) => block!)
}

const [before, lastAfter] = blocks('ndjson') as [string, string]
const after = [...before.split('\n').slice(0, -1), lastAfter].join('\n')
const [hashedText, erasableText] = blocks('json') as [string, string]
const [hash, digest, printed] = blocks('text') as [string, string, string]
const [program] = blocks('js') as [string]

type Json = null | boolean | number | string | Json[] | { [member: string]: Json }
type Event = Record<'hash' | 'previousHash' | 'recordedAt' | 'erasableDigest', string> & {
  position: number
  erasable: Json
  transactions: { entity: string; policy: string; amount: string; effectiveOn: string }[]
}

function canonical(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}

function eventsOf(exported: string): Event[] {
  return exported.split('\n').map((line) => JSON.parse(line) as Event)
}

/** What steps 1 to 5 find wrong; empty where the export fits. */
function audit(exported: string): string[] {
  const events = eventsOf(exported)
  return events.flatMap((event, index) => {
    const { erasable, hash: own, ...hashed } = event
    const previous = events[index - 1]
    const steps: [step: string, fits: boolean][] = [
      ['1', event.position === index + 1],
      ['2', event.previousHash === (previous?.hash ?? '0'.repeat(64))],
      ['3', event.recordedAt >= (previous?.recordedAt ?? '')],
      ['4', sha256(canonical(hashed)) === own],
      ['5', erasable === null || sha256(canonical(erasable)) === event.erasableDigest],
    ]
    return steps.filter(([, fits]) => !fits).map(([step]) => `position ${event.position}, step ${step}`)
  })
}

describe('the example', () => {
  test('fits before the erasure and after it', () => {
    expect(eventsOf(before)).toHaveLength(4)
    expect(audit(before)).toEqual([])
    expect(audit(after)).toEqual([])
  })

  test('changes by the erasure in nothing but what was erased', () => {
    const erased = eventsOf(before).map((event) => (event.position === 4 ? { ...event, erasable: null } : event))
    expect(eventsOf(after)).toEqual(erased)
    expect(eventsOf(before)[3]!.erasable).not.toBeNull()
  })

  test('step 4: the text that is hashed, its length and its hash are those of the page', () => {
    const { erasable: _, hash: own, ...hashed } = eventsOf(before)[3]!
    expect(canonical(hashed)).toBe(hashedText)
    expect(sha256(hashedText)).toBe(hash)
    expect(own).toBe(hash)
    expect(page).toContain(`The SHA-256 of these ${Buffer.byteLength(hashedText)} bytes`)
    expect(page).toContain(`\n${Buffer.byteLength(hashedText)} bytes as above`)
  })

  test('step 5: what may be erased, its length and its digest are those of the page', () => {
    const { erasable, erasableDigest } = eventsOf(before)[3]!
    expect(canonical(erasable)).toBe(erasableText)
    expect(sha256(erasableText)).toBe(digest)
    expect(erasableDigest).toBe(digest)
    expect(page).toContain(`is ${Buffer.byteLength(erasableText)} bytes of UTF-8`)
  })

  test('the balance is the sum of the amounts', () => {
    const amounts = eventsOf(after).flatMap(({ transactions }) =>
      transactions.filter(({ effectiveOn }) => effectiveOn <= '2026-03-31').map(({ amount }) => Number(amount)),
    )
    expect(amounts.reduce((sum, amount) => sum + amount, 0)).toBe(24)
  })

  test('does not fit any more when anything in it is changed, left out or added', () => {
    const lines = before.split('\n')
    const changed: [change: string, found: string][] = [
      [before.replace('"amount":"25.0"', '"amount":"26.0"'), 'position 3, step 4'],
      [before.replace('"id":"payroll"', '"id":"somebody"'), 'position 3, step 4'],
      [before.replace('Wedding', 'Funeral'), 'position 4, step 5'],
      [before.replace(digest, sha256('x')), 'position 4, step 4'],
      [lines.toSpliced(2, 1).join('\n'), 'position 4, step 1'],
      [lines.toSpliced(2, 0, lines[1]!).join('\n'), 'position 2, step 1'],
      [before.replace('03:25:28.284Z', '03:25:28.100Z'), 'position 4, step 3'],
    ]
    for (const [exported, found] of changed) {
      expect(exported).not.toBe(before)
      expect(audit(exported)).toContain(found)
    }
  })
})

describe('the program', () => {
  test('prints for both exports what the page says', async () => {
    for (const exported of [before, after]) {
      expect(await run(`${exported}\n`)).toEqual({ code: 0, stdout: `${printed}\n`, stderr: '' })
    }
  })

  test('names the first position that does not fit', async () => {
    const cases = [
      [before.replace('"amount":"25.0"', '"amount":"26.0"'), 'position 3 does not have the hash of what it says\n'],
      [before.replace('Wedding', 'Funeral'), 'position 4 does not have the digest of what may be erased\n'],
      [before.split('\n').toSpliced(1, 1).join('\n'), 'position 3 is not the next position\n'],
    ]
    for (const [exported, words] of cases) {
      expect(await run(exported!)).toEqual({ code: 1, stdout: words, stderr: '' })
    }
  })
})

describe('an export of the service', () => {
  const daybook = ledgerOfFile()

  test('fits as the page says, before an erasure and after it', async () => {
    const book = await daybook.book()
    const metadata = {
      '€': [1e21, 0.1, -0, null],
      '\r': 'a\u2028b\u007f',
      '\ud83d\ude00': true,
      '\ufb33': { b: 1, a: '"\\' },
    }
    await book.record(
      accrual('10', { reason: 'all that\nJSON "escapes" \\ \u0001', metadata, reference: 'a "b" \\c/é' }),
    )
    await book.record(
      {
        transactions: [
          consumption('1', { effectiveOn: day('2026-02-02'), reason: 'own' }),
          accrual('2', { policy: 'wallet' }),
        ],
      },
      { idempotencyKey: 'key with "quotes" and \\' },
    )
    const exported = await exportOf(book.id)
    expect(audit(exported)).toEqual([])
    await daybook.admin.query(
      `begin; set local role daybook_eraser; update ledger.events set erasable = null where book_id = '${book.id}'; commit`,
    )
    const later = await exportOf(book.id)
    expect(later).not.toBe(exported)
    for (const each of [exported, later]) {
      expect(audit(each)).toEqual([])
      expect(await run(each)).toMatchObject({ code: 0, stderr: '' })
    }
    expect(await run(later)).toEqual(await run(exported))
  })

  async function exportOf(book: string): Promise<string> {
    const lines: string[] = []
    for await (const batch of streamEvents(daybook.admin, { book, after: 0 })) lines.push(...batch)
    return lines.join('\n')
  }
})

/** A command of the page, with what the page says it prints. */
interface Told {
  readonly command: string
  readonly prints: string
}

const told = blocks('console').flatMap((block): Told[] =>
  block
    .split(/^\$ /m)
    .slice(1)
    .map((one) => {
      const [command = '', ...prints] = one.trimEnd().split('\n')
      return { command, prints: prints.join('\n') }
    }),
)

test("the page's commands, one after the other, in a database of their own, print what it says", async () => {
  const database = await testDatabase()
  await writeFile(join(folder, 'example.ndjson'), `${before}\n`)
  expect(told.length).toBeGreaterThan(6)
  for (const { command, prints } of told) {
    expect({ command, prints: await shell(command, { DATABASE_URL: database.url }) }).toEqual({ command, prints })
  }
  await database.drop()
})

/** What a command prints, in a shell that knows `daybook`. */
function shell(command: string, environment: Readonly<Record<string, string>>): Promise<string> {
  const daybook = `daybook() { '${process.execPath}' '${resolve('src/cli/daybook.ts')}' "$@"; }`
  return new Promise((done) => {
    const env = { PATH: process.env['PATH'], ...environment }
    execFile('sh', ['-c', `exec 2>&1\n${daybook}\n${command}`], { cwd: folder, env }, (_error, stdout) =>
      done(stdout.trimEnd()),
    )
  })
}

/** Runs the page's program on an export. */
async function run(exported: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const file = join(folder, 'audit.mjs')
  await writeFile(file, program)
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [file], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr })
    })
    child.stdin!.end(exported)
  })
}
