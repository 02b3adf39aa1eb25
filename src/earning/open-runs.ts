import type { Pool } from 'pg'
import type { Page } from '../ledger/read/cursor.ts'
import { readHead } from '../ledger/read/head.ts'
import { type Previewed, previewRun } from './preview.ts'
import type { Run, RunAsked } from './run.ts'
import { type RunDay, type RunDaysAsked, readRunDays } from './run-days.ts'
import { listRuns, type RunStarted, type RunStarting, readRun, runStatus, startRun } from './runs.ts'

/** Runs of all books: they are asked for, looked at and tried here. Whoever works on them is told. */
export interface Runs {
  start(starting: RunStarting): Promise<RunStarted>
  /** What a run would post, and nothing posted. */
  preview(asked: RunAsked & { readonly book: string }): Promise<Previewed>
  /** @returns undefined where the book does not exist */
  read(of: {
    readonly book: string
    readonly run: string
  }): Promise<{ readonly head: number; readonly item: Run | undefined } | undefined>
  /** Whether a run still goes on: cheaper than reading it. */
  isRunning(of: { readonly book: string; readonly run: string }): Promise<boolean>
  /** The newest first. @returns undefined where the book does not exist @throws BadCursor */
  list(of: {
    readonly book: string
    readonly cursor?: string | undefined
    readonly limit: number
  }): Promise<({ readonly head: number } & Page<Run>) | undefined>
  /** The days up to which something was run, ascending; none of a book that does not exist. */
  days(asked: RunDaysAsked): Promise<readonly RunDay[]>
}

export interface RunsOptions {
  /** May write, each statement a commit. */
  readonly write: Pool
  /** Told of a run that is there to be worked on. */
  readonly started: (run: { readonly book: string; readonly run: string }) => void
}

export function openRuns({ write, started }: RunsOptions): Runs {
  return {
    async start(starting) {
      const begun = await startRun(write, starting)
      if (begun.outcome === 'started') started({ book: starting.book, run: begun.run.id })
      return begun
    },
    preview: (asked) => previewRun(write, asked),
    async read({ book, run }) {
      const item = await readRun(write, book, run)
      // Read behind it: a run is never beyond the head.
      const head = await readHead(write, book)
      return head && { head: head.position, item }
    },
    isRunning: async ({ book, run }) => (await runStatus(write, book, run)) === 'running',
    list: (of) => listRuns(write, of),
    days: (asked) => readRunDays(write, asked),
  }
}
