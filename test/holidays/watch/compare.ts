import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { knownRegions, publicHolidaysIn } from '../../../src/holidays/public-holidays.ts'

/*
 * `npm run holidays:watch`: our public holidays beside those of another project, Monday to Friday, in every region that
 * both know. Each difference is either judged in reviewed.json or listed there as not judged; anything else is new, and
 * the command fails: an update of either side shows what it changed. It needs Python 3 and the network, so it is no test.
 * `npm run holidays:watch -- --accept` writes the differences of the other countries to reviewed.json.
 */

const PACKAGE = 'holidays==0.109'
const YEARS = [2025, 2026, 2027]

/** Countries of which every difference is judged; of the others it is enough to know that there is one. */
const JUDGED = new Set(
  (
    'AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE ' +
    'GB US CA CH NO AU NZ JP KR SG BR MX IN ZA'
  ).split(' '),
)

interface Difference {
  readonly region: string
  readonly date: string
  /** Who has the day. */
  readonly side: 'ours' | 'theirs'
  readonly name: string
}

interface Judgement {
  readonly country: string
  readonly side: 'ours' | 'theirs'
  /** The day's name as that side has it; `*`: every other one of the country. */
  readonly name: string
  readonly judged: string
}

interface Reviewed {
  readonly package: string
  readonly judgements: readonly Judgement[]
  /** By country: how many differences there are, and which. */
  readonly notJudged: Readonly<Record<string, readonly string[]>>
}

const file = new URL('reviewed.json', import.meta.url)

const theirs = dumpTheirs()
const both = (await knownRegions()).filter((region) => Object.hasOwn(theirs, region))
const differences = (await Promise.all(both.map(differencesOf))).flat()
const reviewed = JSON.parse(readFileSync(file, 'utf8')) as Reviewed
report(reviewed)

function dumpTheirs(): Record<string, Record<string, Record<string, string>>> {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-holidays-'))
  try {
    execFileSync('python3', ['-m', 'venv', folder])
    const python = join(folder, process.platform === 'win32' ? 'Scripts' : 'bin', 'python')
    execFileSync(python, ['-m', 'pip', 'install', '--quiet', PACKAGE], { stdio: 'inherit' })
    const dump = new URL('dump.py', import.meta.url).pathname
    const text = execFileSync(python, [dump, ...YEARS.map(String)], { maxBuffer: 256 * 1024 * 1024, encoding: 'utf8' })
    return (JSON.parse(text) as { regions: ReturnType<typeof dumpTheirs> }).regions
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function differencesOf(region: string): Promise<Difference[]> {
  const found = await publicHolidaysIn(region)
  return YEARS.flatMap((year) => {
    const own = new Map(found!.ofYear(year).holidays.map(({ date, name }) => [date as string, name]))
    const other = new Map(Object.entries(theirs[region]![String(year)]!))
    const only = (side: Difference['side'], has: Map<string, string>, lacks: Map<string, string>): Difference[] =>
      [...has]
        .filter(([date]) => !lacks.has(date) && isWeekday(date))
        .map(([date, name]) => ({ region, date, side, name }))
    return [...only('ours', own, other), ...only('theirs', other, own)]
  })
}

function isWeekday(date: string): boolean {
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay()
  return weekday !== 0 && weekday !== 6
}

function report({ judgements, notJudged }: Reviewed): void {
  const judged = differences.filter(({ region }) => JUDGED.has(countryOf(region)))
  const open = judged.filter((difference) => !judgements.some((judgement) => covers(judgement, difference)))
  const listed = new Map<string, string[]>()
  for (const difference of differences) {
    const country = countryOf(difference.region)
    if (JUDGED.has(country)) continue
    listed.set(country, [...(listed.get(country) ?? []), lineOf(difference)])
  }
  const now = Object.fromEntries([...listed].map(([country, lines]) => [country, lines.toSorted()]))
  console.log(
    `${both.length} regions, ${YEARS.length} years, ${differences.length} differences, ${judged.length} judged`,
  )
  if (process.argv.includes('--accept')) {
    writeFileSync(file, `${JSON.stringify({ package: PACKAGE, judgements, notJudged: now }, null, 2)}\n`)
    return
  }
  const fresh = changed(now, notJudged)
  for (const difference of open) console.log(`not judged: ${lineOf(difference)}`)
  for (const line of fresh) console.log(line)
  for (const judgement of judgements) {
    if (judged.some((difference) => covers(judgement, difference))) continue
    console.log(`judged, and no longer there: ${judgement.country} ${judgement.side} ${judgement.name}`)
    process.exitCode = 1
  }
  if (open.length + fresh.length > 0) process.exitCode = 1
}

function covers({ country, side, name }: Judgement, difference: Difference): boolean {
  return (
    country === countryOf(difference.region) && side === difference.side && (name === '*' || name === difference.name)
  )
}

function changed(now: Reviewed['notJudged'], before: Reviewed['notJudged']): string[] {
  return [...new Set([...Object.keys(now), ...Object.keys(before)])].toSorted().flatMap((country) => {
    const has = new Set(now[country])
    const had = new Set(before[country])
    return [
      ...[...has].filter((line) => !had.has(line)).map((line) => `new: ${line}`),
      ...[...had].filter((line) => !has.has(line)).map((line) => `gone: ${line}`),
    ]
  })
}

function countryOf(region: string): string {
  return region.slice(0, 2)
}

function lineOf({ region, date, side, name }: Difference): string {
  return `${region} ${date} ${side} ${name}`
}
