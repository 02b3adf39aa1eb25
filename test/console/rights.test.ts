import { expect, test } from 'vitest'
import { mayDo, ROLES_WITH } from '../../console/src/app/rights.ts'
import { isRight, RIGHTS, ROLES } from '../../src/access/rights.ts'

// What the console shows by somebody's roles is what the service lets them do.

test('the roles of each right are those that the service gives it to', () => {
  for (const [right, roles] of Object.entries(ROLES_WITH)) {
    expect([right, isRight(right)]).toEqual([right, true])
    const given = Object.entries(ROLES).flatMap(([role, { extent, rights }]) =>
      extent === 'book' && rights.some((one) => one === right) ? [role] : [],
    )
    expect([right, [...roles].toSorted()]).toEqual([right, given.toSorted()])
  }
})

test('what belongs to no book needs its right on every book, and nothing else does', () => {
  const everyBook = new Set(
    Object.values(RIGHTS).flatMap(({ right, least }) => (least === 'every-book' ? [right] : [])),
  )
  for (const right of Object.keys(ROLES_WITH) as (keyof typeof ROLES_WITH)[]) {
    const [role = ''] = ROLES_WITH[right]
    const me = { kind: 'user' as const, roles: [{ book: 'one', role, entity: null, until: null }], rights: [] }
    expect([right, mayDo(me, 'one', right)]).toEqual([right, !(everyBook as Set<string>).has(right)])
    expect([right, mayDo(me, 'other', right)]).toEqual([right, false])
    const everywhere = { ...me, roles: [{ ...me.roles[0]!, book: '*' }] }
    expect([right, mayDo(everywhere, 'one', right)]).toEqual([right, true])
  }
})

test('a single right is as good as a role that has it', () => {
  const me = { kind: 'client' as const, roles: [], rights: [{ book: 'one', right: 'audit:read', until: null }] }
  expect(mayDo(me, 'one', 'audit:read')).toBe(true)
  expect(mayDo(me, 'one', 'events:read')).toBe(false)
  expect(mayDo(undefined, 'one', 'audit:read')).toBe(false)
})
