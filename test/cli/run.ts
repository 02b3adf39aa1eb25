import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../../src/cli/daybook.ts', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

interface Doing {
  readonly stdin?: string | Buffer
  /** More than what is given seems to come, until it has ended. */
  readonly staysOpen?: boolean
  /** Resolves when the command is where Ctrl-C is to meet it. */
  readonly interruptWhen?: () => Promise<void>
}

/** `daybook` as people use it: a process of its own, and what it says and ends with. */
export async function daybook(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  { stdin, staysOpen = false, interruptWhen }: Doing = {},
): Promise<Ended> {
  const { PATH = '' } = process.env
  const child = spawn(process.execPath, [program, ...args], { env: { PATH, ...environment } })
  // Whoever does not read it all has ended before.
  child.stdin.on('error', () => {})
  const ended = endOf(child)
  if (stdin !== undefined) child.stdin.write(stdin)
  if (interruptWhen !== undefined) {
    await interruptWhen()
    child.kill('SIGINT')
  } else if (!staysOpen) {
    child.stdin.end()
  }
  return ended
}

/** The same from a script: `$DAYBOOK` is the command. */
export async function shell(
  script: string,
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const { PATH = '' } = process.env
  const env = { PATH, DAYBOOK: `${process.execPath} ${program}`, ...environment }
  return endOf(spawn('sh', ['-c', script], { cwd: folder, env }))
}

async function endOf(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  await once(child, 'close')
  return { code: child.exitCode, stdout, stderr }
}
