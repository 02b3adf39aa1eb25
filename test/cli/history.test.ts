import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyBook } from '../../src/ledger/verify/verify.ts'
import { exportOf } from '../importing/importing.ts'
import { sampleBook, tamper } from '../ledger/verify-sample.ts'
import { accrual, day } from '../support/builders.ts'
import { ledgerOfFile } from '../support/ledger.ts'
import { digestOf } from '../support/ledger-record.ts'
import { temporaryFolder } from '../support/test-run.ts'
import { daybook, type Ended, shell } from './run.ts'

// export, import, replay: a history leaves as a file, is added up from it, and is a book again elsewhere.

const here = ledgerOfFile()
const there = ledgerOfFile()
const folder = await temporaryFolder()
afterAll(() => rm(folder, { recursive: true, force: true }))

let book: string
let history: string
let hash: string
beforeAll(async () => {
  book = (await sampleBook(here)).id
  const lines = await exportOf(here.admin, book)
  history = `${lines.join('\n')}\n`
  hash = (JSON.parse(lines.at(-1)!) as { hash: string }).hash
})

function run(args: string, stdin?: string | Buffer): Promise<Ended> {
  const given = args.replaceAll('$BOOK', book).replaceAll('$DIR', folder)
  return daybook(given.split(' '), { DATABASE_URL: here.url }, stdin === undefined ? {} : { stdin })
}

function runThere(args: string, stdin?: string | Buffer): Promise<Ended> {
  const given = args.replaceAll('$BOOK', book).replaceAll('$DIR', folder)
  return daybook(given.split(' '), { DATABASE_URL: there.url }, stdin === undefined ? {} : { stdin })
}

describe('export', () => {
  test('to stdout: the bytes of the history, and nothing else', async () => {
    expect(await run('export --book $BOOK')).toEqual({ code: 0, stdout: history, stderr: '' })
    const last = await run('export --book $BOOK --after 13')
    expect(last.stdout).toBe(history.split('\n').slice(13).join('\n'))
    expect((await run('export --book $BOOK --after 14')).stdout).toBe('')
  })

  test('to a file: whole, said with its hashes, for its owner alone, and nothing beside it', async () => {
    const { code, stdout, stderr } = await run('export --book $BOOK --out $DIR/whole.ndjson')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const file = await readFile(`${folder}/whole.ndjson`)
    expect(file.toString()).toBe(history)
    const sha256 = createHash('sha256').update(file).digest('hex')
    expect(stdout).toBe(
      `${book}: 14 events in ${folder}/whole.ndjson, ${file.length.toLocaleString('en')} bytes.\n` +
        `Hash of the last event, 14: ${hash}\nSHA-256 of the file: ${sha256}\n`,
    )
    expect((await readdir(folder)).filter((name) => name.includes('whole'))).toEqual(['whole.ndjson'])
  })

  test('compressed, with the result for programs', async () => {
    const { code, stdout } = await run('export --book $BOOK --gzip --json --out $DIR/whole.gz')
    expect(code).toBe(0)
    const file = await readFile(`${folder}/whole.gz`)
    expect(gunzipSync(file).toString()).toBe(history)
    expect(JSON.parse(stdout)).toEqual({
      book,
      after: 0,
      position: 14,
      events: 14,
      hash,
      file: `${folder}/whole.gz`,
      bytes: file.length,
      sha256: createHash('sha256').update(file).digest('hex'),
    })
  })

  test('whoever reads no further is no reason for a stack trace', async () => {
    const { stderr } = await shell('$DAYBOOK export --book $BOOK | head -n 1 > first', folder, {
      DATABASE_URL: here.url,
      BOOK: book,
    })
    expect(stderr).toBe('')
    expect(await readFile(`${folder}/first`, 'utf8')).toBe(`${history.split('\n')[0]}\n`)
  })

  test.concurrent.each([
    ['export', '--book <id> is missing.'],
    ['export --book $BOOK --json', '--json needs --out <file> here: without it stdout is the export itself.'],
    ['export --book a/b', '--book is an id (1 to 128 letters, digits and . _ : @ -), not "a/b".'],
    ['export --book nobody', 'There is no book nobody.'],
    ['export --book $BOOK --after -1', "Option '--after' argument is ambiguous."],
    ['export --book $BOOK --after 1e3', '--after is a position, a whole number from 0 on, not "1e3".'],
    ['export --book $BOOK --after 15', 'is beyond the last event of'],
    ['export --book $BOOK --out $DIR', 'exists already, and is not written over.'],
    ['export --book $BOOK --out $DIR/none/x', 'cannot be written: ENOENT'],
    ['export --book $BOOK --gzip --book $BOOK', '--book is given more than once.'],
    ['export $BOOK', 'export takes nothing besides its options, and got'],
  ])('%s: said in a line, and 2', async (args, message) => {
    const { code, stdout, stderr } = await run(args)
    const isJson = args.includes('--json')
    expect({ code, stdout: isJson ? (JSON.parse(stdout) as object) : stdout }).toMatchObject(
      isJson ? { code: 2, stdout: { error: { code: 'usage', message } } } : { code: 2, stdout: '' },
    )
    expect(stderr).toContain(message)
    expect(stderr).not.toContain('    at ')
  })
})

