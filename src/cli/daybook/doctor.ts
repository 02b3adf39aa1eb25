import { openPool } from '../../db/pool.ts'
import { type Context, command, type Environment, Failure, type Server } from './command.ts'
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
import { examineReadModels } from './doctor/read-models.ts'
import { examineGuards, examineHeads, examineInstants, examinePrivileges, examineRole } from './doctor/record.ts'
import { examineService } from './doctor/service.ts'
import { httpUrlOf, serviceUrl } from './service-url.ts'

export const doctor = command({
  name: 'doctor',
  usage: '[--url <url>]',
  summary: 'Why is it not ready, or behind? Looks at everything that the service rests on, and says what to do.',
  help: `
When: the service does not get ready, is slow or behind, after moving a database, or to see that all is well. It looks at
the database (does it answer, which version, connections, old transactions, the disk), at what keeps answers from getting
lost (fsync, full_page_writes) and the record from being changed (migrations, roles, privileges, guards), at the head of
each book, at how far the read models are, and asks the service itself. It changes nothing, and reads little: whether a
history fits together is for \`daybook verify\`.

  --url <url>   where the service is; http://HOST:PORT of the environment, unless given

Exit code 0: nothing is wrong, though there may be warnings. 1: something is; each line says what to do about it.

Examples:
  daybook doctor
  daybook doctor --url https://daybook.example.com --json`,
  options: { url: { type: 'string' } },
  positionals: [],
  async run(context, { values }) {
    const { out, environment } = context
    const url = values.url === undefined ? undefined : httpUrlOf(values.url)
    const findings = [...(await examineAll(context)), ...(await ofService(environment, url))]
    const counts = { wrong: count(findings, 'wrong'), warnings: count(findings, 'warning') }
    out.json({ ok: counts.wrong === 0, ...counts, findings })
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
    const { findings, answers } = await examineServer(pool)
    if (!answers) return findings
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
    for (const examine of [examineRole, examinePrivileges, examineGuards, examineHeads, examineInstants]) {
      findings.push(...(await examine(pool)))
    }
    return [...findings, ...(await examineReadModels(pool, context.projections))]
  } finally {
    await pool.end()
  }
}

/** What takes longer is itself something to look into. */
const STATEMENT_PATIENCE_MS = 30_000

async function ofService(environment: Environment, url: string | undefined): Promise<Finding[]> {
  return examineService(url ?? serviceUrl(environment), { isAsked: url !== undefined })
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
