import type { Pool } from 'pg'
import { START_OVER } from '../../../db/migrate.ts'
import { type MissingPart, missingParts } from '../../../db/parts.ts'
import { type Finding, ok, wrong } from './finding.ts'
import { GUARDS } from './record.ts'

/** As many are named; the others are counted. */
const SHOWN = 10

/**
 * Whether the tables, keys, checks, indexes and triggers are there that the migrations made. Where a table is not, nothing more
 * can be asked of the schema.
 */
export async function examineParts(pool: Pool): Promise<{ findings: Finding[]; hasTables: boolean }> {
  const about = 'schema'
  const missing = (await missingParts(pool)).filter((part) => !isGuard(part))
  if (missing.length === 0) {
    return {
      findings: [ok(about, 'every table, key, check, index and trigger of the migrations is there')],
      hasTables: true,
    }
  }
  const hasTables = missing.every(({ kind }) => kind !== 'table')
  const isHalf = !hasTables || missing.length > SHOWN
  const findings = missing
    .slice(0, SHOWN)
    .map((part) => wrong(about, inWords(part), isHalf ? START_OVER : adviceOf(part)))
  const others = missing.length - findings.length
  if (others > 0) findings.push(wrong(about, `and ${others} more that the migrations made are not there`, START_OVER))
  return { findings, hasTables }
}

/** These are told by what they keep from happening. */
function isGuard({ kind, table, part }: MissingPart): boolean {
  return kind === 'trigger' && GUARDS.some(([of, name]) => of === table && name === part)
}

function inWords({ kind, table, part, isThere }: MissingPart): string {
  if (kind === 'table') return `the table ${table} is missing`
  return `the ${kind} ${part} of ${table} ${isThere ? 'is there, and does not hold' : 'is missing'}`
}

function adviceOf(part: MissingPart): string {
  return `Run as its owner: ${mending(part)}. Then: daybook verify. After a restore, rather begin it anew.`
}

function mending({ kind, table, part, made_by, isThere }: MissingPart): string {
  if (!isThere) return made_by!
  if (kind === 'trigger') return `alter table ${table} enable trigger "${part}"`
  if (kind === 'index') return `reindex index ${table.slice(0, table.indexOf('.'))}."${part}"`
  return `alter table ${table} validate constraint "${part}"`
}
