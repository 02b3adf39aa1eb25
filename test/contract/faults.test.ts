import type { TSchema } from 'typebox'
import { expect, test } from 'vitest'
import { faultsIn } from '../../src/contract/faults.ts'
import { KeyDefinition, KeyRotation } from '../../src/contract/schemas/access.ts'
import { RetentionDefinition } from '../../src/contract/schemas/retention.ts'
import { WebhookDefinition } from '../../src/contract/schemas/webhooks.ts'

const KEY = { name: 'a machine', roles: [{ book: 'main', role: 'hr' }] }
const WEBHOOK = { url: 'https://hr.example.com/', events: ['*'] }

// Whoever is told that something does not fit has to know what would.
test.each<[what: string, schema: TSchema, body: object, pointer: string, message: RegExp]>([
  [
    'a name that is none of a list',
    WebhookDefinition,
    { ...WEBHOOK, events: ['request-aproved'] },
    '/events/0',
    /^must be "accrual-recorded", .*, "request-approved", .* or "\*"$/,
  ],
  ['the only name', WebhookDefinition, { ...WEBHOOK, include: ['all'] }, '/include/0', /^must be "erasable"$/],
  ['too few', WebhookDefinition, { ...WEBHOOK, entities: [] }, '/entities', /^must be a list of 1 to 1000$/],
  ['no text', WebhookDefinition, { ...WEBHOOK, url: '' }, '/url', /^must be a text of 1 to 2048 characters$/],
  [
    'a number beyond its bounds',
    RetentionDefinition,
    { reasonsMonths: 0 },
    '/reasonsMonths',
    /^must be a whole number from 1 to \d+$/,
  ],
  [
    'text for a number',
    KeyRotation,
    { overlapSeconds: '60' },
    '/overlapSeconds',
    /^must be a whole number from 0 to 604800$/,
  ],
  [
    'an instant without milliseconds',
    KeyDefinition,
    { ...KEY, expiresAt: '2027-01-01T00:00:00Z' },
    '/expiresAt',
    /^must be an instant in UTC with milliseconds, such as /,
  ],
])('%s is told what fits', (_what, schema, body, pointer, message) => {
  const faults = faultsIn(schema, body, 'body')
  expect(faults).toMatchObject([{ in: 'body', pointer }])
  expect(faults[0]?.message).toMatch(message)
})
