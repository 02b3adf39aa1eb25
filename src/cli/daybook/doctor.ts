import { databaseIdentity } from '../../db/identity.ts'
import { openPool } from '../../db/pool.ts'
import { type Context, command, Failure, type Server } from './command.ts'
import {
  away,
  examineClock,
  examineConnections,
  examineDisk,
  examineDurability,
  examineMigrations,
  examineServer,
  examineSessions,
} from './doctor/database.ts'
import { type Finding, wrong } from './doctor/finding.ts'
import { examineParts } from './doctor/parts.ts'
import { examineReadModels } from './doctor/read-models.ts'
import { examineGuards, examineHeads, examineInstants } from './doctor/record.ts'
import { repair } from './doctor/repair.ts'
import { examineMembers, examineOwners, examineOwnership, examinePrivileges, examineRole } from './doctor/rights.ts'
import { examineService } from './doctor/service.ts'
import { examineWebhooks } from './doctor/webhooks.ts'
import { httpUrlOf, serviceUrl } from './service-url.ts'

export const doctor = command({
  name: 'doctor',
  usage: '[--repair] [--url <url>]',
  summary: 'Why is it not ready, or behind? Looks at everything that the service rests on, and says what to do.',
  help: `
When: the service does not get ready, is slow or behind, after moving a database, or to see that all is well. It looks at
the database (does it answer, which version, connections, old transactions, the disk), at what keeps answers from getting
lost (fsync, full_page_writes) and the record from being changed (migrations, tables, keys, checks, indexes, triggers, roles,
owners, privileges, guards), at the head of each book, at the webhooks, at how far the read models are, and asks the service
itself. It changes nothing, unless told to repair, and reads little: whether a history fits together is for \`daybook verify\`.

  --repair      first grants what the migrations granted and is missing, and gives to the right owner what belongs to another,
                as after a restore where the roles were not there; it says what it did
  --url <url>   where the service is; http://HOST:PORT of the environment, unless given. Whether it serves the database of
                DATABASE_URL, it tells on its own machine, and elsewhere whoever has DAYBOOK_METRICS_KEY

Exit code 0: nothing is wrong, though there may be warnings. 1: something is; each line says what to do about it.

Examples:
  daybook doctor
  daybook doctor --repair
  daybook doctor --url https://daybook.example.com --json`,
  options: { repair: { type: 'boolean' }, url: { type: 'string' } },
  positionals: [],
  async run(context, { values }) {
    const { out } = context
    const url = values.url === undefined ? undefined : httpUrlOf(values.url)
    const repaired = values.repair === true ? await repair((await context.server()).url) : []
    const findings = [...(await examineAll(context)), ...(await ofService(context, url))]
    const counts = { wrong: count(findings, 'wrong'), warnings: count(findings, 'warning') }
    out.json({ ok: counts.wrong === 0, ...counts, repaired, findings })
    for (const statement of repaired) out.line(`Repaired: ${statement}`)
    for (const finding of findings) for (const line of inWords(finding)) out.line(line)
    out.line()
    out.line(conclusion(counts))
    return counts.wrong === 0 ? 0 : 1
  },
})

async function examineAll(context: Context): Promise<Finding[]> {
  let server: Server
  try {
    server = await context.server()
  } catch (error) {
    if (error instanceof Failure) return [wrong('database', error.message, 'Start the service, or set DATABASE_URL.')]
    return [away(error)]
  }
  // As whoever DATABASE_URL names: the role of the service may be what is missing.
  const pool = openPool({
    url: server.url,
    max: 2,
    applicationName: 'daybook doctor',
    settings: { default_transaction_read_only: 'on', statement_timeout: STATEMENT_PATIENCE_MS },
  })
  try {
    const { findings, canBeAsked } = await examineServer(server.url)
    if (!canBeAsked) return findings
    const { config } = server
    findings.push(
      ...(await examineDurability(pool)),
      ...(await examineConnections(pool, config)),
      ...(await examineSessions(pool)),
      ...(await examineDisk(pool, config)),
      ...(await examineClock(pool)),
    )
    const { finding, isMigrated } = await examineMigrations(pool)
    findings.push(finding)
    if (!isMigrated) return findings
    const parts = await examineParts(pool)
    findings.push(...parts.findings)
    if (!parts.hasTables) return findings
    const role = await examineRole(pool)
    findings.push(...role, ...(await examineOwnership(pool)))
    if (role.some(({ level }) => level === 'wrong')) return findings
    for (const examine of [
      examineMembers,
      examinePrivileges,
      examineOwners,
      examineGuards,
      examineHeads,
      examineInstants,
      examineWebhooks,
    ]) {
      findings.push(...(await examine(pool)))
    }
    return [...findings, ...(await examineReadModels(pool, context.projections))]
  } finally {
    await pool.end()
  }
}

/** What takes longer is itself something to look into. */
const STATEMENT_PATIENCE_MS = 30_000

async function ofService(context: Context, url: string | undefined): Promise<Finding[]> {
  const server = await context.server().catch(() => undefined)
  return examineService(url ?? serviceUrl(context.environment), {
    isAsked: url !== undefined,
    metricsKey: server?.config.metricsKey,
    database: server && (await identityAt(server.url)),
  })
}

/** @returns undefined where it cannot be asked, which is said elsewhere */
async function identityAt(url: string): Promise<string | undefined> {
  const pool = openPool({ url, max: 1, applicationName: 'daybook doctor' })
  try {
    return await databaseIdentity(pool)
  } catch {
    return undefined
  } finally {
    await pool.end()
  }
}

function count(findings: readonly Finding[], level: Finding['level']): number {
  return findings.filter((finding) => finding.level === level).length
}

const MARKS = { ok: 'ok     ', warning: 'WARNING', wrong: 'WRONG  ' } as const

function inWords({ about, level, says, advice }: Finding): string[] {
  const line = `${MARKS[level]}  ${about}: ${says}`
  return advice === undefined ? [line] : [line, `         ${advice}`]
}

function conclusion(counts: { readonly wrong: number; readonly warnings: number }): string {
  if (counts.wrong > 0) return `${counts.wrong} wrong, ${counts.warnings} to look at.`
  return counts.warnings > 0 ? `Nothing is wrong; ${counts.warnings} to look at.` : 'All is well.'
}
