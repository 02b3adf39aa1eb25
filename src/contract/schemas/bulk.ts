import { Type } from 'typebox'
import { PreviewedTransaction, TouchedBalance, Transaction } from './replies.ts'
import { hash, instant, LARGEST, position } from './scalars.ts'

/** What became of one command of a bulk. */
export const BulkOutcome = Type.Object(
  {
    index: Type.Integer({ minimum: 0, maximum: LARGEST, description: 'Which command, from 0.' }),
    status: Type.Integer({
      minimum: 200,
      maximum: 599,
      description: 'What the single call would have answered with.',
      examples: [201],
    }),
    replayed: Type.Optional(Type.Boolean({ description: 'true where it was recorded before.' })),
    position: Type.Optional(position('Where it was recorded.')),
    recordedAt: Type.Optional(instant('When the database wrote it.')),
    hash: Type.Optional(hash('SHA-256 of the event.')),
    transactions: Type.Optional(Type.Array(Type.Union([Transaction, PreviewedTransaction]))),
    balances: Type.Optional(Type.Array(TouchedBalance)),
    problem: Type.Optional(
      Type.Unsafe<object>({
        type: 'object',
        additionalProperties: true,
        description: 'Why not: a problem as the single call would have answered.',
      }),
    ),
  },
  { 'x-schema': 'BulkOutcome' },
)
