import type { Decision } from '../domain/recording/decision.ts'

/** `events.decision`: `[[available, pending, spendable, version] …], [check …], [policy version …]`, no names repeated. */
export function printDecision({ balancesBefore, checks, policyVersions }: Decision): string {
  const balances = balancesBefore.map(
    ({ available, pending, spendable, version }) =>
      `["${available}","${pending}",${spendable === null ? 'null' : `"${spendable}"`},${version}]`,
  )
  return `[[${balances.join(',')}],[${checks.map((check) => `"${check}"`).join(',')}],[${policyVersions.join(',')}]]`
}

/** Reads what `printDecision` wrote. */
export function parseDecision(text: string): Decision {
  const [balances, checks, policyVersions] = JSON.parse(text) as [
    [string, string, string | null, number][],
    string[],
    number[],
  ]
  return {
    balancesBefore: balances.map(([available, pending, spendable, version]) => ({
      available,
      pending,
      spendable,
      version,
    })),
    checks,
    policyVersions,
  }
}
