import { randomUUID } from 'node:crypto'
import type { RecountCause } from '../domain/request/request.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Verdict } from '../ledger/verdict.ts'
import { recountRequest } from './about-request.ts'
import type { Caller } from './context.ts'

/** A request that is to be counted again, and because of what. */
export interface Recount {
  readonly request: string
  readonly cause: RecountCause
}

/** Has a request counted again. One definition has one request counted once, whoever asks for it and however often. */
export async function recountOnce(ledger: Pick<Ledger, 'submit'>, book: string, recount: Recount): Promise<Verdict> {
  const { request, cause } = recount
  const key = `recount:${request}:${cause.position}`
  const verdict = await ledger.submit(recountRequest(callerOf(book, key), request, cause))
  const isTaken = verdict.outcome === 'refused' && verdict.refused.refusal.code === 'idempotency-key-reused'
  // Somebody else's command has that key. With any other a second count is still none: it finds no difference.
  if (!isTaken) return verdict
  return ledger.submit(recountRequest(callerOf(book, `${key}:${randomUUID()}`), request, cause))
}

function callerOf(book: string, idempotencyKey: string): Caller {
  return {
    book,
    idempotencyKey,
    actor: { type: 'system', id: 'late-facts' },
    client: { ip: null, userAgent: null, session: null },
    dryRun: false,
  }
}
