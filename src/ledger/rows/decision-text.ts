import { type Decision, RULES, touchedAccounts } from '../../domain/recording/decision.ts'
import type { Transaction } from '../../domain/transaction.ts'

/**
 * Canonical JSON (RFC 8785) of a decision, as it is kept, hashed and shown: its accounts and policies named.
 * @param rules that it was made by
 */
export function decisionText(transactions: readonly Transaction[], decision: Decision, rules: number = RULES): string {
  const touched = touchedAccounts(transactions)
  const balances = touched.map(({ asOf, entity, policy }, index) => {
    const { available, pending, spendable, version } = decision.balancesBefore[index]!
    return (
      `{"asOf":"${asOf}","available":"${available}","entity":"${entity}","pending":"${pending}","policy":"${policy}",` +
      `"spendable":${spendable === null ? 'null' : `"${spendable}"`},"version":${version}}`
    )
  })
  const checks = decision.checks.map((check) => `"${check}"`).join(',')
  const versions = policiesOf(touched).map((policy, index) => `"${policy}":${decision.policyVersions[index]}`)
  // By code unit, as RFC 8785 orders members: the default order of `sort` on strings.
  if (versions.length > 1) versions.sort(byMemberName)
  const grounds = `"balancesBefore":[${balances.join(',')}],"checks":[${checks}],"policyVersions":{${versions.join(',')}}`
  return rules === FIRST_RULES ? `{${grounds}}` : `{${grounds},"rules":${rules}}`
}

/** They were recorded without a number. */
export const FIRST_RULES = 1

/** The rules by which a recorded decision was made. */
export function rulesOf(text: string): number {
  const { rules = FIRST_RULES } = JSON.parse(text) as { readonly rules?: number }
  return rules
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