describe('import', () => {
  test('a tampered file: the line and why, 1, and nothing there; from a file, from stdin, for people and programs', async () => {
    const tampered = history.replace('"amount":"3.00"', '"amount":"4.00"')
    await writeFile(`${folder}/tampered`, tampered)
    const before = await digestOf(there.admin)
    expect(await runThere('import --book $BOOK $DIR/tampered')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'The file does not fit, line 9: its content does not give its hash\nNothing is imported.\n',
    })
    const { code, stdout } = await runThere('import --json --book $BOOK -', gzipSync(tampered))
    expect([code, JSON.parse(stdout)]).toEqual([1, { refused: 'line 9: its content does not give its hash', line: 9 }])
    for (const [content, message] of [
      [Buffer.from(history).subarray(0, -100), 'line 14: it is not JSON'],
      [Buffer.concat([Buffer.from(history), Buffer.from([0xc3, 0x0a])]), 'line 15: it is not UTF-8'],
      [Buffer.from(`${history}\n`), 'line 15: it is not JSON'],
      ['', 'line 1: there is no event'],
    ] as const) {
      expect(await runThere('import --book $BOOK -', Buffer.from(content))).toEqual({
        code: 1,
        stdout: '',
        stderr: `The file does not fit, ${message}\nNothing is imported.\n`,
      })
    }
    const short = gzipSync(history)
    expect(await runThere('import --book $BOOK -', short.subarray(0, short.length - 20))).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('The file cannot be read: unexpected end of file') as string,
    })
    expect(await runThere(`import --book $BOOK --hash ${'0'.repeat(64)} -`, history)).toMatchObject({
      code: 1,
      stderr: `The hash of the last event, 14, is ${hash}, and not ${'0'.repeat(64)}.\nNothing is imported.\n`,
    })
    expect(await digestOf(there.admin)).toBe(before)
  })

  test('Ctrl-C while it waits for more: 130, and nothing there', async () => {
    const before = await digestOf(there.admin)
    const isUnderWay = async (): Promise<void> => {
      for (;;) {
        const { rowCount } = await there.admin.query(
          `select from pg_stat_activity where application_name = 'daybook import' and datname = current_database()
              and state = 'idle in transaction'`,
        )
        if (rowCount === 1) return
      }
    }
    expect(
      await daybook(
        ['import', '--book', book, '-'],
        { DATABASE_URL: there.url },
        { stdin: history.slice(0, 5_000), interruptWhen: isUnderWay },
      ),
    ).toEqual({ code: 130, stdout: '', stderr: 'Breaking off …\n' })
    expect(await digestOf(there.admin)).toBe(before)
  })

  test('the whole history: the same bytes, and once', async () => {
    await writeFile(`${folder}/history`, history)
    expect(await runThere(`import --book $BOOK $DIR/history --hash ${hash}`)).toEqual({
      code: 0,
      stdout: `${book}: 14 events and 8 transactions imported.\nHash of the last event: ${hash}\n`,
      stderr: '',
    })
    expect((await runThere('export --book $BOOK')).stdout).toBe(history)
    expect(await verifyBook(there.admin, book)).toMatchObject({ ok: true, hash })
    expect(await runThere('import --book $BOOK $DIR/history')).toEqual({
      code: 1,
      stdout: '',
      stderr: `The book ${book} is not empty: it has 14 events.\nNothing is imported.\n`,
    })
  })

  test.concurrent.each([
    ['import --book $BOOK', 'import takes <file> besides its options, and got nothing.'],
    ['import $DIR/history', '--book <id> is missing.'],
    ['import --book $BOOK $DIR/none', 'cannot be read: ENOENT'],
    ['import --book $BOOK $DIR', 'is no file.'],
    ['import --book $BOOK --hash abc -', '--hash is 64 digits of lower-case hex.'],
  ])('%s: said in a line, and 2', async (args, message) => {
    const { code, stdout, stderr } = await runThere(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr).not.toContain('    at ')
  })
})

