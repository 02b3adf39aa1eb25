import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, open, readdir, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { requireFolder } from '../data-folder.ts'
import type { Binaries } from './binaries.ts'
import { handOver, type Launcher, launcherFor, runProgram } from './launcher.ts'
import { isAlive } from './postmaster.ts'

/** A cluster is PostgreSQL's word for the folder that one server keeps its databases in. */
export interface Cluster {
  /** Absolute and free of links: the server's command line names it, and is compared with it. */
  folder: string
  logFile: string
  /** Names the port it was started on last. */
  portFile: string
  password: string
  launcher: Launcher
}

export const superuser = 'daybook'

// Of this process: in a container the next process may well get the id of the one that died.
const drafts = new Set<string>()

const passwordFile = 'daybook.password'

/**
 * The cluster in `<dataDir>/postgres`, made on the first call. Two processes may do this at once.
 * @throws Error when the folder cannot be made or PostgreSQL cannot reach it
 */
export async function prepareCluster(dataDir: string, binaries: Binaries, durable: boolean): Promise<Cluster> {
  await requireFolder(dataDir)
  const dataFolder = await realpath(dataDir)
  const folder = join(dataFolder, 'postgres')
  const launcher = launcherFor(folder)
  if (!existsSync(folder)) await createCluster(folder, launcher, binaries, durable)
  return {
    folder,
    logFile: join(dataFolder, 'postgres.log'),
    portFile: join(dataFolder, 'postgres.port'),
    password: readPassword(folder),
    launcher,
  }
}

/**
 * The cluster is made beside its place and then renamed into it, complete with its password: whatever dies half-way
 * leaves no half of a cluster behind, and of two processes that do this at once one loses, and uses the other's.
 */
async function createCluster(folder: string, launcher: Launcher, binaries: Binaries, durable: boolean): Promise<void> {
  await removeLeftovers(folder)
  const draft = `${folder}.new-${process.pid}-${randomBytes(4).toString('hex')}`
  drafts.add(draft)
  const passwordDraft = `${draft}.password`
  const password = randomBytes(24).toString('base64url')
  try {
    await mkdir(draft, { mode: 0o700 })
    await handOver(launcher, draft)
    await writeFile(passwordDraft, password, { mode: 0o600, flush: durable })
    await handOver(launcher, passwordDraft)
    await checkReachable(draft, launcher, binaries)
    const { status, output } = await runProgram(launcher, binaries.initdb, [
      `--pgdata=${draft}`,
      `--username=${superuser}`,
      `--pwfile=${passwordDraft}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // Text sorts by code point, on every platform alike.
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
      ...(durable ? [] : ['--no-sync']),
    ])
    if (status !== 0) throw new Error(`PostgreSQL's initdb failed on ${folder}:\n${output.trim()}`)
    await rename(passwordDraft, join(draft, passwordFile))
    await moveIntoPlace(draft, folder)
    if (durable) await syncFolders([folder, dirname(folder), dirname(dirname(folder))])
  } finally {
    await rm(passwordDraft, { force: true })
    await rm(draft, { recursive: true, force: true })
    drafts.delete(draft)
  }
}

async function moveIntoPlace(draft: string, folder: string): Promise<void> {
  try {
    await rename(draft, folder)
  } catch (error) {
    const anotherWasFaster = existsSync(join(folder, passwordFile))
    if (!anotherWasFaster) throw error
  }
}

/** Drafts of processes that died while they made one. */
async function removeLeftovers(folder: string): Promise<void> {
  const dataFolder = dirname(folder)
  for (const name of await readdir(dataFolder)) {
    const [draft, pid] = /^postgres\.new-(\d+)-[0-9a-f]+/.exec(name) ?? []
    if (draft === undefined) continue
    const inProgress = Number(pid) === process.pid ? drafts.has(join(dataFolder, draft)) : isAlive(Number(pid))
    if (!inProgress) await rm(join(dataFolder, name), { recursive: true, force: true })
  }
}

/** As another account, PostgreSQL needs to pass through every folder above its data and above its programs. */
async function checkReachable(draft: string, launcher: Launcher, { initdb }: Binaries): Promise<void> {
  if (launcher.prefix.length === 0 && launcher.account === undefined) return
  const uid = launcher.account?.uid ?? 65534
  const reachable = async (test: string, path: string) =>
    (await runProgram(launcher, 'test', [test, path])).status === 0
  if (!(await reachable('-w', draft))) {
    throw new Error(
      `PostgreSQL does not run as root, so here it runs as the account ${uid}, and that one cannot enter ${dirname(draft)}: ` +
        'let others enter the folders above it (chmod o+x), choose another DAYBOOK_DATA_DIR, or set DATABASE_URL.',
    )
  }
  if (!(await reachable('-x', initdb))) {
    throw new Error(
      `PostgreSQL does not run as root, so here it runs as the account ${uid}, and that one cannot run ${initdb}: ` +
        'let others enter the folders above it (chmod o+x), or set DATABASE_URL.',
    )
  }
}

function readPassword(folder: string): string {
  try {
    return readFileSync(join(folder, passwordFile), 'utf8')
  } catch (error) {
    throw new Error(
      `${folder} cannot be used: ${(error as Error).message}. It has to be a folder that this service made, ` +
        'and the service has to run as the user who made it.',
      { cause: error },
    )
  }
}

/** A commit is as lasting as the name of the folder it is in. Windows opens no folders, and needs this not. */
async function syncFolders(folders: string[]): Promise<void> {
  if (process.platform === 'win32') return
  for (const path of folders) {
    const folder = await open(path, 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  }
}
