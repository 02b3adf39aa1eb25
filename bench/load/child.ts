import type { Message } from './job.ts'

export type Tell = (phase: 'measuring' | 'measured') => void

/** The end of the process that makes a load: takes one job, says when it is measured, reports, and ends. */
export function childOf<Job, Report>(work: (job: Job, tell: Tell) => Promise<Report>): void {
  const send = (message: Message<Report>, sent: () => void = () => {}) => process.send!(message, sent)
  process.once('message', (job: Job) => {
    void work(job, (type) => send({ type })).then((report) => send({ type: 'done', report }, () => process.exit()))
  })
}
