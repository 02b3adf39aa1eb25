import { describe, test } from 'vitest'
import { accrual } from '../../support/builders.ts'
import { change, submit, TUESDAY, WEDNESDAY } from '../../support/builders-orders.ts'
import { given, leaveWith } from '../../support/builders-requests.ts'

// What nobody has to decide about.

describe('approval and automaticUpTo', () => {
  test('nobody to ask: taken at once', () => {
    given()
      .underTerms({ approval: [] })
      .when(submit())
      .thenRecorded('request-submitted', { status: 'approved' })
      .thenLines('consumption annual 2026-07-06 -1.00 full', 'consumption annual 2026-07-07 -1.00 full')
      .thenRequest({ status: 'approved', agreed: [] })
  })

  test('taken at once up to a cost, and asked for above it', () => {
    const automatic = (automaticUpTo: string) => given().underTerms({ automaticUpTo }).when(submit())
    automatic('2').thenRecorded('request-submitted', { status: 'approved' })
    automatic('2.5').thenRecorded('request-submitted', { status: 'approved' })
    automatic('1.99').thenRecorded('request-submitted', { status: 'pending' })
  })

  test('the whole request counts, and not what one policy gives of it', () => {
    const policies = (carriedUpTo: string | null) => ({
      annual: leaveWith({ priority: 1, automaticUpTo: '2' }),
      carried: leaveWith({ automaticUpTo: carriedUpTo }),
    })
    const split = given(accrual('1'), accrual('5', { policy: 'carried' }))
    split.under(policies('2')).when(submit()).thenRecorded('request-submitted', { status: 'approved' })
    split.under(policies('1.5')).when(submit()).thenRecorded('request-submitted', { status: 'pending' })
    split.under(policies(null)).when(submit()).thenRecorded('request-submitted', { status: 'pending' })
  })

  test('a policy that gives nothing has no say', () => {
    given(accrual('2'), accrual('5', { policy: 'carried' }))
      .under({ annual: leaveWith({ priority: 1, approval: [] }), carried: leaveWith({}) })
      .when(submit())
      .thenRecorded('request-submitted', { status: 'approved' })
  })

  test('a change of what was granted at once is granted at once, too', () => {
    given(submit())
      .underTerms({ automaticUpTo: '2' })
      .when(change({ from: TUESDAY, to: WEDNESDAY }))
      .thenRecorded('request-changed', { status: 'approved' })
      .thenLines(
        'reversal of 2.1',
        'reversal of 2.2',
        'consumption annual 2026-07-07 -1.00 full',
        'consumption annual 2026-07-08 -1.00 full',
      )
  })
})
