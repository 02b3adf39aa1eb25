import type { Schema } from '@daybook/client'
import { Text } from '@mantine/core'
import { usePolicies } from '../../api/queries.ts'
import { amountOf, usePolicyNames } from '../../parts/policies.ts'
import { useWords } from '../../words/words.tsx'

const KINDS = ['accruals', 'carryOvers', 'lapses', 'corrections'] as const

/** What a run posted, or would: how much of each kind, and what it comes to by policy. */
export function Posted({
  postings,
  amounts,
}: {
  readonly postings: Schema<'RunPostings'>
  readonly amounts: Readonly<Record<string, string>>
}) {
  const words = useWords()
  const { t } = words
  const names = usePolicyNames()
  const { data } = usePolicies()
  const unitOf = (policy: string) => data?.find(({ id }) => id === policy)?.unit ?? ''
  const said = KINDS.filter((kind) => postings[kind] > 0).map((kind) => t(`runs.${kind}`, { count: postings[kind] }))
  return (
    <>
      <Text size="sm">{said.length === 0 ? t('runs.nothing') : said.join(', ')}</Text>
      {Object.entries(amounts).map(([policy, amount]) => (
        <Text key={policy} size="sm" className="numbers">
          {`${names.policy(policy)}: ${amountOf(amount, unitOf(policy), words)}`}
        </Text>
      ))}
    </>
  )
}
