import type { Projection } from '../projecting/projection.ts'
import { type Context, Failure } from './daybook/command.ts'

/** @throws Failure where there is no read model of that name */
export function named({ projections }: Context, name: string): Projection {
  const found = projections.find((projection) => projection.name === name)
  if (found !== undefined) return found
  const names = projections.map((projection) => projection.name).join(', ')
  throw new Failure(`There is no read model ${name}. There are: ${names}.`, { isUsage: true })
}
