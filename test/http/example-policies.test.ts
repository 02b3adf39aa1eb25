import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { type JsonObject, must, serviceOfFile } from './service-of-file.ts'

// The policies of examples/policies, each as a client would put it.

const service = serviceOfFile()

const FOLDER = 'examples/policies'
const files = (await readdir(FOLDER)).filter((name) => name.endsWith('.json'))

interface Example {
  readonly id: string
  readonly name: string
  readonly source: string
  readonly note: string
  readonly policy: JsonObject
}

async function read(file: string): Promise<Example> {
  return JSON.parse(await readFile(`${FOLDER}/${file}`, 'utf8')) as Example
}

test('there are those that the page lists, and no others', async () => {
  const page = await readFile(`${FOLDER}/README.md`, 'utf8')
  const listed = [...page.matchAll(/^\| \[`([a-z0-9-]+)`\]\(\1\.json\) \| (.*?) \|/gm)].map(([, id, name]) => [
    `${id}.json`,
    name,
  ])
  const there = await Promise.all(files.toSorted().map(async (file) => [file, (await read(file)).name]))
  expect(listed).toEqual(there)
})

describe.each(files)('%s', (file) => {
  test('says what it is, by which source, and what to know of it', async () => {
    const { id, name, source, note, ...rest } = await read(file)
    expect(`${id}.json`).toBe(file)
    expect(Object.keys(rest)).toEqual(['policy'])
    for (const text of [name, source, note]) expect(text).toMatch(/^\S.{10,}\S$/)
    expect(note).toMatch(/\.$/)
  })

  test('is accepted, read as it is said, and unchanged when it is put again', async () => {
    const { id, policy } = await read(file)
    const book = await service.book({})
    const path = `/v1/books/${book}/policies/${id}`
    await must(service.call('PUT', path, { body: policy }))
    const { requests: _requests, overdraftLimit: _limit, ...said } = policy
    const shown = (await must(service.call('GET', `${path}?explain=true`))).body as JsonObject
    expect(shown).toMatchObject(said)
    expect(shown['text']).toMatch(/^[A-Z].{40,}\.$/)
    expect(await service.call('PUT', path, { body: policy })).toMatchObject({ status: 200, body: { version: 1 } })
  })
})
