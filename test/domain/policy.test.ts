import { expect, test } from 'vitest'
import { newestVersion, sameTerms } from '../../src/domain/policy/policy.ts'
import { USUAL_TERMS } from '../../src/domain/request/terms.ts'
import { versionInForce } from '../../src/domain/version-in-force.ts'
import { day, policy } from '../support/builders.ts'
import { policyHistory } from '../support/builders-given.ts'

const march = policy({ effectiveFrom: day('2026-03-01') })
const june = policy({ effectiveFrom: day('2026-06-01') })
const inForce = (bodies: Parameters<typeof policyHistory>[1], on: string) =>
  versionInForce(policyHistory('annual', bodies), day(on)).version

test('a version is in force from its day on, until the next one is', () => {
  const history = [policy(), march, june]
  expect(inForce(history, '2026-02-28')).toBe(1)
  expect(inForce(history, '2026-03-01')).toBe(2)
  expect(inForce(history, '2026-05-31')).toBe(2)
  expect(inForce(history, '2026-06-01')).toBe(3)
})

test('a day before every version is decided by the first: a balance may be brought in from before', () => {
  expect(inForce([march, june], '1999-12-31')).toBe(1)
})

test('of two versions from the same day the later written one holds; one from an earlier day leaves what is scheduled', () => {
  expect(inForce([policy(), march, march], '2026-03-01')).toBe(3)
  expect(inForce([policy(), june, march], '2026-07-01')).toBe(2)
  expect(inForce([policy(), june, march], '2026-03-01')).toBe(3)
})

test('the newest version is the one written last, whether it is in force or not', () => {
  expect(newestVersion(policyHistory('annual', [june, march])).version).toBe(2)
})

test('terms are the same when every one of them is', () => {
  const terms = { ...policy(), overdraftLimit: '0', name: null, requests: null }
  const others = {
    resource: 'x',
    unit: 'hour',
    scale: 3,
    dayExclusive: false,
    overdraftLimit: null,
    name: 'Annual leave',
    requests: USUAL_TERMS,
    kindVisibleTo: 'hr',
  }
  expect(sameTerms(terms, { ...terms })).toBe(true)
  for (const [member, value] of Object.entries(others))
    expect(sameTerms(terms, { ...terms, [member]: value })).toBe(false)
})

test('terms are the same in whatever order they were said; the order of approval is one of them', () => {
  const requests = { ...USUAL_TERMS, approval: ['hr', 'boss'], roles: { hr: ['h1'], boss: ['b1'] } }
  const terms = { ...policy(), overdraftLimit: '0', name: null, requests }
  const turned = Object.fromEntries(Object.entries(requests).toReversed()) as unknown as typeof requests
  expect(sameTerms(terms, { ...terms, requests: { ...turned, roles: { boss: ['b1'], hr: ['h1'] } } })).toBe(true)
  expect(sameTerms(terms, { ...terms, requests: { ...requests, approval: ['boss', 'hr'] } })).toBe(false)
  expect(sameTerms(terms, { ...terms, requests: { ...requests, roles: { hr: ['b1'], boss: ['h1'] } } })).toBe(false)
})
