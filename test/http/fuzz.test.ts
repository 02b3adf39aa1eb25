import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { accrual, consumption, day, policy } from '../support/builders.ts'
import { callsOf } from './document.ts'
import { objectionIn } from './objection.ts'
import { type Known, requestsOf } from './requests-arbitrary.ts'
import { must, serviceOfFile } from './service-of-file.ts'

/*
 * Whatever is sent, the service answers as its OpenAPI document says: never with a 5xx, with a status that the call
 * lists, and with a body that fits its schema and has no member beyond it. What the document allows is not called
 * invalid. Fails where a value gets past the edge that the ledger, the database or the printer cannot take.
 */

const service = serviceOfFile({ minPositionWaitMs: 0, webhookHttp: 'allow' })
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 60)

async function known(): Promise<Known> {
  const book = await service.book()
  const ended = policy({ resource: 'old-leave', retiredFrom: day('2026-01-01') })
  await must(service.call('PUT', `/v1/books/${book}/policies/ended`, { body: ended }))
  const { type: _accrual, ...earned } = accrual('25', { reference: 'R-1' })
  const { type: _consumption, ...taken } = consumption('1')
  const made = await must(
    service.call('POST', `/v1/books/${book}/accruals`, { body: earned, idempotencyKey: 'known-1' }),
  )
  await must(service.call('POST', `/v1/books/${book}/consumptions`, { body: taken, idempotencyKey: 'known-2' }))
  await must(service.call('PUT', `/v1/books/${book}/entities/e1`, { body: { name: 'Ada', email: 'ada@example.com' } }))
  const workingDays = { mon: '1', tue: '1', wed: '1', thu: '1', fri: '0.5', sat: '0', sun: '0' }
  await must(service.call('PUT', `/v1/books/${book}/calendars/office`, { body: { workingDays } }))
  const { position } = made.body as { position: number }
  await must(service.call('POST', `/v1/books/${book}/periods/2025-03/close`, { body: {}, idempotencyKey: 'known-3' }))
  const took = await must(service.call('POST', `/v1/books/${book}/snapshots`, { body: { asOf: '2026-03-31' } }))
  const snapshot = (took.body as { id: string }).id
  const transaction = `${position}.1`
  const asked = { id: 'r1', entity: 'e1', policy: 'annual', from: '2026-03-09', to: '2026-03-13' }
  await must(service.call('POST', `/v1/books/${book}/requests`, { body: asked, idempotencyKey: 'known-5' }))
  const line = { entity: 'e1', policy: 'wallet', amount: '1', effectiveOn: '2026-03-31' }
  const held = await must(service.call('POST', `/v1/books/${book}/holds`, { body: { lines: [line], seconds: 86_400 } }))
  const { hold } = held.body as unknown as { hold: { id: string } }
  const opened = await must(service.call('POST', `/v1/books/${book}/calendar-feeds`, { body: { entity: 'e1' } }))
  const { id: feed, url } = opened.body as { id: string; url: string }
  // Nobody listens there.
  const hook = 'http://127.0.0.1:1/hook'
  await must(service.call('PUT', `/v1/books/${book}/webhooks/hr`, { body: { url: hook, events: ['*'] } }))
  return {
    book: [book, book, book],
    policy: ['annual', 'wallet', 'wallet', 'sick', 'ended'],
    entity: ['e1', 'e2'],
    calendar: ['office', 'office', 'plant'],
    effectiveFrom: ['2026-07-01', '2027-01-01'],
    region: ['DE-BY', 'GB-ENG'],
    period: ['2025-03', '2025-04'],
    snapshot: [snapshot, '1'],
    request: ['r1', 'r1', 'r2'],
    hold: [hold.id, hold.id, 'hold-none'],
    id: ['r1'],
    resource: ['leave', 'money', 'old-leave'],
    transaction: [transaction, `${position + 1}.1`],
    reference: ['R-1'],
    code: ['day-taken'],
    feed: [feed],
    webhook: ['hr', 'hr', 'suite'],
    url: [hook, 'https://10.0.0.7/hook'],
    after: ['0'],
    manager: ['m1'],
    token: [url.split('/').at(-1)!, url.split('/').at(-1)!, 'none.ics'],
    'Idempotency-Key': ['known-1', 'known-2'],
    idempotencyKey: ['known-1', 'known-4'],
    knownAt: ['0', '3', '2026-03-31T08:15:30Z'],
    cursor: ['AAAA'],
    timeZone: ['UTC', 'Europe/Berlin'],
  }
}

