import type { PolicyBody } from '../../src/commands/bodies.ts'
import type { Caller } from '../../src/commands/context.ts'
import { defineBook as defineBookCommand } from '../../src/commands/define-book.ts'
import { definePolicy } from '../../src/commands/define-policy.ts'
import { openPool } from '../../src/db/pool.ts'
import type { Command } from '../../src/ledger/command.ts'
import { openLedger } from '../../src/ledger/open-ledger.ts'
import { BOOK, POLICY, STRICT_POLICY } from '../load/workload.ts'
import type { HttpProcess } from './http-process.ts'

const POLICIES: Readonly<Record<string, PolicyBody>> = {
  [POLICY]: { resource: 'leave', unit: 'day', scale: 2, dayExclusive: false, overdraftLimit: '1000000' },
  [STRICT_POLICY]: { resource: 'stock', unit: 'piece', scale: 0, dayExclusive: false, overdraftLimit: '0' },
}

/** Defines the policies of the bench as any client does. */
export async function defineOverHttp({ port, key }: HttpProcess): Promise<void> {
  for (const [policy, body] of Object.entries(POLICIES)) {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/books/${BOOK}/policies/${policy}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'idempotency-key': policy },
      body: JSON.stringify(body),
    })
    if (answer.status !== 201) throw new Error(`policy ${policy}: ${answer.status} ${await answer.text()}`)
    await answer.arrayBuffer()
  }
}

/** Defines book and policies in a migrated database, for references that define nothing themselves. */
export async function defineBook(url: string): Promise<void> {
  const pool = openPool({ url, max: 1, applicationName: 'bench', role: 'daybook_service', pipeline: true })
  const fail = (message: string, error: unknown) => {
    throw new Error(message, { cause: error })
  }
  const ledger = openLedger({
    pool,
    limits: { groupLines: 1, queueLines: 100 },
    watcher: { group: () => {}, recorded: () => {}, trouble: fail },
  })
  const caller = (idempotencyKey: string): Caller => ({
    book: BOOK,
    idempotencyKey,
    actor: { type: 'admin', id: 'root' },
    client: { ip: null, userAgent: null, session: null },
    dryRun: false,
  })
  const commands: Command[] = [
    defineBookCommand(caller('book'), {}),
    ...Object.entries(POLICIES).map(([policy, body]) => definePolicy(caller(policy), policy, body)),
  ]
  for (const command of commands) {
    const { outcome } = await ledger.submit(command)
    if (outcome !== 'recorded') throw new Error(`${command.idempotencyKey} was not defined: ${outcome}`)
  }
  await ledger.close()
  await pool.end()
}
