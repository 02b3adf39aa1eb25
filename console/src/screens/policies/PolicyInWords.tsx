import { List } from '@mantine/core'
import { useWords } from '../../words/words.tsx'
import type { SaidPolicy } from './said-policy.ts'
import { sentencesOf } from './sentences.ts'

/** What a policy says, a sentence a line. */
export function PolicyInWords({ policy }: { readonly policy: SaidPolicy }) {
  const words = useWords()
  return (
    <List size="sm" spacing={4}>
      {sentencesOf(policy, words).map((sentence) => (
        <List.Item key={sentence}>{sentence}</List.Item>
      ))}
    </List>
  )
}
