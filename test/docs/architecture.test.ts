import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

// docs/ARCHITECTURE.md: its table of folders has every room of the code.

const page = await readFile('docs/ARCHITECTURE.md', 'utf8')

/** Rooms that are divided into rooms of their own. */
const DIVIDED = ['src', 'src/ledger', 'src/http']

test.each(DIVIDED)('every folder of %s is in the table', async (parent) => {
  const entries = await readdir(parent, { withFileTypes: true })
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${parent}/${name}/`)
  expect(folders.length).toBeGreaterThan(1)
  const named = new Set(
    page
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .flatMap((line) => [...line.split('|')[1]!.matchAll(/`([^`]+)`/g)].map(([, folder]) => folder!)),
  )
  const isNamed = (folder: string) => [...named].some((name) => name.startsWith(folder))
  expect(folders.filter((folder) => !isNamed(folder))).toEqual([])
})
