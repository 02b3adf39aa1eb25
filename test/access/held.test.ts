import { describe, expect, test } from 'vitest'
import { booksWith, entitiesOf, extentOf, grantsOn } from '../../src/access/held.ts'
import type { Granted, Principal } from '../../src/access/principal.ts'
import type { Role } from '../../src/access/rights.ts'
import { day } from '../support/builders.ts'

const TODAY = day('2026-03-31')

function grant(role: Role, also: Partial<Granted> = {}): Granted {
  return { book: 'main', entity: null, until: null, ...also, role }
}

function holder(...grants: Granted[]): Principal {
  return { kind: 'client', id: 'k1', credential: 'key:k1', grants, expiresAt: null }
}

describe('a role', () => {
  test('holds on its own book, or on every one', () => {
    const grants = [grant('payroll'), grant('auditor', { book: '*' }), grant('hr', { book: 'other' })]
    expect(grantsOn(holder(...grants), 'main', TODAY)).toEqual(grants.slice(0, 2))
  })

  test('holds on its last day, and not on the day after', () => {
    const one = holder(grant('hr', { until: TODAY }))
    expect(grantsOn(one, 'main', TODAY)).toHaveLength(1)
    expect(grantsOn(one, 'main', day('2026-04-01'))).toEqual([])
  })

  test('names who of the book its holder is, once', () => {
    expect(entitiesOf([grant('employee', { entity: 'e1' }), grant('hr', { entity: 'e1' }), grant('hr')])).toEqual([
      'e1',
    ])
  })
})

describe('a right', () => {
  test.each([
    ['of payroll', [grant('payroll')], 'balances:read', 'book'],
    ['not of payroll', [grant('payroll')], 'transactions:record', undefined],
    ['of anybody with a role', [grant('employee', { entity: 'e1' })], 'policies:read', 'book'],
    ['of nobody without one', [], 'policies:read', undefined],
    ['about oneself', [grant('employee', { entity: 'e1' })], 'requests:submit', 'own'],
    ['about oneself, without being anybody', [grant('employee')], 'requests:submit', undefined],
    ['about those one may be the manager of', [grant('employee', { entity: 'e1' })], 'balances:read', 'team'],
    ['to decide, of whoever is somebody', [grant('employee', { entity: 'e1' })], 'requests:decide', 'team'],
    ['the widest of several', [grant('employee', { entity: 'e1' }), grant('hr')], 'balances:read', 'book'],
    ['given by itself', [{ book: 'main', right: 'stats:read', entity: null, until: null }], 'stats:read', 'book'],
  ] as const)('%s', (_what, grants, right, extent) => {
    expect(extentOf(grants, right)).toBe(extent)
  })

  test('is held on the books of its grants, and on every one where one says so', () => {
    const some = [grant('admin'), grant('admin', { book: 'b2' }), grant('hr', { book: 'b3' })]
    expect(booksWith(holder(...some), 'keys:define', () => TODAY)).toEqual(['main', 'b2'])
    expect(booksWith(holder(...some, grant('admin', { book: '*' })), 'keys:define', () => TODAY)).toEqual(['*'])
    expect(booksWith(holder(grant('admin', { until: day('2026-03-30') })), 'keys:define', () => TODAY)).toEqual([])
  })
})
