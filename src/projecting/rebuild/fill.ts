import { rebuildBook } from './book.ts'
import { allBooks, countEvents } from './books.ts'
import { startProgress } from './progress.ts'
import { SLICES, type Work } from './work.ts'

/**
 * Fills a build from the record, book by book.
 * @returns whether it came to the end
 */
export async function fill({
  db,
  projection,
  build,
  workers,
  slice = SLICES[projection.rebuilt.slicedBy],
  signal,
  onProgress,
}: Work): Promise<boolean> {
  const progress = startProgress('rebuilding', await countEvents(db), onProgress)
  for await (const { book, head } of allBooks(db)) {
    if (signal.aborted) return false
    const done = (part: number): void => progress.within(head * part)
    await rebuildBook(db, { projection, build, book, workers, slice, signal, onProgress: done })
    progress.add(head)
  }
  return !signal.aborted
}
