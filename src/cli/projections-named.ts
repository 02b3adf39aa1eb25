import type { Projection } from '../projecting/projection.ts'
import { BuildRefused } from '../projecting/rebuild/build-refused.ts'
import { type Context, Failure } from './daybook/command.ts'

/** @throws Failure where there is no read model of that name */
export function named({ projections }: Context, name: string): Projection {
  const found = projections.find((projection) => projection.name === name)
  if (found !== undefined) return found
  const names = projections.map((projection) => projection.name).join(', ')
  throw new Failure(`There is no read model ${name}. There are: ${names}.`, { isUsage: true })
}

/** What cannot be done to a build now is said in a line. */
export async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof BuildRefused ? new Failure(error.message, { cause: error }) : error
  }
}
