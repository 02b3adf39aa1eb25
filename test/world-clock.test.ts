import { globSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { parseConfig } from '../src/config.ts'
import { parsePlayedTime, playedNow, playTime, worldNow } from '../src/world-clock.ts'

const folder = mkdtempSync(join(tmpdir(), 'daybook-clock-'))
const file = join(folder, 'now.txt')
afterEach(() => playTime(undefined))
afterAll(() => rmSync(folder, { recursive: true }))

/** How long after an instant it is, in seconds. */
function secondsAfter(instant: string): number {
  return (worldNow().getTime() - Date.parse(instant)) / 1_000
}

/** Between then and some minutes after, whatever else the machine does. */
function expectSoonAfter(instant: string): void {
  expect(secondsAfter(instant)).toBeGreaterThanOrEqual(0)
  expect(secondsAfter(instant)).toBeLessThan(600)
}

describe('what a setting says', () => {
  test.each([
    ['2027-01-01T08:00:00Z', '2027-01-01T08:00:00.000Z'],
    ['2027-01-01T08:00:00.250Z', '2027-01-01T08:00:00.250Z'],
    ['2027-01-01T08:00:00+02:00', '2027-01-01T06:00:00.000Z'],
    ['2027-01-01T08:00', '2027-01-01T08:00:00.000Z'],
    ['2027-01-01T08:00:30', '2027-01-01T08:00:30.000Z'],
    ['2028-02-29', '2028-02-29T00:00:00.000Z'],
    ['1900-01-01', '1900-01-01T00:00:00.000Z'],
  ])('%s is %s', (text, instant) => {
    expect(parsePlayedTime(text)).toEqual({ from: new Date(instant) })
  })

  test.each([
    '',
    'tomorrow',
    '2027',
    '2027-1-1',
    '2027-02-29',
    '2027-13-01',
    '2027-01-01T25:00Z',
    '2027-01-01 08:00',
    '1899-12-31',
    '3000-01-01',
    ' 2027-01-01',
    '@',
    '@/nowhere/now.txt',
  ])('%j is nothing', (text) => {
    expect(parsePlayedTime(text)).toBeUndefined()
  })

  test('a file has to say something', () => {
    writeFileSync(file, 'soon')
    expect(parsePlayedTime(`@${file}`)).toBeUndefined()
    writeFileSync(file, '2027-01-01T08:00:00Z\n')
    expect(parsePlayedTime(`@${file}`)).toEqual({ file })
  })

  test('it is refused but in tests', () => {
    const given = { DAYBOOK_TEST_NOW: '2027-01-01' }
    for (const NODE_ENV of [undefined, 'production', 'development', '']) {
      const { problems } = parseConfig({ ...given, NODE_ENV })
      expect(problems).toHaveLength(1)
      expect(problems![0]).toMatch(/^DAYBOOK_TEST_NOW is for tests alone, and refused unless NODE_ENV is test\. /)
    }
    expect(parseConfig({ ...given, NODE_ENV: 'test' }).config?.testNow).toEqual({ from: new Date('2027-01-01') })
    const { problems } = parseConfig({ DAYBOOK_TEST_NOW: 'soon', NODE_ENV: 'test' })
    expect(problems![0]).toMatch(/^DAYBOOK_TEST_NOW: "soon" is not an instant such as /)
    expect(parseConfig({ DAYBOOK_TEST_NOW: '', NODE_ENV: 'production' }).config?.testNow).toBeUndefined()
  })
})

describe('a clock that is played', () => {
  test('runs on from where it begins, and is none once it is played no more', () => {
    expect(playedNow()).toBeUndefined()
    playTime({ from: new Date('2031-05-06T07:08:09Z') })
    expectSoonAfter('2031-05-06T07:08:09Z')
    const before = worldNow()
    expect(worldNow().getTime()).toBeGreaterThanOrEqual(before.getTime())
    playTime(undefined)
    expect(playedNow()).toBeUndefined()
    expect(Math.abs(worldNow().getTime() - Date.now())).toBeLessThan(1_000)
  })

  test('goes by a file from its last change on, the same for whoever follows it', () => {
    writeFileSync(file, '2027-01-01T08:00:00Z')
    playTime({ file })
    expectSoonAfter('2027-01-01T08:00:00Z')
    writeFileSync(file, '2027-04-01T00:00:00Z')
    expectSoonAfter('2027-04-01T00:00:00Z')
    const anHourAgo = new Date(Date.now() - 3_600_000)
    utimesSync(file, anHourAgo, anHourAgo)
    expectSoonAfter('2027-04-01T01:00:00Z')
    // A process that begins to follow it only now.
    playTime({ file })
    expectSoonAfter('2027-04-01T01:00:00Z')
  })

  test('goes on as before where the file is half written, or gone', () => {
    writeFileSync(file, '2027-01-01T08:00:00Z')
    playTime({ file })
    expectSoonAfter('2027-01-01T08:00:00Z')
    writeFileSync(file, '2027-0')
    expectSoonAfter('2027-01-01T08:00:00Z')
    rmSync(file)
    expectSoonAfter('2027-01-01T08:00:00Z')
    writeFileSync(`${file}.next`, '2028-01-01')
    renameSync(`${file}.next`, file)
    expectSoonAfter('2028-01-01T00:00:00Z')
  })
})

/** What goes by the real clock, whatever is played: signatures are judged by those who are sent them. */
const REAL = ['src/world-clock.ts', 'src/service/webhooks.ts']

test('nobody asks another clock what day it is', async () => {
  const files = globSync('{src,projections}/**/*.ts').map((name) => name.replaceAll('\\', '/'))
  const asking = await Promise.all(
    files.map(async (name) => (/new Date\(\)/.test(await readFile(name, 'utf8')) ? [name] : [])),
  )
  const objection = 'say worldNow() of src/world-clock.ts, which tests can play'
  expect(
    asking
      .flat()
      .filter((name) => !REAL.includes(name))
      .map((name) => `${name}: ${objection}`),
  ).toEqual([])
})
