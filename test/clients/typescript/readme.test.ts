import { execFile } from 'node:child_process'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { Client, type Service, startService } from '../../support/service.ts'
import { temporaryFolder } from '../../support/test-run.ts'

/*
 * The program of clients/typescript/README.md, as a user has it: the package is compiled and put together as npm would publish
 * it, the program's types are checked against it, and it runs with the Node that is here.
 */

const sh = promisify(execFile)
const PACKAGE = resolve('clients/typescript')
/** The compiler of the project: it is started by the Node that runs the tests. */
const TSC = resolve('node_modules/typescript/bin/tsc')

let database: TestDatabase
let service: Service
let client: Client
beforeAll(async () => {
  database = await testDatabase()
  service = await startService({ DATABASE_URL: database.url })
  client = new Client(service)
})
afterAll(async () => {
  client.close()
  await service.stop()
  await database.drop()
})

test('the package has what it needs and nothing else, and the program of its page runs as it says', async () => {
  const folder = await temporaryFolder()
  const installed = join(folder, 'node_modules/@daybook/client')
  const manifest = JSON.parse(await readFile(join(PACKAGE, 'package.json'), 'utf8')) as {
    files: string[]
    dependencies: object
  }
  expect(manifest).toMatchObject({ files: ['dist', 'README.md'], type: 'module', sideEffects: false })
  await mkdir(installed, { recursive: true })
  await sh(process.execPath, [TSC, '-p', join(PACKAGE, 'tsconfig.build.json'), '--outDir', join(installed, 'dist')])
  await writeFile(join(installed, 'package.json'), JSON.stringify(manifest))
  for (const name of Object.keys({ ...manifest.dependencies, 'openapi-typescript-helpers': '' }))
    await symlink(resolve('node_modules', name), join(folder, 'node_modules', name))
  await symlink(resolve('node_modules/@types'), join(folder, 'node_modules/@types'))

  const program = programOf(await readFile(join(PACKAGE, 'README.md'), 'utf8'))
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await writeFile(join(folder, 'program.ts'), program)
  const strict = [
    '--strict',
    '--noEmit',
    '--module',
    'nodenext',
    '--target',
    'es2024',
    '--types',
    'node',
    '--skipLibCheck',
  ]
  await sh(process.execPath, [TSC, '--ignoreConfig', ...strict, '--lib', 'es2024', 'program.ts'], {
    cwd: folder,
  }).catch((error: unknown) => expect.fail((error as { stdout: string }).stdout))

  await client.put('/v1/books/readme', 'book', {})
  const env = { ...process.env, DAYBOOK_URL: service.url, DAYBOOK_KEY: service.key, DAYBOOK_BOOK: 'readme' }
  const { stdout } = await sh(process.execPath, ['program.ts'], { cwd: folder, env })
  expect(stdout.trim().split('\n')).toEqual(printed(program))
})

function programOf(page: string): string {
  return [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block]) => block!).join('')
}

/** What stands behind what prints it: lines, with strokes between them. */
function printed(program: string): string[] {
  return [...program.matchAll(/console\.log\(.*\) \/\/ (.*)$/gm)].flatMap(([, lines]) => lines!.split(' / '))
}
