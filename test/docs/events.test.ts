import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import canonicalize from 'canonicalize'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { recordEveryEvent } from '../support/every-event.ts'

/*
 * docs/reference/events.md against the code, both ways: its headings are the event types there are, its tables name the
 * members that recorded events have, and its examples are what the ledger makes of the commands below. Between them
 * these commands say everything that a command can say.
 */

type Json = null | boolean | number | string | Json[] | { [member: string]: Json }
type Members = { [member: string]: Json }
type Shown = Members & { type: string; position: number; data: Json; erasable: Members }

let database: TestDatabase
let events: Shown[]
let page: Page

beforeAll(async () => {
  database = await testDatabase()
  events = (await recordEveryEvent(database.url)).map((text) => JSON.parse(text) as Shown)
  page = await readPage()
})
afterAll(() => database.drop())

test('there is a section for each event type and for nothing else', async () => {
  expect([...page.types.keys()].toSorted()).toEqual(await union('src/domain/event.ts', 'EventType'))
})

test('each event type is one of those recorded here', () => {
  expect([...new Set(events.map(({ type }) => type))]).toEqual([...page.types.keys()])
})

test('the tables name the members that events have', () => {
  const found = new Set(events.flatMap((event) => paths({ ...event, data: {} })))
  expect([...page.members].toSorted()).toEqual([...found].toSorted())
})

describe('`data`', () => {
  test('has the members of its type’s table', () => {
    for (const [type, of] of Map.groupBy(events, ({ type }) => type)) {
      const { members } = page.types.get(type)!
      const found = new Set(of.flatMap(({ data }) => paths(data)))
      expect({ type, members: [...members].toSorted() }).toEqual({ type, members: [...found].toSorted() })
    }
  })

  test('is what the example shows', () => {
    for (const [type, [first]] of Map.groupBy(events, ({ type }) => type)) {
      expect({ type, data: page.types.get(type)!.example }).toEqual({ type, data: first!.data })
    }
  })
})

test('the checks that a decision may name are those of the code, and no other was met', async () => {
  expect([...page.checks].toSorted()).toEqual(await union('src/domain/recording/decision.ts', 'Check'))
  const met = events.flatMap(({ decision }) => (decision as { checks: string[] }).checks)
  expect([...new Set(met)].toSorted()).toEqual([...page.checks].toSorted())
})

describe('the whole event shown', () => {
  test('is what the ledger recorded, but for what is different every time', () => {
    const sameEvent = events.find(({ position }) => position === page.whole.position)!
    expect(withoutChance(page.whole)).toEqual(withoutChance(sameEvent))
    expect(Object.keys(page.whole)).toEqual(Object.keys(sameEvent))
  })

  test('has the hash and the digest that it says', () => {
    for (const event of [page.whole, ...events]) {
      const { erasable, hash, ...hashed } = event
      // Of one everything that can be erased is.
      if (erasable === null) expect(['book-defined', 'entity-defined']).toContain(event.type)
      else expect(sha256(canonicalize(erasable)!)).toBe(event['erasableDigest'])
      expect(sha256(canonicalize(hashed)!)).toBe(hash)
    }
  })
})

interface Page {
  /** Paths below an event, other than those of `data`. */
  members: Set<string>
  types: Map<string, { members: Set<string>; example: Json }>
  checks: Set<string>
  whole: Shown
}

/** A section with a type's name for a title is about that type's `data`; the others are about all events. */
async function readPage(): Promise<Page> {
  const text = await readFile('docs/reference/events.md', 'utf8')
  const page: Page = { members: new Set(), types: new Map(), checks: new Set(), whole: {} as Shown }
  for (const section of text.split(/^#+ /m)) {
    const title = section.slice(0, section.indexOf('\n'))
    const rows = [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name!)
    const json = /^```json\n(.*?)^```/ms.exec(section)?.[1]
    const type = /^`(.+)`$/.exec(title)?.[1]
    if (type !== undefined) {
      page.types.set(type, { members: new Set(rows), example: JSON.parse(json ?? 'null') as Json })
    } else if (title === 'Checks') {
      page.checks = new Set(rows)
    } else {
      for (const row of rows) page.members.add(row)
      if (json !== undefined) page.whole = JSON.parse(json) as Shown
    }
  }
  return page
}

/** The texts of a union type, by name. */
async function union(file: string, name: string): Promise<string[]> {
  const source = await readFile(file, 'utf8')
  const declared = new RegExp(`export type ${name} =([^;]*?)\\n\\n`).exec(source)?.[1]
  return [...(declared ?? '').matchAll(/'([^']+)'/g)].map(([, text]) => text!).toSorted()
}

/** Members whose content is the caller's own, or described on a page of its own. */
const OPAQUE = ['metadata', 'leaveYear', 'earning', 'carryOver', 'spending', 'encashment']
/** Names that are data themselves, and how the page writes them. */
const NAMED = new Map([
  ['policyVersions', '<policy>'],
  ['lines', '<line>'],
  ['expectedVersions', '<line>'],
  ['roles', '<role>'],
  ['portions', '<date>'],
])

/** Every member below a value, such as `transactions[].amount`. */
function paths(value: Json, at = ''): string[] {
  const found = new Set<string>()
  const visit = (value: Json, at: string): void => {
    if (Array.isArray(value)) {
      for (const item of value) visit(item, `${at}[]`)
    } else if (value !== null && typeof value === 'object') {
      const last = at.slice(at.lastIndexOf('.') + 1)
      for (const [name, member] of Object.entries(value)) {
        const path = `${at}${at === '' ? '' : '.'}${NAMED.get(last) ?? name}`
        found.add(path)
        if (!OPAQUE.includes(name)) visit(member, path)
      }
    }
  }
  visit(value, at)
  return [...found]
}

/** An event without what no two recordings have in common. */
function withoutChance(event: Shown): Members {
  const { recordedAt: _recordedAt, previousHash: _previousHash, hash: _hash, erasableDigest: _digest, ...rest } = event
  const { salt: _salt, ...erasable } = event.erasable
  return { ...rest, erasable }
}

function sha256(text: string): string {
  return hash('sha256', text, 'hex')
}
