import { type Finding, ok, warning, wrong } from './finding.ts'

/** A service that takes longer to say whether it is ready is not. */
const PATIENCE_MS = 5_000

interface Asking {
  /** Whether somebody said that there is a service. */
  readonly isAsked: boolean
  /** What opens its details to whoever is elsewhere; undefined: they are not opened. */
  readonly metricsKey: string | undefined
  /** `databaseIdentity` of the database that everything else was asked of; undefined: it did not answer. */
  readonly database: string | undefined
}

/** Whether a service is ready, and serves the database that was examined. */
export async function examineService(url: string, asking: Asking): Promise<Finding[]> {
  const { isAsked, database } = asking
  const about = 'service'
  let response: Response
  try {
    response = await fetch(new URL('/readyz', url), { signal: AbortSignal.timeout(PATIENCE_MS) })
  } catch (error) {
    const { cause, message } = error as { cause?: { code?: string }; message: string }
    const says = `none answers at ${url} (${cause?.code ?? message})`
    const advice = 'Start it: daybook serve. If it runs elsewhere: daybook doctor --url <url>'
    return [isAsked ? wrong(about, says, advice) : warning(about, says, advice)]
  }
  if (response.ok) {
    if (database === undefined) return [ok(about, `it is ready at ${url}`)]
    return [sameDatabase(url, { asked: database, served: await databaseServed(url, asking) })]
  }
  const body = (await response.text()).trim()
  return [
    wrong(about, `it is not ready at ${url}: ${reasonsIn(body)}`, 'What is said above is the cause, or its log knows.'),
  ]
}

/** @returns what the service calls its database; undefined where it does not say */
async function databaseServed(url: string, { metricsKey }: Asking): Promise<string | undefined> {
  const headers: Record<string, string> = metricsKey === undefined ? {} : { authorization: `Bearer ${metricsKey}` }
  try {
    const response = await fetch(new URL('/health', url), { headers, signal: AbortSignal.timeout(PATIENCE_MS) })
    return ((await response.json()) as { database?: string }).database
  } catch {
    return undefined
  }
}

function sameDatabase(url: string, { asked, served }: { asked: string; served: string | undefined }): Finding {
  const about = 'service'
  if (served === asked) return ok(about, `it is ready at ${url}, and serves this database`)
  if (served === undefined) {
    const says = `it is ready at ${url}, and does not say here which database it serves`
    return warning(about, says, 'Ask on its own machine, or with the DAYBOOK_METRICS_KEY that it has.')
  }
  const advice =
    'Give both the same DATABASE_URL: everything else that is said here is about the one of this environment.'
  return wrong(about, `it is ready at ${url}, and serves another database than that of DATABASE_URL`, advice)
}

/** What a service that is not ready says of itself; its words as they are, where they are others than expected. */
function reasonsIn(body: string): string {
  try {
    const { detail } = JSON.parse(body) as { detail?: string }
    return detail ?? body
  } catch {
    return body
  }
}
