import { expect, test } from 'vitest'
import type { BatchReport } from '../../src/projecting/runner.ts'
import { startProjectingThread } from '../../src/service/projecting-thread.ts'
import { projectedOfFile } from '../projecting/projected.ts'
import { accrual } from '../support/builders.ts'
import { ledgerOfFile } from '../support/ledger.ts'

const daybook = ledgerOfFile()
projectedOfFile(daybook)

test('a thread projects, tells of it, and ends when it is told to', async () => {
  const book = await daybook.book()
  await book.record(accrual('1'))
  const heard = Promise.withResolvers<BatchReport>()
  const troubles: string[] = []
  const projecting = startProjectingThread({
    url: daybook.url,
    workers: 1,
    watcher: {
      batch: (report) => {
        if (report.book === book.id && report.projection === 'balances') heard.resolve(report)
      },
      parked: () => {},
      trouble: (message) => troubles.push(message),
      broke: ({ message }) => troubles.push(message),
    },
  })
  expect(await heard.promise).toMatchObject({ book: book.id, transactions: 1 })
  await projecting.close()
  expect(troubles).toEqual([])
})

test('a database that is away is told of, by a thread that still ends when it is told to', async () => {
  const heard = Promise.withResolvers<Error>()
  const projecting = startProjectingThread({
    url: 'postgres://nobody@127.0.0.1:1/none',
    workers: 1,
    watcher: {
      batch: () => {},
      parked: () => {},
      trouble: (_message, error) => heard.resolve(error as Error),
      broke: () => {},
    },
  })
  expect(await heard.promise).toMatchObject({ message: expect.stringContaining('ECONNREFUSED') as string })
  await projecting.close()
})
