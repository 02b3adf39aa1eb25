import type { WorkingDay } from '../calendar/working-days.ts'
import type { Source } from '../drawing/sources.ts'
import { exactFrom } from '../exact.ts'
import { newestVersion } from '../policy/policy.ts'
import type { Minor } from '../quantity.ts'

/** What a working day costs, at the finest scale: its hours under a policy that counts hours, else its days. */
export function costOf({ history }: Source, { days, hours }: WorkingDay): Minor {
  return exactFrom(newestVersion(history).unit === 'hour' ? hours : days)
}
