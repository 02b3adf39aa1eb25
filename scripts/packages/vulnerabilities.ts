import { execFile } from 'node:child_process'

interface Report {
  readonly auditReportVersion?: number
  readonly vulnerabilities?: Readonly<Record<string, Vulnerable>>
  readonly message?: string
}

interface Vulnerable {
  readonly severity: string
  readonly range: string
  /** A text names another package that brings it. */
  readonly via: readonly (string | { readonly title: string; readonly url: string })[]
}

/** Longer than npm needs, with a registry that answers. */
const PATIENCE_MS = 60_000

/**
 * Asks the registry of npm what is known of the packages that serve, as the lockfile has them.
 * @returns a sentence for each that is vulnerable; or why nobody could be asked
 */
export async function findVulnerabilities(root: string): Promise<{ known: string[]; skipped?: string }> {
  const text = await audit(root)
  const report = parsed(text)
  if (report?.auditReportVersion === undefined) {
    const [why = 'npm said nothing'] = (report?.message ?? text).trim().split('\n')
    return { known: [], skipped: why }
  }
  return { known: Object.entries(report.vulnerabilities ?? {}).map(inWords) }
}

function audit(root: string): Promise<string> {
  const args = ['audit', '--omit=dev', '--json', '--fetch-retries=0', '--fetch-timeout=20000']
  const npm = process.env['npm_execpath']
  // Below `npm run` it is the npm that runs; it fails where it finds something, which the report says as well.
  const [program, before] = npm === undefined ? ['npm', []] : [process.execPath, [npm]]
  return new Promise((resolve) => {
    execFile(program, [...before, ...args], { cwd: root, timeout: PATIENCE_MS }, (error, stdout) =>
      resolve(stdout === '' ? String(error?.message ?? '') : stdout),
    )
  })
}

function parsed(text: string): Report | undefined {
  try {
    return JSON.parse(text) as Report
  } catch {
    return undefined
  }
}

function inWords([name, { severity, range, via }]: [string, Vulnerable]): string {
  const why = via.map((cause) => (typeof cause === 'string' ? `by ${cause}` : `${cause.title} (${cause.url})`))
  return `${name} ${range} is vulnerable (${severity}): ${why.join('; ')}`
}
