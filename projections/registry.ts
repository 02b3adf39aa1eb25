import type { Projection } from '../src/projecting/projection.ts'
import { balances } from './balances/project.ts'
import { stats } from './stats/project.ts'

/** Every read model there is. */
export const projections: readonly Projection[] = [balances, stats]
