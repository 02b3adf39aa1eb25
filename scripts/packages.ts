/*
 * `npm run check:packages`: the licences of what is installed, and, where a registry answers, whether anything that serves has
 * a vulnerability that is known.
 */
import { fileURLToPath } from 'node:url'
import { examineLicences } from './packages/licences.ts'
import { findVulnerabilities } from './packages/vulnerabilities.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

const { looked, elsewhere, objections } = examineLicences(root)
console.log(`licences: ${looked} packages, ${elsewhere} more for other platforms that are not installed here`)

const { known, skipped } = await findVulnerabilities(root)
if (skipped === undefined) console.log(`vulnerabilities: ${known.length} known of what serves`)
else console.log(`vulnerabilities: SKIPPED: no registry answers (${skipped})`)

const faults = [...objections, ...known]
for (const fault of faults) console.error(fault)
process.exitCode = faults.length > 0 ? 1 : 0
