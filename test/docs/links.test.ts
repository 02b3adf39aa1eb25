import { existsSync, globSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'

// What the pages point at is there: pages, sections of pages, files of the code, and functions in those files; and nothing
// stands in them that a merge left.

const pages = await Promise.all((await pageNames()).map(async (name) => ({ name, text: await readFile(name, 'utf8') })))

test('there are pages', () => {
  expect(pages.length).toBeGreaterThan(5)
})

test.each(pages)('links of $name lead somewhere', async ({ name, text }) => {
  const links = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!)
  const broken: string[] = []
  for (const link of links.filter((link) => !/^[a-z]+:/.test(link))) {
    const [path = '', section] = link.split('#')
    const target = path === '' ? name : join(dirname(name), path)
    const there =
      existsSync(target) && (section === undefined || sectionsOf(await readFile(target, 'utf8')).has(section))
    if (!there) broken.push(link)
  }
  expect(broken).toEqual([])
})

test.each(pages)('$name has no marks of a merge', ({ text }) => {
  expect(text.match(/^(<{7}|>{7}) .*$/gm)).toBeNull()
})

test.each(pages)('files named in $name exist', ({ text }) => {
  const named = [
    ...text.matchAll(/`((?:src|test|docs|migrations|projections|bench|scripts|findings)\/[\w./-]*\w\/?)`/g),
  ].map(([, path]) => path!)
  expect(named.filter((path) => !existsSync(path))).toEqual([])
})

/** A function named with its file, as "`open` in `src/ledger/writing/open.ts`" or in one row of a table, is in that file. */
test.each(pages)('functions named in $name are in their files', async ({ text }) => {
  const named = [...text.replaceAll(/\s+in\s+/g, ' in ').matchAll(/`(\w+)(?:\(\))?` in `(src\/[\w./-]+\.ts)`/g)].map(
    ([, name, file]) => ({ name: name!, files: [file!] }),
  )
  for (const row of text.split('\n').filter((line) => line.startsWith('|'))) {
    const files = [...row.matchAll(/`(src\/[\w./-]+\.ts)`/g)].map(([, file]) => file!)
    if (files.length === 0) continue
    for (const [, name] of row.matchAll(/`#?(\w+)\(\)`/g)) named.push({ name: name!, files })
  }
  const missing: typeof named = []
  for (const { name, files } of named) {
    const sources = await Promise.all(files.filter((file) => existsSync(file)).map((file) => readFile(file, 'utf8')))
    if (!sources.some((source) => new RegExp(`\\b${name}\\b`).test(source))) missing.push({ name, files })
  }
  expect(missing).toEqual([])
})

async function pageNames(): Promise<string[]> {
  const below = await readdir('docs', { recursive: true })
  return [
    ...(await readdir('.')).filter((name) => name.endsWith('.md')),
    'findings/README.md',
    ...globSync('examples/*/README.md'),
    ...below.filter((name) => name.endsWith('.md')).map((name) => join('docs', name)),
  ]
}

function withoutCode(text: string): string {
  return text.replaceAll(/^```.*?^```/gms, '').replaceAll(/`[^`\n]*`/g, '')
}

/** As GitHub names them. */
function sectionsOf(text: string): Set<string> {
  const titles = [...text.replaceAll(/^```.*?^```/gms, '').matchAll(/^#+ (.+)$/gm)].map(([, title]) => title!)
  return new Set(
    titles.map((title) =>
      title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}
