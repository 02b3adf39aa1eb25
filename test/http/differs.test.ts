import { describe, expect, test } from 'vitest'
import { type Json, type JsonObject, must, type Reply, serviceOfFile } from './service-of-file.ts'

/*
 * A key that was used is the same command, or it is told where it is another one: never only that it is.
 */

const service = serviceOfFile()

const WEEK = { mon: '1', tue: '1', wed: '1', thu: '1', fri: '1', sat: '0', sun: '0' }
const XMAS = { date: '2026-12-25', name: 'Christmas' }
const NEW_YEAR = { date: '2026-01-01', name: 'New Year' }
const POLICY = { resource: 'leave', unit: 'day', scale: 2, dayExclusive: false, overdraftLimit: '0' }
const LINE = { entity: 'e1', policy: 'annual', amount: '1', effectiveOn: '2026-01-31' }
const LATER = '2027-01-01'

type Case = readonly [what: string, call: string, first: Json, again: Json]

async function sendBoth([, call, first, again]: Case): Promise<{ first: Reply; again: Reply }> {
  const book = await service.book({ annual: { ...POLICY, overdraftLimit: null } })
  const [method, path] = call.split(' ') as ['POST' | 'PUT', string]
  const url = path === '' ? `/v1/books/${book}` : `/v1/books/${book}/${path}`
  const sent = await must(service.call(method, url, { body: first, idempotencyKey: 'k' }))
  return { first: sent, again: await service.call(method, url, { body: again, idempotencyKey: 'k' }) }
}

const SAME: readonly Case[] = [
  [
    'holidays in another order',
    'PUT calendars/c',
    { workingDays: WEEK, holidays: [XMAS, NEW_YEAR] },
    { workingDays: WEEK, holidays: [NEW_YEAR, XMAS] },
  ],
  [
    'no holidays',
    'PUT calendars/c',
    { workingDays: WEEK },
    { workingDays: WEEK, holidays: [], workedDays: [], region: null },
  ],
  ['the usual hours of a day', 'PUT calendars/c', { workingDays: WEEK }, { workingDays: WEEK, hoursPerDay: '8.0' }],
  [
    'a whole holiday',
    'PUT calendars/c',
    { workingDays: WEEK, holidays: [XMAS] },
    { workingDays: WEEK, holidays: [{ ...XMAS, portion: 'full' }] },
  ],
  [
    'where a rota begins',
    'PUT calendars/c',
    { workingDays: WEEK, weeks: [WEEK, WEEK], effectiveFrom: LATER },
    { workingDays: WEEK, weeks: [WEEK, WEEK], weeksFrom: LATER, effectiveFrom: LATER },
  ],
  [
    'where a pattern begins',
    `PUT entities/e1/work-patterns/${LATER}`,
    { weeks: [WEEK] },
    { weeks: [WEEK], weeksFrom: LATER },
  ],
  [
    'a pattern that says nothing',
    `PUT entities/e1/work-patterns/${LATER}`,
    { workingDays: WEEK },
    { workingDays: WEEK, calendar: null },
  ],
  ['no name', 'PUT policies/p', POLICY, { ...POLICY, name: null, overdraftLimit: '0.00' }],
  [
    'usual terms of requests',
    'PUT policies/p',
    { ...POLICY, requests: {} },
    { ...POLICY, requests: { automaticUpTo: null, countCalendarDays: false } },
  ],
  ['the usual time zone', 'PUT ', { name: 'Other' }, { name: 'Other', timeZone: 'UTC' }],
  [
    'entities in another order',
    'POST snapshots',
    { asOf: '2026-03-31', entities: ['a', 'b'] },
    { asOf: '2026-03-31', entities: ['b', 'a', 'b'] },
  ],
  [
    'whole days of a request',
    'POST requests',
    { entity: 'e1', policy: 'annual', from: '2026-03-02', to: '2026-03-03' },
    { entity: 'e1', policy: 'annual', from: '2026-03-02', to: '2026-03-03', fromPortion: 'full', toPortion: 'full' },
  ],
  ['no department', 'PUT entities/e1', { kind: 'employee' }, { kind: 'employee', department: null, name: null }],
]

describe('what is usual and is said, or said in another order, is the same command', () => {
  test.each(SAME)('%s', async (...sent) => {
    for (const [what, call, one, other] of [sent, [sent[0], sent[1], sent[3], sent[2]]] as const) {
      const { first, again } = await sendBoth([what, call, one, other])
      expect(again).toMatchObject({
        status: first.status,
        text: first.text,
        headers: { 'idempotency-replayed': 'true' },
      })
    }
  })
})

const OTHER: readonly (readonly [...Case, differs: readonly string[]])[] = [
  [
    'from when a policy holds',
    'PUT policies/p',
    POLICY,
    { ...POLICY, effectiveFrom: '1900-01-01' },
    ['/effectiveFrom'],
  ],
  [
    'from when a policy holds, left out',
    'PUT policies/p',
    { ...POLICY, effectiveFrom: LATER },
    POLICY,
    ['/effectiveFrom'],
  ],
  [
    'from when a calendar holds',
    'PUT calendars/c',
    { workingDays: WEEK, effectiveFrom: LATER },
    { workingDays: WEEK },
    ['/effectiveFrom'],
  ],
  [
    'a holiday more',
    'PUT calendars/c',
    { workingDays: WEEK, holidays: [XMAS] },
    { workingDays: WEEK, holidays: [XMAS, NEW_YEAR] },
    ['/holidays/0/date', '/holidays/0/name', '/holidays/1'],
  ],
  [
    'a name that is left out',
    'PUT entities/e1',
    { kind: 'employee', name: 'Ada' },
    { kind: 'employee' },
    ['/name', '/email', '/personnelNumber', '/metadata'],
  ],
  ['another name', 'PUT entities/e1', { kind: 'employee', name: 'Ada' }, { kind: 'employee', name: 'Eve' }, ['/name']],
  ['what was left out', 'POST consumptions', LINE, { ...LINE, reference: 'r' }, ['/reference']],
  [
    'leave that is no adjustment below zero',
    'POST adjustments',
    LINE,
    { ...LINE, allowNegative: false },
    ['/allowNegative'],
  ],
  [
    'lines in another order',
    'POST transactions',
    {
      transactions: [
        { type: 'accrual', ...LINE },
        { type: 'accrual', ...LINE, entity: 'e2' },
      ],
    },
    {
      transactions: [
        { type: 'accrual', ...LINE, entity: 'e2' },
        { type: 'accrual', ...LINE },
      ],
    },
    ['/transactions/0/entity', '/transactions/1/entity'],
  ],
]

describe('where another command differs is said', () => {
  test.each(OTHER)('%s', async (what, call, one, other, differs) => {
    const { again } = await sendBoth([what, call, one, other])
    expect(again).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } })
    expect((again.body as JsonObject)['differs']).toEqual(differs)
  })
})
