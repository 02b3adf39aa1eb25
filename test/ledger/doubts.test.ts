import { expect, test } from 'vitest'
import { Doubts } from '../../src/ledger/writing/doubts.ts'

test('a book whose key was taken is doubted for 256 groups, and no other is', () => {
  const doubts = new Doubts()
  doubts.begin('main')
  expect(doubts.count('other')).toBe(false)
  for (let group = 0; group < 256; group++) expect(doubts.count('main')).toBe(true)
  expect(doubts.count('main')).toBe(false)
})

test('only so many books are remembered, the newest', () => {
  const doubts = new Doubts()
  for (let book = 0; book <= 1_000; book++) doubts.begin(`book-${book}`)
  expect([doubts.count('book-0'), doubts.count('book-1')]).toEqual([false, true])
})
