import { defineBook } from '../commands/define-book.ts'
import type { Ledger } from '../ledger/ledger.ts'

/** The book that exists from the first start, so that there is one to try. Made once: later starts replay the command. */
export async function ensureMainBook(ledger: Ledger): Promise<void> {
  const verdict = await ledger.submit(
    defineBook(
      {
        book: 'main',
        idempotencyKey: 'daybook:first-start',
        actor: { type: 'system', id: 'daybook' },
        client: { ip: null, userAgent: null, session: null },
        dryRun: false,
      },
      {},
    ),
  )
  if (verdict.outcome !== 'recorded') throw new Error(`the book main could not be made: ${verdict.outcome}`)
}
