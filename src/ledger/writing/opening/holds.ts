import type { PoolClient } from 'pg'
import { query } from '../../../db/statement.ts'
import type { HoldState } from '../../../domain/hold/hold.ts'
import type { Target } from '../../../domain/recording/book-state.ts'
import type { AccountNeed, Needs } from '../../needs.ts'
import { holdFromRow } from '../../rows/hold-row.ts'
import { HOLDS, NEXT_END, OVER } from './holds.sql.ts'

/** The holds that commands name, as far as they exist. */
export async function readHolds(tx: PoolClient, book: string, holds: Needs['holds']): Promise<HoldState[]> {
  if (holds === undefined || holds.length === 0) return []
  const rows = await query(tx, HOLDS, [book, [...new Set(holds)]])
  return rows.map(holdFromRow)
}

/** @returns null where nothing is held */
export async function readNextEnd(tx: PoolClient, book: string): Promise<string | null> {
  const [row] = await query(tx, NEXT_END, [book])
  return row === undefined ? null : row.expires_at.toISOString()
}

/** Holds that are over at an instant, and still hold something: as many as are given back at once. */
export async function readOver(tx: PoolClient, book: string, now: string): Promise<HoldState[]> {
  const rows = await query(tx, OVER, [book, now])
  return rows.map(holdFromRow)
}

/** The lines that a command about a hold gives back. */
export function heldTargets({ hold, placedPosition: position, reference, lines }: HoldState): Target[] {
  return lines.map(({ line, entity, policy, resource, amount, scale, effectiveOn, portion }) => ({
    position,
    line,
    request: null,
    hold,
    reversedBy: null,
    transaction: {
      type: 'pending',
      component: 'pending',
      line,
      entity,
      policy,
      resource,
      amount: -amount,
      scale,
      effectiveOn,
      meantFor: null,
      portion,
      reverses: null,
      reference,
      validUntil: null,
      carriedIn: false,
      byRule: null,
    },
  }))
}

/** The accounts that it is held from. */
export function heldAccounts({ lines }: HoldState): AccountNeed[] {
  return lines.map(({ entity, policy, effectiveOn: from }) => ({ entity, policy, from }))
}
