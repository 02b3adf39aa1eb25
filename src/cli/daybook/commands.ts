import { projectionsParked } from '../projections-parked.ts'
import { projectionsRebuild } from '../projections-rebuild.ts'
import { projectionsState } from '../projections-state.ts'
import type { Command } from './command.ts'
import { doctor } from './doctor.ts'
import { exportCommand } from './export.ts'
import { importCommand } from './import.ts'
import { keys } from './keys.ts'
import { migrateCommand } from './migrate.ts'
import { policies } from './policies.ts'
import { replay } from './replay.ts'
import { run } from './run.ts'
import { serve } from './serve.ts'
import { snapshots } from './snapshots.ts'
import { users } from './users.ts'
import { verify } from './verify.ts'

/** Every command, in the order in which `daybook --help` lists them: what one needs first, first. */
export const commands: readonly Command[] = [
  serve,
  migrateCommand,
  doctor,
  verify,
  replay,
  exportCommand,
  importCommand,
  ...keys,
  ...users,
  ...policies,
  run,
  ...snapshots,
  ...projectionsState,
  ...projectionsRebuild,
  ...projectionsParked,
]
