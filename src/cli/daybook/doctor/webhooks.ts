import type { Pool } from 'pg'
import { readWebhooksLag } from '../../../webhooks/lag.ts'
import { counted } from '../book-option.ts'
import { type Finding, ok, warning } from './finding.ts'

/** Whether events are sent to all who want them. */
export async function examineWebhooks(pool: Pool): Promise<Finding[]> {
  const about = 'webhooks'
  const { counts, behind } = await readWebhooksLag(pool)
  const findings: Finding[] = []
  if (counts.given_up > 0) {
    const says = `${counted(counts.given_up, 'webhook')} disabled by the service, which was not answered well for days or told that nobody is there`
    findings.push(warning(about, says, 'See which, and why: GET /v1/books/{book}/webhooks. PUT enables one.'))
  }
  const failing = behind.filter((one) => one.failing_since !== null)
  if (counts.failing > 0) {
    const [first] = failing
    const farthest =
      first === undefined ? '' : `; ${first.webhook} of ${first.book} is ${counted(first.events, 'event')} behind`
    const says = `${counted(counts.failing, 'webhook')} ${counts.failing === 1 ? 'fails' : 'fail'} just now${farthest}`
    findings.push(warning(about, says, 'See why: GET /v1/books/{book}/webhooks/{webhook}/deliveries'))
  }
  return findings.length > 0 ? findings : [ok(about, `${counted(counts.enabled, 'webhook')}, none of which fails`)]
}