describe('replay', () => {
  test('of a book: the sums of its events, which are those that are served', async () => {
    const { code, stdout, stderr } = await run('replay --book $BOOK --as-of 2026-12-31')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toBe(
      `As of 2026-12-31, known at 14. 14 events; hash of the last: ${hash}

entity  policy  available  spendable  accrued  consumed  pending  adjusted  version
e1      annual  9.00       9.00       10.00    1.00      0.00     0.00      4
e1      sick    -2.00      -          0.00     2.00      0.00     0.00      1
e2      annual  1.00       1.00       1.00     0.00      0.00     0.00      1
e2      wallet  -6.00      -1.00      3.00     0.00      0.00     -9.00     2

What is served is the same.
`,
    )
  })

  test('of a compressed file: the same; cut short or spoilt: said in a line, and 2', async () => {
    const whole = gzipSync(history)
    await writeFile(`${folder}/short.gz`, whole)
    const plain = await daybook(['replay', '--file', '-', '--as-of', '2026-12-31'], {}, { stdin: history })
    for (const [file, stdin] of [
      [`${folder}/short.gz`, ''],
      ['-', whole],
    ] as const) {
      expect(await daybook(['replay', '--file', file, '--as-of', '2026-12-31'], {}, { stdin })).toEqual(plain)
    }
    const cut = await daybook(['replay', '--file', '-'], {}, { stdin: whole.subarray(0, whole.length - 20) })
    expect(cut).toEqual({ code: 2, stdout: '', stderr: 'The file cannot be read: unexpected end of file\n' })
    const spoilt = Buffer.from(whole).fill(0xff, 20, 200)
    expect(await daybook(['replay', '--file', '-'], {}, { stdin: spoilt })).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^The file cannot be read: .+\n$/) as string,
    })
  })

  test('of a compressed file of many chunks: read to its end, from a file, a redirect and a pipe; cut anywhere: 2', async () => {
    // What cannot be compressed: the file is as long as what is in it.
    const noise = randomBytes(1_000_000).toString('hex')
    const broken = `${history}${noise}\n${history}`
    const whole = gzipSync(broken)
    expect(whole.length).toBeGreaterThan(10 * 65_536)
    await writeFile(`${folder}/long.gz`, whole)
    const verdict = { code: 1, stdout: '', stderr: 'The history does not fit together, line 15: it is not JSON\n' }
    expect(await run('replay --file $DIR/long.gz')).toEqual(verdict)
    expect(await shell('$DAYBOOK replay --file - < long.gz', folder)).toEqual(verdict)
    expect(await shell('cat long.gz | $DAYBOOK replay --file -', folder)).toEqual(verdict)
    // The first bytes of a gzip are its header, and the last ones its check sum.
    const short = gzipSync(history)
    for (const length of [2, 9, 11, short.length / 2, short.length - 8, short.length - 1]) {
      await writeFile(`${folder}/cut.gz`, short.subarray(0, length))
      expect(await run('replay --file $DIR/cut.gz')).toEqual({
        code: 2,
        stdout: '',
        stderr: 'The file cannot be read: unexpected end of file\n',
      })
    }
  })

  test('a line that does not fit ends it, also while more of a pipe may come', async () => {
    for (const stdin of ['no event\n', gzipSync('no event\n')]) {
      expect(await daybook(['replay', '--file', '-'], {}, { stdin, staysOpen: true })).toEqual({
        code: 1,
        stdout: '',
        stderr: 'The history does not fit together, line 1: it is not JSON\n',
      })
    }
  })

  test('of a file, with no database: the same; as of a day, as known at a position or an instant, of one entity', async () => {
    const file = await daybook(['replay', '--file', '-', '--as-of', '2026-12-31', '--json'], {}, { stdin: history })
    const fromBook = await run('replay --book $BOOK --as-of 2026-12-31 --json')
    const { differences, ...result } = JSON.parse(fromBook.stdout) as { differences: unknown[]; balances: object[] }
    expect(file).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(file.stdout)).toEqual(result)
    expect(differences).toEqual([])
    const instant = (JSON.parse(history.split('\n')[7]!) as { recordedAt: string }).recordedAt
    for (const knownAt of ['8', instant]) {
      const { code, stdout } = await run(
        `replay --book $BOOK --as-of 2026-02-01 --known-at ${knownAt} --entity e1 --policy annual --json`,
      )
      expect([code, JSON.parse(stdout)]).toMatchObject([
        0,
        {
          asOf: '2026-02-01',
          knownAt: 8,
          events: 14,
          differences: [],
          balances: [{ entity: 'e1', policy: 'annual', available: '10.00', spendable: '9.50', version: 2 }],
        },
      ])
    }
  })

  test('a sum that somebody changed is found, and 1', async () => {
    const changed = await here.book()
    await changed.record(accrual('10', { effectiveOn: day('2026-01-01') }))
    const change = `update ledger.accounts set opening = '["0","0","0","0"]', days = '[["2026-01-01","900","0","0","0"]]'`
    await tamper(here, `${change} where book_id = '${changed.id}'`)
    const { code, stdout } = await run(`replay --book ${changed.id} --as-of 2026-12-31`)
    expect(code).toBe(1)
    expect(stdout).toContain('DIFFERS: e1/annual: replayed 10.00 (spendable 10.00, accrued 10.00,')
    expect(stdout).toContain('), served 9.00 (spendable 9.00, accrued 9.00,')
    expect(stdout).toContain('1 balance differs.\n')
  })

  test('a history that does not fit is not added up: the line, and 1', async () => {
    const tampered = history.replace('"amount":"3.00"', '"amount":"4.00"')
    expect(await daybook(['replay', '--file', '-'], {}, { stdin: tampered })).toEqual({
      code: 1,
      stdout: '',
      stderr: 'The history does not fit together, line 9: its content does not give its hash\n',
    })
    const changed = await here.book()
    await changed.record(accrual('10'))
    await tamper(here, `update ledger.transactions set amount = 11.00 where book_id = '${changed.id}'`)
    expect(await run(`replay --book ${changed.id}`)).toMatchObject({
      code: 1,
      stderr: 'The history does not fit together, line 6: its content does not give its hash\n',
    })
  })

  test.concurrent.each([
    ['replay', '--book <id> is missing.'],
    ['replay --book nobody', 'There is no book nobody.'],
    ['replay --book $BOOK --as-of 2026-02-30', '--as-of is a day that exists, as YYYY-MM-DD, not "2026-02-30".'],
    ['replay --book $BOOK --known-at yesterday', '--known-at is a position, or an instant such as'],
    ['replay --book $BOOK --entity ?', '--entity is an id'],
    ['replay --file $DIR/none', 'cannot be read: ENOENT'],
    ['replay --book $BOOK --known-at 15', '--known-at 15 is beyond the last event, 14.'],
    ['replay --file $DIR/history --known-at 15', '--known-at 15 is beyond the last event, 14.'],
    ['replay --book a --entity e1 --book b', '--book is given more than once.'],
  ])('%s: said in a line, and 2', async (args, message) => {
    const { code, stdout, stderr } = await run(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr).not.toContain('    at ')
  })
})
