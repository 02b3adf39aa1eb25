import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'

// docs/reference/dependencies.md against package.json and the lockfile: nothing is asked for that it does not explain.

type Versions = Record<string, string>
type Kind = 'dependencies' | 'optionalDependencies' | 'devDependencies'
interface Locked {
  readonly version: string
  readonly dev?: boolean
  readonly optional?: boolean
  readonly devOptional?: boolean
}

const page = await readFile('docs/reference/dependencies.md', 'utf8')
const manifest = JSON.parse(await readFile('package.json', 'utf8')) as Record<Kind, Versions>
const lock = JSON.parse(await readFile('package-lock.json', 'utf8')) as { packages: Record<string, Locked> }

describe.each<[string, Kind]>([
  ['To serve', 'dependencies'],
  ['Binaries, one for each platform', 'optionalDependencies'],
  ['To change the code', 'devDependencies'],
])('%s', (section, kind) => {
  const rows = rowsOf(section)

  test('lists what package.json asks for, at its version', () => {
    const listed = Object.fromEntries(rows.map(([name, version]) => [name!.replaceAll('`', ''), version]))
    expect(listed).toEqual(manifest[kind])
  })

  test('says of each what it is for', () => {
    expect(rows.filter((row) => (row[2] ?? '').length < 4)).toEqual([])
  })
})

test('says how many packages an install has, here on Linux x64 as the lockfile has them', () => {
  const packages = Object.entries(lock.packages).filter(([path]) => path !== '')
  const needed = packages.filter(([, { dev, optional, devOptional }]) => !dev && !optional && !devOptional)
  const [whole, bare] = rowsOf('Size').map((row) => Number(row[2]))
  expect(bare).toBe(needed.length)
  // The Node and the PostgreSQL of the platform, and what only PostgreSQL's package brings.
  expect(whole).toBeGreaterThanOrEqual(needed.length + 2)
  expect(whole).toBeLessThan(needed.length + 6)
})

/** The cells of the rows of a section's table. */
function rowsOf(section: string): string[][] {
  const [, text = ''] = page.split(`## ${section}\n`)
  const [own = ''] = text.split('\n## ')
  const lines = own.split('\n').filter((line) => line.startsWith('|'))
  return lines.slice(2).map((line) =>
    line
      .slice(1, -1)
      .split(/ ?\| ?/)
      .map((cell) => cell.trim()),
  )
}
