import type { Scenario } from '../scenario.ts'
import { ahead } from './ahead.ts'
import { hot, many, single, spreadAppends } from './appends.ts'
import { asOf } from './as-of.ts'
import { besideRun } from './beside-run.ts'
import { bulk } from './bulk.ts'
import { callersAppend, callersRead } from './callers.ts'
import { engine } from './engine.ts'
import { generator } from './generator.ts'
import { growth } from './growth.ts'
import { lag } from './lag.ts'
import { longAccount } from './long-account.ts'
import { mixed } from './mixed.ts'
import { overload } from './overload.ts'
import { projecting } from './projecting.ts'
import { reads } from './reads.ts'
import { replay } from './replay.ts'
import { runs } from './runs.ts'
import { sale } from './sale.ts'
import { snapshots } from './snapshots.ts'
import { storage } from './storage.ts'
import { verify } from './verify.ts'

/** In the order in which they are run and reported. */
export const scenarios: readonly Scenario[] = [
  spreadAppends,
  hot,
  single,
  many,
  bulk,
  sale,
  reads,
  callersAppend,
  callersRead,
  growth,
  longAccount,
  asOf,
  replay,
  verify,
  snapshots,
  runs,
  besideRun,
  ahead,
  engine,
  projecting,
  lag,
  mixed,
  overload,
  storage,
  generator,
]