// The names are needed before a service runs.
const CALLS = [
  'readMe',
  'createUser',
  'listUsers',
  'readUser',
  'changeUser',
  'inviteUser',
  'endUser',
  'choosePassword',
  'signIn',
  'listWaysToSignIn',
  'beginSignIn',
  'finishSignIn',
  'endSessionsOfLogin',
  'listSessions',
  'endSession',
  'endSessions',
  'createKey',
  'listKeys',
  'rotateKey',
  'endKey',
  'listAudit',
  'listAccesses',
  'readAccessReview',
  'listServiceAudit',
  'defineBook',
  'listBooks',
  'readBook',
  'definePolicy',
  'listPolicies',
  'readPolicy',
  'listPolicyVersions',
  'defineCalendar',
  'defineCalendarHoliday',
  'removeCalendarHoliday',
  'readPublicHolidays',
  'listCalendars',
  'readCalendar',
  'listCalendarVersions',
  'defineWorkPattern',
  'listWorkPatterns',
  'defineEntity',
  'listEntities',
  'readEntity',
  'exportEntity',
  'eraseEntity',
  'defineRetention',
  'readRetention',
  'defineAssignment',
  'listAssignments',
  'listEntityAssignments',
  'readAssignment',
  'listAssignmentVersions',
  'recordWorkedHours',
  'reverseWorkedHours',
  'listWorkedHours',
  'giveNotice',
  'listNotices',
  'defineDelegation',
  'listDelegations',
  'defineEmployment',
  'listEmployments',
  'submitRequest',
  'approveRequest',
  'rejectRequest',
  'cancelRequest',
  'changeRequest',
  'listRequests',
  'readRequest',
  'listAbsences',
  'readAwayCalendar',
  'createCalendarFeed',
  'listCalendarFeeds',
  'revokeCalendarFeed',
  'readCalendarFeed',
  'placeHold',
  'takeHold',
  'releaseHold',
  'listHolds',
  'readHold',
  'recordAccrual',
  'recordConsumption',
  'recordAdjustment',
  'recordReversal',
  'recordTransactions',
  'recordBulk',
  'listTransactions',
  'readTransaction',
  'listBalances',
  'listEntityBalances',
  'readStatement',
  'startRun',
  'listRuns',
  'readRun',
  'recordEncashment',
  'recordLeaving',
  'readForecast',
  'readExplanation',
  'listLots',
  'listEntitlements',
  'closePeriod',
  'reopenPeriod',
  'listPeriods',
  'takeSnapshot',
  'listSnapshots',
  'readSnapshot',
  'readSnapshotBalances',
  'listSnapshotChanges',
  'readStats',
  'defineWebhook',
  'listWebhooks',
  'readWebhook',
  'removeWebhook',
  'rotateWebhook',
  'listWebhookDeliveries',
  'replayWebhook',
  'testWebhook',
  'readEvents',
  'openLive',
  'createLiveTicket',
  'readLiveness',
  'readReadiness',
  'readSigningKeys',
  'readFrontPage',
  'readHealth',
  'listProblems',
  'readProblem',
  'readOpenApi',
  'readMetrics',
]

describe('whatever is sent is answered as the document says', () => {
  test('all calls are tried', () => {
    expect(
      callsOf(service.app)
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(CALLS.toSorted())
  })

  test.each(CALLS)('%s', async (id) => {
    const values = await known()
    const call = callsOf(service.app).find((call) => call.id === id)!
    await fc.assert(
      fc.asyncProperty(requestsOf(call, values), async (request) => {
        const { url, headers, body } = request
        const sent = { idempotencyKey: null, headers, ...(body === undefined ? {} : { body }) }
        expect(objectionIn(call, request, await service.call(call.method, url, sent))).toBeUndefined()
      }),
      { numRuns: call.parameters.length === 0 && Object.keys(call.body).length === 0 ? 2 : RUNS },
    )
  })
})
