import { readdir, readFile } from 'node:fs/promises'

export interface Found {
  readonly pid: number
  /** The first 15 characters of its name, such as `postgres`. */
  readonly name: string
}

/**
 * Processes of this account that were started with a variable in their environment, by whatever way: it is inherited.
 * Only Linux shows it; elsewhere nothing is found.
 */
export async function processesWith(variable: string): Promise<(Found & { readonly value: string })[]> {
  if (process.platform !== 'linux') return []
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(
    ids.map(async (id) => {
      // A process that has just ended, or is somebody else's, shows nothing.
      const read = async (file: string): Promise<string> => readFile(`/proc/${id}/${file}`, 'utf8').catch(() => '')
      const entry = (await read('environ')).split('\0').find((line) => line.startsWith(`${variable}=`))
      if (entry === undefined) return undefined
      return { pid: Number(id), name: (await read('comm')).trim(), value: entry.slice(variable.length + 1) }
    }),
  )
  return found.filter((process) => process !== undefined)
}
