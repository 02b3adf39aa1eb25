import { spawn } from 'node:child_process'
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
  /** Resolves when the command is where Ctrl-C is to meet it. */
  readonly interruptWhen?: () => Promise<void>
}

/** `daybook` as people use it: a process of its own, and what it says and ends with. */
export async function daybook(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  { stdin, interruptWhen }: Doing = {},
): Promise<Ended> {
  const { PATH = '' } = process.env
  const child = spawn(process.execPath, [program, ...args], { env: { PATH, ...environment } })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  // Whoever does not read it all has ended before.
  child.stdin.on('error', () => {})
  if (interruptWhen === undefined) {
    child.stdin.end(stdin)
  } else {
    // More seems to come.
    if (stdin !== undefined) child.stdin.write(stdin)
    await interruptWhen()
    child.kill('SIGINT')
  }
  await once(child, 'close')
  return { code: child.exitCode, stdout, stderr }
}
