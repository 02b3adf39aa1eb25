import type { PoolClient } from 'pg'
import { inOneWrite } from '../../db/one-write.ts'
import { dayIn } from '../../domain/calendar-date.ts'
import { accountKey } from '../../domain/recording/book-state.ts'
import type { RequestState } from '../../domain/request/request.ts'
import { printTransactionId } from '../../domain/transaction.ts'
import type { LimitNeed, RequestNeed } from '../needs.ts'
import type { GroupNeeds } from './group-needs.ts'
import { type Opened, placeDays } from './opened.ts'
import { readAccounts } from './opening/accounts.ts'
import { readDays } from './opening/days.ts'
import { type RequestReading, readingOf } from './opening/request-reading.ts'
import { readPeople, readRequestsAround, readStandIns, targetsOf } from './opening/requests.ts'
import type { Tip } from './tip.ts'

/** An opened book, with the needs of the group, to which the accounts and days of its requests are added. */
interface WithRequests {
  readonly opened: Opened
  readonly needs: GroupNeeds
}

/**
 * Reads what the requests of a group depend on, in one more round trip; nothing where the group is about none.
 * @param read the requests, as far as they exist
 * @param tip what is known of the group before, where that may not be in what is read
 */
export async function openRequests(
  db: PoolClient,
  book: string,
  opened: Opened,
  { needs, read, tip }: { needs: GroupNeeds; read: readonly RequestState[]; tip?: Tip },
): Promise<WithRequests> {
  if (needs.requests === undefined || needs.requests.length === 0) return { opened, needs }
  const { state, now, periods } = opened
  const requests = newestOf(needs.requests, read, tip)
  const reading = readingOf(needs.requests, requests, state.policies)
  const { accounts, days, people, standIns, around } = await readWhatTheyNeed(db, book, opened, { reading, tip })
  for (const account of accounts) state.accounts.set(accountKey(account), account)
  const asked = new Set(requests.keys())
  placeAround(requests, around, { reading, tip })
  for (const request of requests.values()) {
    // Of those around only leave whose days may be taken is reversed.
    if (!asked.has(request.request) && !reading.displaceable.has(request.resource)) continue
    for (const target of targetsOf(request)) state.targets.set(printTransactionId(target), target)
  }
  placeDays(state, tip === undefined ? days : days.filter(({ by }) => !tip.hasReversed(by)))
  const wanted = {
    ...needs,
    accounts: [...needs.accounts, ...reading.accounts],
    days: [...needs.days, ...reading.days],
    limits: [
      ...(needs.limits ?? []),
      ...reading.accounts.flatMap(({ entity, policy, from }): LimitNeed[] => [
        { entity, policy, of: 'leave' },
        { entity, policy, of: 'late-leave', on: from },
      ]),
    ],
  }
  tip?.overlay(state, wanted)
  const today = dayIn(periods.timeZone, new Date(now))
  return { opened: { ...opened, state: { ...state, requests: { today, requests, people, standIns } } }, needs: wanted }
}

/** As the group before left them, and else as they were read. */
function newestOf(
  needs: readonly RequestNeed[],
  read: readonly RequestState[],
  tip: Tip | undefined,
): Map<string, RequestState> {
  const requests = new Map(read.map((state) => [state.request, state]))
  for (const { request } of needs) {
    const moved = tip?.request(request)
    if (moved !== undefined) requests.set(request, moved)
  }
  return requests
}

/** Adds requests that may adjoin those that are decided, or whose days these may take: as they were read, unless the group before moved them. */
function placeAround(
  requests: Map<string, RequestState>,
  read: readonly RequestState[],
  { reading, tip }: { readonly reading: RequestReading; readonly tip: Tip | undefined },
): void {
  const entities = new Set(reading.around.map(({ entity }) => entity))
  for (const one of tip?.requestsOf(entities) ?? []) if (!requests.has(one.request)) requests.set(one.request, one)
  for (const one of read) if (!requests.has(one.request)) requests.set(one.request, one)
}

async function readWhatTheyNeed(
  db: PoolClient,
  book: string,
  { state }: Opened,
  { reading, tip }: { readonly reading: RequestReading; readonly tip: Tip | undefined },
) {
  const unknown = reading.accounts.filter((need) => tip?.account(accountKey(need)) === undefined)
  const [accounts, days, people, standIns, around] = await Promise.all(
    inOneWrite(
      db,
      () =>
        [
          readAccounts(db, book, unknown),
          readDays(db, book, reading.days, state.policies),
          readPeople(db, book, reading.entities),
          readStandIns(db, book, reading.actors),
          readRequestsAround(db, book, reading.around),
        ] as const,
    ),
  )
  return { accounts, days, people, standIns, around }
}
