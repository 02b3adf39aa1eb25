import { beforeAll, expect, test } from 'vitest'
import { ANYBODY, RIGHTS } from '../../src/access/rights.ts'
import { bootstrapKey, type Reply, serviceOfFile } from '../http/service-of-file.ts'
import { addressOf, type Call, callsOf } from './calls.ts'
import {
  BOSS,
  holdOf,
  MISSING,
  type Onlooker,
  onlookers,
  PEOPLE,
  type Peopled,
  peopled,
  STANDS_IN,
  secretsOf,
} from './people.ts'

/*
 * Every read, by everybody who may look, about each of the people of a book, of another book, and about nobody. A new read
 * is tried by itself: what it is and how it is called is taken from the document of the API.
 */

const service = serviceOfFile()
const KEY = bootstrapKey({ because: 'what others see is held against what there is' })

let here: Peopled
let elsewhere: Peopled
let looking: readonly Onlooker[]

beforeAll(async () => {
  here = await peopled(service)
  elsewhere = await peopled(service)
  looking = await onlookers(service, here.book)
})

function reads(): readonly Call[] {
  return callsOf(service).filter(
    ({ id, method, path }) => method === 'GET' && path.includes('{book}') && id !== 'openLive',
  )
}

/** What a path names of one person. */
const NAMED_BY_PATH = ['entity', 'hold', 'request', 'transaction'] as const
/** What a query may name of one person. */
const NAMED_BY_QUERY = ['entity', 'manager', 'waitingFor', 'q', 'reference', 'department'] as const

/** Of what is not one's own to see, less is shown: not the same as to whoever sees all. */
const VIEWS: readonly string[] = ['exportEntity', 'listAbsences', 'listAccesses', 'listAudit', 'readAccessReview']

function idsOf({ book, transactions }: Peopled, person: string): Readonly<Record<string, string>> {
  return {
    book,
    entity: person,
    assignment: `ref-${person}`,
    request: `req-${person}`,
    hold: holdOf(person),
    transaction: transactions[person] ?? '999999.1',
  }
}

interface Asked {
  readonly address: string
  readonly accept: string
}

/** What examples name that the book does not have. */
const OF_THE_BOOK: Readonly<Record<string, string>> = { policy: 'annual' }

/** A call about one person, in all ways in which it can be asked about them. */
function asked(call: Call, at: Peopled, person: string): readonly Asked[] {
  const address = addressOf(call, idsOf(at, person))
  const needed = call.query
    .filter(({ required }) => required)
    .map(({ name, example }) => [name, OF_THE_BOOK[name] ?? example] as const)
  const named = NAMED_BY_QUERY.filter((name) => call.query.some((one) => one.name === name)).map((name) => [
    ...needed,
    [name, name === 'reference' ? `ref-${person}` : person] as const,
  ])
  const isNamed = NAMED_BY_PATH.some((name) => call.path.includes(`{${name}}`))
  const queries = isNamed || named.length === 0 ? [needed, ...named] : named
  return queries.flatMap((query) => {
    const text = new URLSearchParams(Object.fromEntries(query)).toString()
    // A stream of events does not end.
    const ending = call.mediaTypes.filter((type) => type !== 'text/event-stream')
    return ending.map((accept) => ({ address: text === '' ? address : `${address}?${text}`, accept }))
  })
}

/** Nothing is written meanwhile, so that each call is made once. */
const made = new Map<string, Promise<Reply>>()

function get(key: string, { address, accept }: Asked): Promise<Reply> {
  const call = `${key} ${accept} ${address}`
  const known = made.get(call)
  if (known !== undefined) return known
  const making = service.call('GET', address, { key, headers: { accept } })
  made.set(call, making)
  return making
}

/** Whatever one can tell of an answer, with the ids of who was asked about taken out. */
function told({ status, headers, text }: Reply, at: Peopled, person: string): unknown {
  // The id of a transaction is a number, as seconds are: `35.1` is no part of `12:00:35.137`.
  const transaction = new RegExp(`\\b${(at.transactions[person] ?? '999999.1').replace('.', '\\.')}\\b`, 'g')
  const ids = [holdOf(person), `req-${person}`, `ref-${person}`, transaction, person]
  const without = (said: string): string => ids.reduce<string>((left, id) => left.replaceAll(id, '…'), said)
  const { 'daybook-request-id': request, 'content-length': _length, date: _date, ...others } = headers
  const left = (said: string): string => without(said).replaceAll(String(request), '…')
  return { status, headers: JSON.parse(left(JSON.stringify(others))) as unknown, text: left(text) }
}

