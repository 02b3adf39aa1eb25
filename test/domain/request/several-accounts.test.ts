import { describe, test } from 'vitest'
import { accrual } from '../../support/builders.ts'
import { approve, change, submit, TUESDAY, WEDNESDAY } from '../../support/builders-orders.ts'
import { given, leaveWith } from '../../support/builders-requests.ts'

const FIRST = leaveWith({ priority: 1 })
const SECOND = leaveWith({ priority: 2 })
const OWING = leaveWith({ priority: 2 }, { overdraftLimit: '2' })

describe('a request over several accounts that is refused for its balance names all of them', () => {
  const held = given(accrual('1'), accrual('1', { policy: 'carried' }))
    .under({ annual: FIRST, carried: SECOND })
    .and(submit())

  test('when it is changed: what it holds already counts as theirs', () => {
    held.when(change({ to: WEDNESDAY })).thenRefused({
      code: 'insufficient-balance',
      entity: 'e1',
      policy: 'annual',
      available: '2.00',
      requested: '3.00',
      firstViolatedOn: WEDNESDAY,
      accounts: [
        { policy: 'annual', available: '1.00' },
        { policy: 'carried', available: '1.00' },
      ],
    })
  })

  test('when it is approved, and a limit was tightened meanwhile', () => {
    given(accrual('1'))
      .under({ annual: FIRST, carried: OWING })
      .and(accrual('0.5', { policy: 'carried' }), submit())
      .when(approve(), { policies: { annual: FIRST, carried: SECOND } })
      .thenRefused({
        code: 'insufficient-balance',
        entity: 'e1',
        policy: 'carried',
        available: '0.50',
        requested: '1.00',
        firstViolatedOn: TUESDAY,
        accounts: [
          { policy: 'annual', available: '1.00' },
          { policy: 'carried', available: '0.50' },
        ],
      })
  })

  test('when it is approved from a single account, that one alone', () => {
    given(accrual('1'))
      .under({ annual: leaveWith({}, { overdraftLimit: '2' }) })
      .and(submit())
      .when(approve(), { policies: { annual: leaveWith({}) } })
      .thenRefused({
        code: 'insufficient-balance',
        entity: 'e1',
        policy: 'annual',
        available: '0.00',
        requested: '1.00',
        firstViolatedOn: TUESDAY,
      })
  })
})
