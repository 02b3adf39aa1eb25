import type { PolicyTerms } from '../../policy/policy.ts'
import type { EarningPolicyTerms } from '../terms.ts'

/** What of a policy is told in words. */
export type ExplainedTerms = EarningPolicyTerms & Pick<PolicyTerms, 'overdraftLimit' | 'retiredFrom' | 'scale' | 'unit'>
