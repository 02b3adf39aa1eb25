/*
 * Examples of answers, as the document shows them: an item of which one is held for a quarter of an hour, and then taken and
 * paid for.
 */

const HASH = '9f'.repeat(32)
const PLACED_AT = '2026-03-31T08:00:00.000Z'
const TAKEN_AT = '2026-03-31T08:05:00.000Z'
const EXPIRES_AT = '2026-03-31T08:15:00.000Z'

const stock = { entity: 'item-7', policy: 'stock', resource: 'stock' }
const wallet = { entity: 'ada', policy: 'wallet', resource: 'money' }
const line = {
  effectiveOn: '2026-03-31',
  portion: null,
  reverses: null,
  reversedBy: null,
  reference: 'cart-17',
  reason: null,
}
const placed = { position: 42, recordedAt: PLACED_AT }
const taken = { position: 43, recordedAt: TAKEN_AT }
const balance = { ...stock, unit: 'piece', asOf: '2026-03-31' }

const hold = {
  id: 'hold-7c1f0b2d5a9e4c6f8b3a1d0e',
  status: 'held',
  version: 1,
  lines: [{ transaction: '42.1', ...stock, amount: '1', effectiveOn: '2026-03-31', portion: null, taken: '0' }],
  expiresAt: EXPIRES_AT,
  endedAt: null,
  reference: 'cart-17',
}

export const HOLD_RECORDED = {
  ...placed,
  hash: HASH,
  hold,
  transactions: [{ id: '42.1', type: 'pending', ...stock, amount: '-1', ...line, ...placed }],
  balances: [{ ...balance, available: '99', spendable: '99', pending: '1', version: 2 }],
}

export const HOLD_TAKEN = {
  ...taken,
  hash: HASH,
  hold: { ...hold, status: 'taken', version: 2, lines: [{ ...hold.lines[0], taken: '1' }], endedAt: TAKEN_AT },
  transactions: [
    { id: '43.1', type: 'reversal', ...stock, amount: '1', ...line, reverses: '42.1', ...taken },
    { id: '43.2', type: 'consumption', ...stock, amount: '-1', ...line, ...taken },
    { id: '43.3', type: 'consumption', ...wallet, amount: '-20.00', ...line, ...taken },
  ],
  balances: [
    { ...balance, available: '99', spendable: '99', pending: '0', version: 4 },
    {
      ...wallet,
      unit: 'euro',
      asOf: '2026-03-31',
      available: '80.00',
      spendable: '80.00',
      pending: '0.00',
      version: 2,
    },
  ],
}

export const HOLD_LAPSED = { ...hold, status: 'lapsed', version: 2, endedAt: '2026-03-31T08:15:00.412Z' }
