import { fork } from 'node:child_process'
import type { Cores, Meter } from '../processes/cores.ts'
import type { Counted, Job, LoadReport, Message } from './job.ts'

/** What was counted, and how busy the machine was meanwhile. */
export type Metered<Report extends Counted = Counted> = Report & { readonly cores: Cores }

/** Makes a load over HTTP in a process of its own. */
export function runLoad(job: Job, meter: Meter): Promise<Metered<LoadReport>> {
  return runChild(new URL('./generator.ts', import.meta.url), job, meter)
}

/** Has a script that `childOf` ends do a job, in a process of its own. @throws Error where it fails */
export async function runChild<Report extends Counted>(
  script: URL,
  job: object,
  meter: Meter,
): Promise<Metered<Report>> {
  const child = fork(script, { execArgv: [] })
  const reported = new Promise<Report>((resolve, reject) => {
    child.on('message', (message: Message<Report>) => {
      if (message.type === 'measuring') meter.begin()
      else if (message.type === 'measured') meter.end()
      else resolve(message.report)
    })
    child.on('error', reject)
    child.on('exit', (code) => reject(new Error(`${script.pathname.split('/').at(-1)} ended with ${code}`)))
  })
  child.send(job)
  try {
    const report = await reported
    return { ...report, cores: meter.cores(report) }
  } finally {
    child.kill()
  }
}