function isOfAnybody(call: Call): boolean {
  return (ANYBODY as readonly string[]).includes(RIGHTS[call.id].right)
}

function reachOf(one: Onlooker, call: Call): readonly string[] | undefined {
  return isOfAnybody(call) ? PEOPLE : one.reaches(RIGHTS[call.id].right)
}

/** Whoever sees some, and not all. */
function seeSome(call: Call): readonly { readonly one: Onlooker; readonly reach: readonly string[] }[] {
  return looking.flatMap((one) => {
    const reach = reachOf(one, call)
    return reach === undefined || reach === PEOPLE || RIGHTS[call.id].least === 'book' ? [] : [{ one, reach }]
  })
}

test('is refused to whoever has its right about nobody, and to nobody else', async () => {
  for (const call of reads()) {
    const { right, least } = RIGHTS[call.id]
    for (const one of looking) {
      const reach = reachOf(one, call)
      const isLetIn = reach !== undefined && (least !== 'book' || reach === PEOPLE)
      for (const question of asked(call, here, 'olga')) {
        const { status, body } = await get(one.key, question)
        expect({ call: call.id, by: one.name, isLetIn: status !== 403 }).toEqual({
          call: call.id,
          by: one.name,
          isLetIn,
        })
        if (!isLetIn) expect(body).toMatchObject({ code: 'forbidden', needs: right })
      }
    }
  }
})

test('says nothing of anybody who is out of reach, however it is asked', async () => {
  for (const call of reads()) {
    for (const { one, reach } of seeSome(call)) {
      const hidden = PEOPLE.filter((person) => !reach.includes(person))
      for (const person of [...PEOPLE, MISSING]) {
        for (const question of asked(call, here, person)) {
          const { text } = await get(one.key, question)
          // Whoever is to stand in for somebody knows for whom, and whoever asked about somebody that they did.
          const said = text
            .replaceAll(/"delegate":"\w+","entity":"\w+"/g, '')
            .replace(/"calls":\[.*?\](?=,"events")/, '')
          // What was asked for may be said again, as a problem does: that it is so of nobody, another test says.
          const shown = hidden.filter((other) => other !== person && secretsOf(other).test(said))
          expect({ by: one.name, ...question, shown }).toEqual({ by: one.name, ...question, shown: [] })
        }
      }
    }
  }
})

test('answers about whoever is out of reach exactly as about nobody', async () => {
  for (const call of reads()) {
    for (const { one, reach } of seeSome(call)) {
      const missing = asked(call, here, MISSING)
      for (const person of PEOPLE.filter((person) => !reach.includes(person))) {
        const isBoss = reach.some((one) => BOSS[one] === person || STANDS_IN[person] === one)
        for (const [index, question] of asked(call, here, person).entries()) {
          // Who decides about somebody within reach is no secret.
          if (isBoss && /(manager|waitingFor)=/.test(question.address)) continue
          const answer = told(await get(one.key, question), here, person)
          const none = told(await get(one.key, missing[index]!), here, MISSING)
          expect({ by: one.name, ...question, answer }).toEqual({ by: one.name, ...question, answer: none })
        }
      }
    }
  }
})

test('answers about whoever is within reach what whoever sees all is answered', async () => {
  for (const call of reads()) {
    const isOfOne = NAMED_BY_PATH.some((name) => call.path.includes(`{${name}}`))
    if (!isOfOne || VIEWS.includes(call.id)) continue
    for (const { one, reach } of seeSome(call)) {
      for (const person of reach) {
        for (const question of asked(call, here, person)) {
          const [answer, whole] = [await get(one.key, question), await get(KEY, question)]
          const said = ({ status, text }: Reply): object => ({ by: one.name, ...question, status, text })
          expect(said(answer)).toEqual(said(whole))
          expect(secretsOf(person).test(answer.text), `${question.address} is about ${person}`).toBe(true)
        }
      }
    }
  }
})

test('does not know another book, whoever is in it', async () => {
  const nowhere = { book: 'nowhere', transactions: {} }
  for (const call of reads()) {
    for (const one of looking.slice(0, 2)) {
      for (const person of ['emma', MISSING]) {
        const missing = asked(call, nowhere, person)
        for (const [index, question] of asked(call, elsewhere, person).entries()) {
          const there = told(await get(one.key, question), elsewhere, person)
          const gone = told(await get(one.key, missing[index]!), nowhere, person)
          expect(there).toMatchObject({ status: 404 })
          expect(JSON.stringify(there).replaceAll(elsewhere.book, 'nowhere')).toEqual(JSON.stringify(gone))
        }
      }
    }
  }
})
