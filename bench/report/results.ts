import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { scenarios } from '../scenarios/registry.ts'
import { benchmarksPage } from './page.ts'
import type { Result } from './result.ts'

/** One line for each scenario: its last result. */
const RESULTS = fileURLToPath(new URL('../results.ndjson', import.meta.url))
const PAGE = fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url))

/** Keeps these results in place of earlier ones of the same scenarios, and writes the page anew. */
export async function keepResults(results: readonly Result[]): Promise<void> {
  const known = new Map<string, Result>(
    [...(await readResults()), ...results].map((result) => [result.scenario, result]),
  )
  const kept = scenarios.flatMap(({ name }) => known.get(name) ?? [])
  await writeFile(RESULTS, kept.map((result) => `${JSON.stringify(result)}\n`).join(''))
  await writeFile(PAGE, benchmarksPage(kept))
}

async function readResults(): Promise<Result[]> {
  const text = await readFile(RESULTS, 'utf8').catch(() => '')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Result)
}
