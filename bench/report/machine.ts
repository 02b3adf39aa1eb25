import { execFileSync } from 'node:child_process'
import { arch, cpus, platform, release, totalmem } from 'node:os'
import type { Postgres } from '../processes/postgres.ts'
import { sqlClient } from '../references/sql.ts'
import type { Machine } from './result.ts'

export function describeMachine({ version, settings }: Postgres): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    platform: `${platform()} ${arch()} ${release()}`,
    node: process.version,
    postgres: version,
    settings,
    sqlClient: sqlClient ?? 'none: the same statements through the Node driver',
    commit: commit(),
  }
}

/** undefined where this is no checkout. */
function commit(): string | undefined {
  try {
    const changed = git('status', '--porcelain', '--', '../../src', '../../migrations') !== ''
    return `${git('rev-parse', '--short', 'HEAD')}${changed ? ', with changes' : ''}`
  } catch {
    return undefined
  }
}

function git(...args: string[]): string {
  const output = execFileSync('git', args, { cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'ignore'] })
  return output.toString().trim()
}
