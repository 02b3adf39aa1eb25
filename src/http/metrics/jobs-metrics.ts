import { Counter, type Registry } from '@prometheus-io/client'

/** What this process counts about the jobs that it has run. */
export interface JobsMetrics {
  /** How many requests were looked at, and how many of them corrected. */
  lateFacts(report: { readonly looked: number; readonly recounted: number }): void
  uncounted(): void
  /** What became of one batch of a run. */
  runBatch(report: { readonly accounts: number; readonly recorded: number; readonly problems: number }): void
  trouble(): void
}

export function jobsMetrics(registers: Registry[]): JobsMetrics {
  const counter = (name: string, help: string) => new Counter({ name, help, registers })
  const looked = counter(
    'daybook_late_facts_looked_total',
    'Requests that this process had looked at after a definition',
  )
  const recounted = counter(
    'daybook_late_facts_recounted_total',
    'Requests whose days this process had counted otherwise',
  )
  const uncounted = counter(
    'daybook_late_facts_uncounted_total',
    'Requests that could not be counted again; the log has them',
  )
  const accounts = counter('daybook_run_accounts_total', 'Accounts whose rules this process has worked out in runs')
  const recorded = counter('daybook_run_postings_total', 'Events that this process has recorded in runs')
  const problems = counter(
    'daybook_run_problems_total',
    'Accounts that could not be worked out; the run has them, and the next one tries them again',
  )
  const troubles = counter('daybook_jobs_troubles_total', 'Failures that jobs met; the log has them')
  return {
    lateFacts(report) {
      looked.inc(report.looked)
      recounted.inc(report.recounted)
    },
    uncounted: () => uncounted.inc(),
    runBatch(report) {
      accounts.inc(report.accounts)
      recorded.inc(report.recorded)
      problems.inc(report.problems)
    },
    trouble: () => troubles.inc(),
  }
}
