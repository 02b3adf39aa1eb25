import type { Projection } from '../src/projecting/projection.ts'
import { absences } from './absences/project.ts'
import { balances } from './balances/project.ts'
import { stats } from './stats/project.ts'

/** Every read model there is. */
export const projections: readonly Projection[] = [absences, balances, stats]
