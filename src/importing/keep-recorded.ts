import type { CalendarVersion, Rota } from '../domain/calendar/calendar.ts'
import type { RecordedPattern } from '../domain/calendar/work-pattern.ts'
import type { EntityFacts } from '../domain/definition/facts.ts'
import type { CarriedOver } from '../domain/earning/posting.ts'
import type { RecordedEvent } from '../domain/event.ts'
import { evolveHold } from '../domain/hold/evolve-hold.ts'
import { type HoldFact, holdFact, holdStreamAt, isHoldEvent } from '../domain/hold/hold.ts'
import type { Period } from '../domain/period/period.ts'
import type { PolicyVersion } from '../domain/policy/policy.ts'
import type { Accepted } from '../domain/recording/accepted.ts'
import type { BookState } from '../domain/recording/book-state.ts'
import { recordedLines } from '../domain/recording/decide-lines.ts'
import { evolvedBy } from '../domain/request/evolve-request.ts'
import { isRequestEvent, requestFact, streamAt } from '../domain/request/request.ts'
import type { ClaimedDays, Definition } from '../ledger/definition.ts'
import type { EventRow } from '../ledger/writing/addition.ts'

/*
 * Events that were decided by earlier rules and would be decided otherwise today: what they recorded is kept, and what
 * follows from it is found without deciding anything.
 */

/** The stream that an event belongs to, with its version in it. */
type Stream = EventRow['stream']

/** What follows from an event with lines, or from one about a request. */
export function keptLines(state: BookState, event: RecordedEvent): { accepted: Accepted; stream: Stream } {
  const { position, type, transactions } = event
  if (isHoldEvent(type)) return keptHold(state, event, holdFact(type, JSON.parse(event.dataText)))
  if (!isRequestEvent(type)) {
    const accepted = recordedLines(state, position, transactions, [])
    const carriedOver = type === 'earned' ? carriedIn(event) : undefined
    return { accepted: carriedOver === undefined ? accepted : { ...accepted, carriedOver }, stream: null }
  }
  const fact = requestFact(type, JSON.parse(event.dataText))
  const { request, displaced = [] } = fact.data
  const moved = [request, ...displaced.map((other) => other.request)]
  const accepted = recordedLines(state, position, transactions, moved)
  const requests = moved.map((id) => {
    return [id, evolvedBy(state.requests?.requests.get(id), id, { fact, position, transactions })] as const
  })
  return {
    accepted: { ...accepted, changes: { ...accepted.changes, requests: new Map(requests) } },
    stream: streamAt(fact.data),
  }
}

function keptHold(state: BookState, event: RecordedEvent, fact: HoldFact): ReturnType<typeof keptLines> {
  const { hold } = fact.data
  const accepted = recordedLines(state, event.position, event.transactions, [], hold)
  const holds = new Map([[hold, evolveHold(state.holds.get(hold), fact, event)]])
  return { accepted: { ...accepted, changes: { ...accepted.changes, holds } }, stream: holdStreamAt(fact.data) }
}

/** What a carry-over kept, as its event says it. */
function carriedIn({ dataText }: RecordedEvent): CarriedOver | undefined {
  const { entity, policy, carried } = JSON.parse(dataText) as Omit<CarriedOver, 'carried'> & Partial<CarriedOver>
  return carried && { entity, policy, carried }
}

type RecordedPolicy = Omit<PolicyVersion, 'requests'> & Partial<PolicyVersion> & { readonly daysClaimed?: ClaimedDays }

type Named<Of> = Of & { readonly version: number }

/** What an event defines; undefined for a kind of definition that no rule decides otherwise today. */
export function keptDefinition(event: RecordedEvent): { definition: Definition; stream: Stream } | undefined {
  const { position } = event
  const data: unknown = JSON.parse(event.dataText)
  switch (event.type) {
    case 'policy-defined': {
      const { requests = null, daysClaimed: claims, ...terms } = data as RecordedPolicy
      const version: PolicyVersion = { ...terms, requests, position }
      return {
        definition: { kind: 'policy', version, ...(claims === undefined ? {} : { claims }) },
        stream: { name: `policy:${version.policy}`, version: version.version },
      }
    }
    case 'entity-defined': {
      const { entity, ...said } = data as Named<Partial<EntityFacts>> & { readonly entity: string }
      const facts = { employments: null, ...said, position } as EntityFacts
      return {
        definition: { kind: 'entity', entity, facts, profile: null },
        stream: { name: `entity:${entity}`, version: facts.version },
      }
    }
    case 'calendar-defined': {
      const { warnings: _warnings, ...said } = data as Said<CalendarVersion> & { readonly warnings?: unknown }
      const version = { ...withRota(said), workedDays: said.workedDays ?? [], position } as CalendarVersion
      const stream = { name: `calendar:${version.calendar}`, version: version.version }
      return { definition: { kind: 'calendar', version, parts: [] }, stream }
    }
    case 'work-pattern-defined': {
      const { entity, ...said } = data as Said<RecordedPattern> & { readonly entity: string }
      const facts = { ...withRota(said), position } as RecordedPattern
      return {
        definition: { kind: 'work-pattern', entity, facts },
        stream: { name: `work-pattern:${entity}`, version: facts.version },
      }
    }
    case 'period-closed':
    case 'period-reopened': {
      const { period, version } = data as { readonly period: Period; readonly version: number }
      const to = event.type === 'period-closed' ? 'closed' : 'open'
      const definition = {
        kind: 'period',
        period,
        facts: { version, status: to },
        pending: [],
        closedThrough: 'by-itself',
      } as const
      return { definition, stream: { name: `period:${period}`, version } }
    }
    default:
      return undefined
  }
}

/** As an event says it: weeks by themselves, and nothing of what is not used. */
type Said<Of extends { readonly rota: Rota | null }> = Named<Partial<Omit<Of, 'rota'>>> & Partial<Rota>

function withRota<Of extends Partial<Rota>>({
  weeks,
  weeksFrom,
  ...said
}: Of): Omit<Of, keyof Rota> & { rota: Rota | null } {
  return { ...said, rota: weeks && weeksFrom ? { weeks, weeksFrom } : null }
}
