import { Counter, type Registry } from '@prometheus-io/client'

/** What this process counts about the jobs that it has run. */
export interface JobsMetrics {
  /** How many requests were looked at, and how many of them corrected. */
  lateFacts(report: { readonly looked: number; readonly recounted: number }): void
  uncounted(): void
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
  const troubles = counter('daybook_jobs_troubles_total', 'Failures that jobs met; the log has them')
  return {
    lateFacts(report) {
      looked.inc(report.looked)
      recounted.inc(report.recounted)
    },
    uncounted: () => uncounted.inc(),
    trouble: () => troubles.inc(),
  }
}
