import type { PoolClient } from 'pg'
import { query } from '../../../db/statement.ts'
import { EVERY_DAY } from '../../../domain/calendar/work-time.ts'
import { employmentsOf } from '../../../domain/definition/employment.ts'
import type { Target } from '../../../domain/recording/book-state.ts'
import type { Person, RequestLine, RequestState, StandIn } from '../../../domain/request/request.ts'
import type { Needs } from '../../needs.ts'
import { employmentFromRow } from '../../rows/employment-row.ts'
import { requestFromRow } from '../../rows/request-row.ts'
import { readWorkTimes } from '../../work-times.ts'
import type { DaysAround } from './request-reading.ts'
import { PEOPLE, REQUESTS, REQUESTS_AROUND, STAND_INS } from './requests.sql.ts'

/*
 * What commands about requests need besides what every command does. The requests come first: they say whose accounts and
 * which days are needed. All of it is read only where a group has such a command.
 */

/** The requests that commands name, as far as they exist. */
export async function readRequests(tx: PoolClient, book: string, needs: Needs['requests']): Promise<RequestState[]> {
  if (needs === undefined || needs.length === 0) return []
  const rows = await query(tx, REQUESTS, [book, [...new Set(needs.map(({ request }) => request))]])
  return rows.map(requestFromRow)
}

/** Requests that may adjoin those that are decided, or whose days these may take: live ones, and what others took from. */
export async function readRequestsAround(
  tx: PoolClient,
  book: string,
  around: readonly DaysAround[],
): Promise<RequestState[]> {
  if (around.length === 0) return []
  const rows = await query(tx, REQUESTS_AROUND, [
    book,
    around.map(({ entity }) => entity),
    around.map(({ resource }) => resource),
    around.map(({ from }) => from),
    around.map(({ to }) => to),
  ])
  return rows.map(requestFromRow)
}

/** The transactions that a command about a request may reverse: what it holds or has taken. */
export function targetsOf(request: RequestState): Target[] {
  const { entity, resource, status, request: id } = request
  const of = status === 'pending' ? PENDING : CONSUMPTION
  return request.lines.map(({ position, line, date, effectiveOn, policy, amount, scale, portion }: RequestLine) => ({
    position,
    line,
    request: id,
    hold: null,
    reversedBy: null,
    transaction: {
      ...of,
      line,
      entity,
      policy,
      resource,
      amount: -amount,
      scale,
      effectiveOn,
      meantFor: effectiveOn === date ? null : date,
      portion,
      reverses: null,
      reference: id,
      validUntil: null,
      carriedIn: false,
      byRule: null,
    },
  }))
}

const PENDING = { type: 'pending', component: 'pending' } as const
const CONSUMPTION = { type: 'consumption', component: 'consumed' } as const

/** What decides about the requests of entities; one that was never defined has nothing that could. */
export async function readPeople(
  tx: PoolClient,
  book: string,
  entities: readonly string[],
): Promise<ReadonlyMap<string, Person>> {
  if (entities.length === 0) return new Map()
  const [rows, times] = await Promise.all([query(tx, PEOPLE, [book, entities]), readWorkTimes(tx, book, entities)])
  const people = new Map<string, Person>()
  for (const entity of entities) {
    const row = rows.find(({ entity_id: id }) => id === entity)
    people.set(entity, {
      manager: row?.manager ?? null,
      employments: row === undefined ? [] : employmentsOf(employmentFromRow(row)),
      time: times.get(entity) ?? EVERY_DAY,
    })
  }
  return people
}

/** For whom somebody decides, at whatever time. */
export async function readStandIns(
  tx: PoolClient,
  book: string,
  actors: readonly string[],
): Promise<ReadonlyMap<string, readonly StandIn[]>> {
  if (actors.length === 0) return new Map()
  const rows = await query(tx, STAND_INS, [book, actors])
  return Map.groupBy(
    rows.map(({ entity_id: entity, delegate_id, from_day: from, to_day: to }) => ({ entity, delegate_id, from, to })),
    ({ delegate_id }) => delegate_id,
  )
}
