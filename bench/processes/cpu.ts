import { readdirSync, readFileSync } from 'node:fs'

/** Ticks a second in which /proc counts; 100 on every Linux that Node runs on. */
const TICKS = 100

/** CPU seconds of a process and of those of its children that ended. */
export function cpuSecondsOf(pid: number): number | undefined {
  const [utime, stime, cutime, cstime] = statOf(pid)?.slice(11, 15).map(Number) ?? []
  if (utime === undefined) return undefined
  return (utime + stime! + cutime! + cstime!) / TICKS
}

/** The same of a PostgreSQL, whose every connection is a child of its own. */
export function cpuSecondsOfFamily(parent: number): number | undefined {
  const own = cpuSecondsOf(parent)
  if (own === undefined) return undefined
  const children = readdirSync('/proc').filter((name) => Number(statOf(Number(name))?.[1]) === parent)
  return children.reduce((sum, pid) => sum + (cpuSecondsOf(Number(pid)) ?? 0), own)
}

/** Seconds for which the machine's processors were busy, all together. */
export function busySeconds(): number | undefined {
  try {
    const [user, nice, system, _idle, _waiting, irq, softirq, steal] = readFileSync('/proc/stat', 'utf8')
      .slice(0, 200)
      .split(/\s+/, 9)
      .slice(1)
      .map(Number)
    return (user! + nice! + system! + irq! + softirq! + steal!) / TICKS
  } catch {
    return undefined
  }
}

/** Memory that a process has in RAM, in bytes. */
export function residentBytesOf(pid: number): number | undefined {
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1_024
  } catch {
    return undefined
  }
}

/** What /proc says of a process, from its state on. */
function statOf(pid: number): string[] | undefined {
  if (!Number.isInteger(pid)) return undefined
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name before it is in brackets, and may hold anything.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}
