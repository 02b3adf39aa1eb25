import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Cores } from '../processes/cores.ts'
import { Meter } from '../processes/cores.ts'
import type { Job, LoadReport, Message } from './job.ts'

/** A load that was made, and what the machine did meanwhile. */
export interface Loaded extends LoadReport {
  readonly cores: Cores
}

/** Makes a load in a process of its own. @throws Error where the generator fails */
export async function runLoad(job: Job, meter: Meter): Promise<Loaded> {
  const child = fork(fileURLToPath(new URL('./generator.ts', import.meta.url)), { execArgv: [] })
  const report = new Promise<LoadReport>((resolve, reject) => {
    child.on('message', (message: Message) => {
      if (message.type === 'measuring') meter.begin()
      else if (message.type === 'measured') meter.end()
      else resolve(message.report)
    })
    child.on('error', reject)
    child.on('exit', (code) => reject(new Error(`the load generator ended with ${code}`)))
  })
  child.send(job)
  try {
    const loaded = await report
    return { ...loaded, cores: meter.cores(loaded) }
  } finally {
    child.kill()
  }
}
