import type { WriteStream } from 'node:fs'
import { existsSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Failure } from './command.ts'
import type { Output } from './output.ts'

/** A file that is there when it is whole, and not before. */
export interface NewFile {
  readonly stream: WriteStream
  /** Brings it to the disk, and gives it its name. */
  keep(): Promise<void>
  discard(): Promise<void>
}

/**
 * The file of `--out`; undefined for stdout.
 * @throws Failure where it has no name, and where stdout would have to hold both what is written and the result
 */
export function fileOf(path: string | undefined, { out, what }: { out: Output; what: string }): string | undefined {
  if (path === '') throw new Failure('--out is the name of a file.', { isUsage: true })
  if (path === undefined && out.isJson) {
    throw new Failure(`--json needs --out <file> here: without it stdout is ${what}.`, { isUsage: true })
  }
  return path
}

/** What kept a stream from being written, in words where it was foreseen. */
export function unwritable(error: unknown, what: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EPIPE') return new Failure(`Whoever was reading the ${what} has stopped.`)
  if (code === 'ENOSPC') return new Failure('The disk is full: nothing is left of the file.')
  return code !== undefined && /^E[A-Z]+$/.test(code) ? new Failure(`It could not be written: ${message}`) : error
}

/** @throws Failure where there is one of that name, or none can be made */
export async function openNewFile(path: string): Promise<NewFile> {
  if (existsSync(path)) throw new Failure(`${path} exists already, and is not written over.`)
  const beside = join(dirname(path), `.${basename(path)}.${process.pid}.part`)
  // What is in a history is for its owner, until the owner says otherwise.
  const handle = await open(beside, 'wx', 0o600).catch((error: unknown) => {
    throw new Failure(`${path} cannot be written: ${(error as Error).message}`, { cause: error })
  })
  const stream = handle.createWriteStream({ flush: true })
  return {
    stream,
    async keep() {
      await rename(beside, path)
      await syncFolder(dirname(path))
    },
    async discard() {
      stream.destroy()
      await rm(beside, { force: true })
    },
  }
}

/** The name, too, has to be on the disk. Where folders cannot be opened (Windows), the system sees to it. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined)
  if (folder === undefined) return
  try {
    await folder.sync()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error
  } finally {
    await folder.close()
  }
}
