import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { chown } from 'node:fs/promises'

/** How to start PostgreSQL's programs here. It refuses to run as root, and a service in a container often is root. */
export interface Launcher {
  /** Written before the program and its arguments. */
  prefix: string[]
  /** The account to switch to; undefined to stay in one's own. */
  account: Account | undefined
}

interface Account {
  uid: number
  gid: number
}

const asOneself: Launcher = { prefix: [], account: undefined }
// Inside the name space it creates, this process's root appears as the account 65534; files stay root's outside.
const inUserNamespace: Launcher = {
  prefix: ['unshare', '--user', '--map-user=65534', '--map-group=65534', '--'],
  account: undefined,
}

/**
 * The way to run PostgreSQL on a cluster; never another way than the one that made it, which its owner tells.
 * @param clusterFolder may not exist yet
 * @throws Error when this process is root and there is no way to run as somebody else
 */
export function launcherFor(clusterFolder: string): Launcher {
  if (process.getuid?.() !== 0) return asOneself
  const owner = existsSync(clusterFolder) ? statSync(clusterFolder) : undefined
  if (owner !== undefined && owner.uid !== 0) return { prefix: [], account: { uid: owner.uid, gid: owner.gid } }
  if (userNamespacesWork()) return inUserNamespace
  if (owner !== undefined) {
    throw new Error(
      `${clusterFolder} belongs to root and was made in a user name space, which this system does not allow. ` +
        `Run the service as another user on a folder of its own, or set DATABASE_URL.`,
    )
  }
  const account = unprivilegedAccount()
  if (account !== undefined) return { prefix: [], account }
  throw new Error(
    'PostgreSQL does not run as root, and there is no other account here (postgres, nobody) to run it as. ' +
      'Run the service as another user, or set DATABASE_URL to use a PostgreSQL of your own.',
  )
}

/** Runs a program to its end. */
export async function runProgram(
  launcher: Launcher,
  program: string,
  args: string[],
): Promise<{ status: number | null; output: string }> {
  const child = spawn(...commandLine(launcher, program, args), {
    ...launcher.account,
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const collect = (chunk: Buffer) => {
    output += chunk.toString()
  }
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status) => resolve({ status, output }))
  })
}

/** The command and its arguments that run a program as the account PostgreSQL runs as. */
export function commandLine(
  { prefix: [first, ...rest] }: Launcher,
  program: string,
  args: string[],
): [string, string[]] {
  return first === undefined ? [program, args] : [first, [...rest, program, ...args]]
}

/** Hands a file or folder that this process made to the account PostgreSQL runs as. */
export async function handOver({ account }: Launcher, path: string): Promise<void> {
  if (account !== undefined) await chown(path, account.uid, account.gid)
}

/** What the programs see: messages in English, and none of the PG… variables of whoever started the service. */
export function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('PG') && !name.startsWith('LC_'))
  return { ...Object.fromEntries(kept), LC_ALL: 'C' }
}

function userNamespacesWork(): boolean {
  return spawnSync(...commandLine(inUserNamespace, 'true', []), { stdio: 'ignore' }).status === 0
}

function unprivilegedAccount(): Account | undefined {
  if (!existsSync('/etc/passwd')) return undefined
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const [, , uid, gid] = ['postgres', 'nobody'].map((name) => accounts.find(([is]) => is === name)).find(Boolean) ?? []
  return uid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) }
}
