import type { Schema } from '@daybook/client'
import { List, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useNames } from '../../parts/names.ts'
import { usePolicyNames } from '../../parts/policies.ts'
import { useWords } from '../../words/words.tsx'

/** So many stand there at once: the first of them mostly have the same cause. */
const SHOWN = 50

/** Whose accounts could not be worked out, and why. */
export function RunProblems({ problems }: { readonly problems: readonly Schema<'RunProblem'>[] }) {
  const { t } = useWords()
  const nameOf = useNames()
  const names = usePolicyNames()
  if (problems.length === 0) return null
  return (
    <>
      <List size="sm" aria-label={t('runs.problems', { count: problems.length })}>
        {problems.slice(0, SHOWN).map(({ entity, policy, assignment, detail }) => (
          <List.Item key={`${entity}/${policy}/${assignment ?? ''}`}>
            <Link to="/people/$entity" params={{ entity }} className="link">
              {nameOf(entity)}
            </Link>
            {`, ${names.policy(policy)}: ${detail}`}
          </List.Item>
        ))}
      </List>
      {problems.length > SHOWN && (
        <Text size="sm" c="dimmed">
          {t('runs.moreProblems', { count: problems.length - SHOWN })}
        </Text>
      )}
    </>
  )
}
