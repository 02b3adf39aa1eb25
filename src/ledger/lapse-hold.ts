import type { RecordedEvent } from '../domain/event.ts'
import { decideHold } from '../domain/hold/decide-hold.ts'
import { holdFact, isHoldEvent } from '../domain/hold/hold.ts'
import type { RecordCommand } from './command.ts'

/** Who ends what ends by itself. */
export const BY_ITSELF = {
  actor: { type: 'system', id: 'holds' },
  client: { ip: null, userAgent: null, session: null },
} as const

/** Lines that most holds have, as groups and queues are measured. */
const USUAL_LINES = 4

/** Notes that the time of a hold is over, and gives its lines back. Nobody calls for it: the ledger does it by itself. */
export function lapseHold(book: string, hold: string): RecordCommand {
  return {
    ...BY_ITSELF,
    book,
    // With a blank at its beginning, which no key has that is sent: nobody else can use it first.
    idempotencyKey: ` holds:${hold}:lapsed`,
    dryRun: false,
    kind: 'record',
    type: 'hold-lapsed',
    lines: USUAL_LINES,
    needs: { accounts: [], targets: [], days: [], holds: [hold] },
    dataText: '{}',
    erasable: {},
    canonical: `POST /v1/books/${book}/holds/${hold}/lapse {}`,
    decide: (state, position) => decideHold(state, position, { kind: 'lapse', hold }),
    differs: (original) => (lapsedIn(original) === hold ? [] : ['/type']),
  }
}

/** The hold that an event notes the end of; undefined: it notes something else. */
function lapsedIn({ type, dataText }: RecordedEvent): string | undefined {
  if (!isHoldEvent(type)) return undefined
  const fact = holdFact(type, JSON.parse(dataText))
  return fact.type === 'hold-lapsed' ? fact.data.hold : undefined
}
