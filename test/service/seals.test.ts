import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { sealsOf } from '../../src/service/seals.ts'

const dataDir = await mkdtemp(join(tmpdir(), 'daybook-seals-'))
afterAll(() => rm(dataDir, { recursive: true }))

const OF = { purpose: 'webhook', id: 'main/payroll' }

test('beside an embedded database a key is made once, for its owner alone; several processes have the same', async () => {
  const [one, other] = await Promise.all(Array.from({ length: 8 }, () => sealsOf({ given: undefined, dataDir })))
  const file = join(dataDir, 'secret.key')
  expect(other!.open(one!.seal('a-secret', OF), OF)).toBe('a-secret')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  const again = await sealsOf({ given: undefined, dataDir })
  expect(again!.open(one!.seal('a-secret', OF), OF)).toBe('a-secret')
  expect(await readdir(dataDir)).toEqual(['secret.key'])
  expect((await readFile(file, 'utf8')).trim()).toHaveLength(43)
})

test('a file that holds no key is said', async () => {
  await writeFile(join(dataDir, 'secret.key'), 'no key\n')
  await expect(sealsOf({ given: undefined, dataDir })).rejects.toThrow('secret.key holds no key of 32 bytes')
})

test('a database elsewhere has no key beside it: without one of the configuration no secret is kept', async () => {
  expect(await sealsOf({ given: undefined, dataDir: undefined })).toBeUndefined()
  expect(await sealsOf({ given: [Buffer.alloc(32)], dataDir: undefined })).toBeDefined()
})
