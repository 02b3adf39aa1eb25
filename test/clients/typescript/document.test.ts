import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build, type Rollup } from 'vite'
import { expect, test } from 'vitest'
import { catalogue } from '../../../src/contract/problem-catalogue.ts'
import { openApiText } from '../../../src/http/document/openapi-text.ts'
import { temporaryFolder } from '../../support/test-run.ts'

/** Where the package is linked to: its tools are beside it there. */
const TYPES = 'node_modules/@daybook/client/scripts/types.mjs'
const SOURCE = fileURLToPath(new URL('../../../clients/typescript/src/index.ts', import.meta.url))
const DOCUMENT = fileURLToPath(new URL('../../../clients/typescript/src/document.ts', import.meta.url))
const MOST_BYTES = 15_000

test('the types are those of the document; `--update`, or `npm run client:types`, makes them anew', async () => {
  const made = await typesOf(await openApiText())
  // What is said of a type may be said better at any time: the next one who makes them takes it along.
  if (withoutComments(made) === withoutComments(await readFile(DOCUMENT, 'utf8'))) return
  await expect(made).toMatchFileSnapshot(DOCUMENT)
})

test('the union of problems has every problem of the catalogue, and no other', async () => {
  const text = await readFile(DOCUMENT, 'utf8')
  const [, union = ''] = /export type OperationProblem =\n(.*?)\n\n/s.exec(text) ?? []
  const early = (await readFile('clients/typescript/src/problems.ts', 'utf8')).matchAll(/BareProblem<'([a-z-]+)'/g)
  const named = [...union.matchAll(/\["(\w+)Problem"\]/g)].map(([, name]) => codeOf(name!))
  expect([...named, ...[...early].map(([, code]) => code!)].toSorted(byText)).toEqual(
    Object.keys(catalogue).toSorted(byText),
  )
})

test('all of it takes less than 15 kB compressed; what only lists need is left out for whoever only connects', async () => {
  const whole = await bundled("export * from '@daybook/client'")
  expect(gzipSync(whole).length).toBeLessThan(MOST_BYTES)
  const part = await bundled("export { connect } from '@daybook/client'")
  expect(whole).toContain('WebSocket')
  expect(part).not.toContain('WebSocket')
})

function withoutComments(text: string): string {
  return text.replaceAll(/^ *\/\*\*.*?\*\/\n/gms, '')
}

const byText = (a: string, b: string) => (a < b ? -1 : 1)

/** `DayTaken` is `day-taken`. */
function codeOf(name: string): string {
  return name.replaceAll(/(?<=.)[A-Z]/g, (letter) => `-${letter}`).toLowerCase()
}

function typesOf(document: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const made = execFile(process.execPath, [TYPES], { maxBuffer: 1e8 }, (error, stdout) =>
      error === null ? resolve(stdout) : reject(new Error(error.message)),
    )
    made.stdin?.end(document)
  })
}

/** As a page would have it: in one file, and as small as it gets. */
async function bundled(text: string): Promise<string> {
  const entry = join(await temporaryFolder(), 'entry.js')
  await writeFile(entry, text)
  const [made] = (await build({
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { '@daybook/client': SOURCE } },
    build: { write: false, minify: true, lib: { entry, formats: ['es'] } },
  })) as Rollup.RollupOutput[]
  return made!.output[0].code
}
