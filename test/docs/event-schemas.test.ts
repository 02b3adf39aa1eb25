import { readdir, readFile } from 'node:fs/promises'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { TSchema } from 'typebox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventOfAnyType } from '../../src/contract/events/envelope.ts'
import { EVENT_DATA, envelopeSchema, eventSchema } from '../../src/contract/events/event-schemas.ts'
import type { EventType } from '../../src/domain/event.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { schemaFaults } from '../support/event-schemas.ts'
import { recordEveryEvent } from '../support/every-event.ts'

/*
 * docs/reference/events/ and the tables of docs/reference/events.md are written from src/contract/events/. Refreshed by:
 * npm test -- test/docs/event-schemas.test.ts --update
 */

const FOLDER = 'docs/reference/events'
const types = Object.keys(EVENT_DATA) as EventType[]
const files = new Map([
  ['event.json', envelopeSchema()],
  ...types.map((type): [string, object] => [`${type}.json`, eventSchema(type)]),
])

describe('JSON Schemas', () => {
  test.each([...files])('%s is what the code says', async (name, schema) => {
    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(`../../${FOLDER}/${name}`)
  })

  test('there are no others', async () => {
    expect((await readdir(FOLDER)).toSorted()).toEqual([...files.keys()].toSorted())
  })

  test('are JSON Schemas of draft 2020-12', async () => {
    const ajv = new Ajv2020({ strict: false })
    for (const name of files.keys()) {
      const schema = JSON.parse(await readFile(`${FOLDER}/${name}`, 'utf8')) as object
      expect(ajv.validateSchema(schema), name).toBe(true)
    }
  })
})

describe('recorded events', () => {
  let database: TestDatabase
  let lines: string[]
  beforeAll(async () => {
    database = await testDatabase()
    lines = await recordEveryEvent(database.url)
  })
  afterAll(() => database.drop())

  test('of every type are what their schemas say', () => {
    expect(schemaFaults(lines)).toEqual([])
    expect(new Set(lines.map((line) => (JSON.parse(line) as { type: string }).type))).toEqual(new Set(types))
  })

  test('with a member more, one less or one of another kind are not', () => {
    for (const line of lines) {
      const event = JSON.parse(line) as { data: Record<string, unknown>; hash?: string; position: unknown }
      const { hash: _hash, ...less } = event
      const damaged = [
        { ...event, data: { ...event.data, more: 1 } },
        less,
        { ...event, position: String(event.position) },
      ]
      expect(damaged.filter((one) => schemaFaults([JSON.stringify(one)]).length === 0)).toEqual([])
    }
  })
})

test('the tables of docs/reference/events.md say what the schemas say', async () => {
  const page = await readFile('docs/reference/events.md', 'utf8')
  const sections = page.split(/^(?=##+ )/m).map((section) => {
    const title = section.slice(section.indexOf(' ') + 1, section.indexOf('\n'))
    const rows = rowsFor(title)
    return rows === undefined ? section : section.replace(/(^\|---\|---\|\n)(?:\|.*\n)*/m, `$1${rows.join('')}`)
  })
  await expect(sections.join('')).toMatchFileSnapshot('../../docs/reference/events.md')
})

/** What a section's table has to say; undefined where it is about something else. */
function rowsFor(title: string): string[] | undefined {
  const type = /^`(.+)`$/.exec(title)?.[1] as EventType | undefined
  if (type !== undefined) return rowsOf(EVENT_DATA[type])
  const all = rowsOf(eventOfAnyType)
  const below = (name: string): string[] => all.filter((row) => new RegExp(`^\\| \`${name}[.[]`).test(row))
  switch (title) {
    case 'Every event':
      return all.filter((row) => !/^\| `(transactions|decision|erasable)[.[]/.test(row))
    case 'Transactions':
      return below('transactions')
    case 'Decision':
      return below('decision')
    case 'Erasable':
      return below('erasable')
    default:
      return undefined
  }
}

interface Schema {
  readonly description?: string
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly patternProperties?: Readonly<Record<string, Schema>>
  readonly 'x-called'?: string
  readonly 'x-described-elsewhere'?: boolean
}

/** Every member below a schema, one row each. */
function rowsOf(schema: TSchema, at = ''): string[] {
  const { anyOf = [], items, properties = {}, patternProperties = {}, 'x-called': called } = schema as Schema
  const named = Object.entries(properties).concat(Object.values(patternProperties).map((member) => [called!, member]))
  return [
    ...named.flatMap(([name, member]) => {
      const path = at === '' ? name : `${at}.${name}`
      const below = member['x-described-elsewhere'] === true ? [] : rowsOf(member, path)
      return [`| \`${path}\` | ${member.description ?? ''} |\n`, ...below]
    }),
    ...(items === undefined ? [] : rowsOf(items, `${at}[]`)),
    ...anyOf.flatMap((one) => rowsOf(one, at)),
  ]
}
