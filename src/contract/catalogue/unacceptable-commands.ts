import { Type } from 'typebox'
import { day, id, quantity, transactionId } from '../schemas/scalars.ts'
import type { CatalogueEntry } from './entry.ts'
import { originalPosition } from './original-position.ts'

const rule = Type.String({ description: 'The name of the rule.', examples: ['policy-scale-not-lowered'] })
const limit = Type.String({
  description:
    'What the rule allows, or forbids. Left out, with `others`, where it is about a transaction or a request that the ' +
    'caller may not read.',
  examples: ['2'],
})

/** What a book does not take, whatever else is recorded: 413 to 422. */
export const unacceptableCommands = {
  'too-large': {
    status: 413,
    title: 'Request too large',
    description:
      'The body is larger than the service accepts, or what it decompresses to is. Send it in parts: several bulks, ' +
      'several commands. What is left of it is read before the answer and thrown away, for 10 seconds and up to 256 ' +
      'MiB.',
    members: {},
  },
  'unsupported-media-type': {
    status: 415,
    title: 'Unsupported media type',
    description:
      'Bodies are `application/json` in UTF-8; those of a bulk may also be `application/x-ndjson`. They may be ' +
      'compressed, with `Content-Encoding: gzip` or `zstd`.',
    members: {},
  },
  'weak-password': {
    status: 422,
    title: 'Weak password',
    description:
      'A password has 15 to 128 characters, whichever they are, and is not one of those that are tried first: common words, names, ' +
      'rows of a keyboard, repetitions (NIST SP 800-63B-4).',
    members: {
      reason: Type.Enum(['too-short', 'too-long', 'expected'], {
        type: 'string',
        description: 'What is the matter with it.',
      }),
    },
  },
  'unknown-role': {
    status: 422,
    title: 'Unknown role',
    description: 'There is no role, or no right, of this name. docs/reference/access.md lists them.',
    members: {
      name: Type.String({ description: 'The name that was given.', examples: ['boss'] }),
      pointer: Type.String({
        description: 'Where it stands: a JSON pointer into the body.',
        examples: ['/roles/0/role'],
      }),
    },
  },
  'webhook-address-refused': {
    status: 422,
    title: 'Webhook address refused',
    description:
      'The service does not call this address for others: only `https`, without credentials in it, at an address of the ' +
      'internet. `DAYBOOK_WEBHOOK_ALLOW` names others that may be called.',
    members: {
      url: Type.String({ description: 'The address that was given.', examples: ['https://10.0.0.7/hooks'] }),
      why: Type.String({ description: 'Why it is not called.', examples: ['its address is private'] }),
    },
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'Idempotency key reused',
    description:
      'The key belongs to another command of this book, for ever. A new intent needs a new key; `differs` says where this ' +
      'command is not the one that was recorded. Of what somebody else recorded that the caller may not read, neither that nor ' +
      '`originalPosition` is said.',
    members: {
      originalPosition,
      differs: Type.Optional(Type.Array(Type.String({ description: 'JSON pointer into the body; empty: the whole.' }))),
    },
  },
  'unknown-policy': {
    status: 422,
    title: 'Unknown policy',
    description: 'The book has no policy with this id. `PUT /v1/books/{book}/policies/{policy}` makes one.',
    members: {
      policy: Type.Optional(id('The id that was asked for.', 'annual-leave')),
      resource: Type.Optional(id('What no policy counts.', 'annual-leave')),
    },
  },
  'policy-does-not-earn': {
    status: 422,
    title: 'Policy does not earn',
    description:
      'The policy says neither `earning` nor `carryOver` in any of its versions, and has a limit: nobody gets anything by being ' +
      'assigned to it. Say there what is earned, or name another policy.',
    members: { policy: id('The policy.', 'annual-leave') },
  },
  'unknown-calendar': {
    status: 422,
    title: 'Unknown calendar',
    description: 'The book has no calendar with this id. `PUT /v1/books/{book}/calendars/{calendar}` makes one.',
    members: {
      calendar: Type.Optional(
        id(
          'The id that was asked for. Left out where it is that of an entity, for whoever may neither read nor define it.',
          'de-by',
        ),
      ),
    },
  },
  'scale-exceeded': {
    status: 422,
    title: 'Too many decimals',
    description: 'The quantity has more decimals than the policy keeps, and the service does not round.',
    members: {
      policy: Type.Optional(id('The policy.', 'annual-leave')),
      scale: Type.Optional(Type.Integer({ minimum: 0, maximum: 8, description: 'Decimals that the policy keeps.' })),
      amount: Type.Optional(
        quantity('What was asked for. Left out, with the others, of a request that the caller may not read.', '0.125'),
      ),
    },
  },
  'not-due': {
    status: 422,
    title: 'Not due',
    description: 'A run may go as far ahead as the end of the next calendar year, by the today of its book.',
    members: {
      through: day('The day that was asked for.', '2029-01-31'),
      last: day('The last day that may be asked for.', '2027-12-31'),
    },
  },
  'not-worked-out': {
    status: 422,
    title: 'Not worked out',
    description:
      'What the rules of the policy come to cannot be worked out for this account: mostly because its calendar does not say enough, ' +
      'else because an amount would have more than 18 digits before the point. ' +
      'Runs pass over it as well, and name it among their problems.',
    members: {
      entity: id('Whose account.', 'ada'),
      policy: id('Under which policy.', 'annual-leave'),
    },
  },
  'not-reversible': {
    status: 422,
    title: 'Not reversible',
    description:
      'A reversal cannot be reversed: record what it undid once more. A line of a request cannot be reversed either: ' +
      'cancel the request, or the day. Nor can a line that is held: take or release the hold.',
    members: {
      transaction: Type.Optional(transactionId('The transaction to undo.')),
      requestId: Type.Optional(
        id('The request that it belongs to; for whoever may read transactions or requests.', 'r-17'),
      ),
      holdId: Type.Optional(
        id('The hold that it is held by; for whoever may read transactions or requests.', 'hold-7c1f'),
      ),
    },
  },
  'no-working-days': {
    status: 422,
    title: 'No working days',
    description: 'On none of the days does the entity work, so there is nothing to take.',
    members: {
      entity: Type.Optional(
        id('Whose days. Left out, with the others, where the caller may not read the request.', 'ada'),
      ),
      from: Type.Optional(day('The first of them.', '2026-12-26')),
      to: Type.Optional(day('The last of them.', '2026-12-27')),
    },
  },
  'outside-employment': {
    status: 422,
    title: 'Outside employment',
    description:
      'A day of the request is outside every period of employment. When those are, is said to whoever may read or define ' +
      'entities; and `entity` and `date` to whoever named it or may read the request.',
    members: {
      entity: Type.Optional(id('Whose request.', 'ada')),
      date: Type.Optional(day('The first such day.', '2027-04-01')),
      hiredOn: Type.Optional(Type.Union([day('First day of employment.', '2024-09-01'), Type.Null()])),
      leftOn: Type.Optional(Type.Union([day('Last day of employment.', '2027-03-31'), Type.Null()])),
      employments: Type.Optional(
        Type.Array(
          Type.Object({
            from: Type.Union([day('First day.', '2024-09-01'), Type.Null()]),
            to: Type.Union([day('Last day.', '2027-03-31'), Type.Null()]),
          }),
          { description: 'All periods, where there are several: `hiredOn` and `leftOn` are of the last one.' },
        ),
      ),
    },
  },
  'rule-violated': {
    status: 422,
    title: 'Rule violated',
    description: 'The command is against a rule of the book; `rule` names it.',
    members: {
      rule,
      limit: Type.Optional(limit),
      others: Type.Optional(
        Type.Array(Type.Object({ rule, limit }), { description: 'Of a request: the other rules that it is against.' }),
      ),
    },
  },
} as const satisfies Record<string, CatalogueEntry>
