import { CALLER_KINDS, type CalledBy } from '../../domain/event.ts'
import { type Check, type Decision, RULES, touchedAccounts } from '../../domain/recording/decision.ts'
import type { Transaction } from '../../domain/transaction.ts'
import { asJson, canonicalJson } from './canonical.ts'

/**
 * Canonical JSON (RFC 8785) of a decision, as it is kept, hashed and shown: its accounts and policies named.
 * @param made by which rules, and who called for it
 */
export function decisionText(
  transactions: readonly Transaction[],
  decision: Decision,
  { rules = RULES, via }: { readonly rules?: number; readonly via?: CalledBy | undefined } = {},
): string {
  const touched = touchedAccounts(transactions)
  const balances = touched.map(({ asOf, entity, policy }, index) => {
    const { available, pending, spendable, spendableAfter, version } = decision.balancesBefore[index]!
    const after = spendableAfter === undefined ? '' : `"spendableAfter":"${spendableAfter}",`
    return (
      `{"asOf":"${asOf}","available":"${available}","entity":"${entity}","pending":"${pending}","policy":"${policy}",` +
      `"spendable":${spendable === null ? 'null' : `"${spendable}"`},${after}"version":${version}}`
    )
  })
  const checks = decision.checks.map((check) => `"${check}"`).join(',')
  const versions = policiesOf(touched).map((policy, index) => `"${policy}":${decision.policyVersions[index]}`)
  // By code unit, as RFC 8785 orders members: the default order of `sort` on strings.
  if (versions.length > 1) versions.sort(byMemberName)
  if (decision.figures !== undefined) return withFigures(decision.figures, { balances, checks, versions, rules, via })
  const grounds = `"balancesBefore":[${balances.join(',')}],"checks":[${checks}],"policyVersions":{${versions.join(',')}}`
  if (rules === FIRST_RULES) return `{${grounds}}`
  // Left out where there is none: what was recorded before it was noted hashes as it did.
  const caller = via === undefined ? '' : `,"via":{"id":${JSON.stringify(via.id)},"kind":"${via.kind}"}`
  return `{${grounds},"rules":${rules}${caller}}`
}

/** The same of what the rules of a policy posted: the figures are members beside the others. */
function withFigures(
  figures: object,
  {
    balances,
    checks,
    versions,
    rules,
    via,
  }: {
    readonly balances: readonly string[]
    readonly checks: string
    readonly versions: readonly string[]
    readonly rules: number
    readonly via: CalledBy | undefined
  },
): string {
  const members: (readonly [string, string])[] = [
    ['balancesBefore', `[${balances.join(',')}]`],
    ['checks', `[${checks}]`],
    ['policyVersions', `{${versions.join(',')}}`],
    ['rules', String(rules)],
    ...(via === undefined ? [] : [['via', canonicalJson({ ...via })] as const]),
  ]
  for (const [name, value] of Object.entries(asJson(figures))) {
    if (OF_EVERY_DECISION.includes(name)) throw new TypeError(`figures say ${name}, which every decision says`)
    members.push([name, canonicalJson(value)])
  }
  members.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`
}

const OF_EVERY_DECISION: readonly string[] = ['balancesBefore', 'checks', 'policyVersions', 'rules', 'via']

/** What a recorded decision says beyond what every one does; undefined: nothing. */
export function recordedFigures(text: string): object | undefined {
  const said = Object.entries(JSON.parse(text) as object).filter(([name]) => !OF_EVERY_DECISION.includes(name))
  return said.length === 0 ? undefined : Object.fromEntries(said)
}

/** They were recorded without a number. */
export const FIRST_RULES = 1

/** The rules by which a recorded decision was made. */
export function rulesOf(text: string): number {
  const { rules = FIRST_RULES } = JSON.parse(text) as { readonly rules?: number }
  return rules
}

/** Who called for a recorded decision; undefined: the service itself, or it was not noted. */
export function viaOf(text: string): CalledBy | undefined {
  const { via } = JSON.parse(text) as { readonly via?: Partial<CalledBy> | null }
  const kind = CALLER_KINDS.find((one) => one === via?.kind)
  return kind === undefined || typeof via?.id !== 'string' ? undefined : { kind, id: via.id }
}

/** Whether something was looked at for a recorded decision. */
export function hasCheck(text: string, check: Check): boolean {
  const { checks } = JSON.parse(text) as { readonly checks?: unknown }
  return Array.isArray(checks) && checks.includes(check)
}

/** The version that the account of a recorded decision was expected to have, and had; null: nobody expected one. */
export function expectedVersionOf(text: string): number | null {
  if (!hasCheck(text, 'expected-version')) return null
  const { balancesBefore } = JSON.parse(text) as Pick<Decision, 'balancesBefore'>
  return balancesBefore[0]?.version ?? null
}

/** The same, where lines on several accounts said what they saw: by account. */
export function expectedVersionsOf(text: string): ReadonlyMap<string, number> {
  if (!hasCheck(text, 'expected-version')) return new Map()
  const { balancesBefore } = JSON.parse(text) as {
    readonly balancesBefore: readonly { readonly entity: string; readonly policy: string; readonly version: number }[]
  }
  return new Map(balancesBefore.map(({ entity, policy, version }) => [`${entity}\n${policy}`, version]))
}

/** Reads what `decisionText` wrote. */
export function parseDecision(text: string, transactions: readonly Transaction[]): Decision {
  const document = JSON.parse(text) as Omit<Decision, 'policyVersions'> & { policyVersions: Record<string, number> }
  return {
    balancesBefore: document.balancesBefore,
    checks: document.checks,
    policyVersions: policiesOf(transactions).map((policy) => document.policyVersions[policy]!),
  }
}

function policiesOf(lines: readonly { readonly policy: string }[]): string[] {
  return lines.length === 1 ? [lines[0]!.policy] : [...new Set(lines.map(({ policy }) => policy))]
}

function byMemberName(a: string, b: string): number {
  const nameA = a.slice(1, a.lastIndexOf('":'))
  const nameB = b.slice(1, b.lastIndexOf('":'))
  return nameA < nameB ? -1 : 1
}
